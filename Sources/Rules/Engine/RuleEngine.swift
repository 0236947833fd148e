import Cryptography
import DNS
import Expressions
import Values

/// Rules made ready to judge messages. It is made once, and threads share it.
public final class RuleEngine: Sendable {
    /// How rules are run.
    public struct Options: Sendable {
        /// Which of the four scores of a rule counts: 0 without network and Bayes.
        public var scoreSet = 0
        /// Steps of backtracking before a match is given up.
        public var matchLimit = 200_000
        /// How many matches of a message are given up before no further expressions are tried on it.
        public var givenUpLimit = 50
        /// How many questions of a message the DNS is asked.
        public var questionLimit = 100
        /// Whether patterns are looked for in one pass before they are matched.
        public var prefilters = true

        public init() {}
    }

    public let rules: RuleSet
    public let options: Options
    /// Functions that rules call and that are not there, with the rules that do.
    public let missingFunctions: [(function: String, rules: [String])]

    /// Whether all that was to be compiled was in the cache.
    public let isFromCache: Bool

    let registries: Registries
    let redirectors: [Expression]
    /// Nil for rules that are not run, because their score is 0 or they need what is not there.
    let scores: [Int]
    let body: PatternGroup
    let rawBody: PatternGroup
    let uri: PatternGroup
    let full: PatternGroup
    let headers: [(request: HeaderRequest, group: PatternGroup)]
    let existing: [(rule: Int, request: HeaderRequest)]
    let partRules: [PartRules]
    let uriDetails: [(rule: Int, criteria: [(criterion: URICriterion, pattern: PatternRule)])]
    let evaluations: [(rule: Int, call: EvaluationCall, function: EvaluationFunction)]
    /// Rules that wait for what others catch.
    let tagged: [TaggedRule]
    let networkRules: [(rule: Int, test: NetworkTest)]
    /// For each set of relays, the zone and the type that its first rule asks.
    let relayZones: [String: (zone: String, type: RecordType)]
    let metas: MetaRules
    /// For each rule, whether it is only a part of others.
    let isPart: [Bool]
    let facts: EvaluationFacts

    /// Makes `rules` ready. `cache` may have what `cacheContents` of an engine for the same rules gave.
    public init(_ rules: RuleSet, options: Options = Options(), cache: RuleCache? = nil) {
        (self.rules, self.options) = (rules, options)
        registries = Registries(rules.settings)
        redirectors = rules.settings.redirectorPatterns.map { Expression(unchecked: $0) }
        facts = EvaluationFacts(rules.settings, asksNetwork: options.scoreSet & 1 == 1)
        var scores: [Int] = []
        var (body, rawBody, uri, full): ([PatternRule], [PatternRule], [PatternRule], [PatternRule]) = ([], [], [], [])
        var headers: [HeaderRequest: [PatternRule]] = [:]
        var existing: [(Int, HeaderRequest)] = []
        var partRules: [PartRules] = []
        var uriDetails: [(Int, [(URICriterion, PatternRule)])] = []
        var evaluations: [(Int, EvaluationCall, EvaluationFunction)] = []
        var tagged: [TaggedRule] = []
        var networkRules: [(Int, NetworkTest)] = []
        var relayZones: [String: (String, RecordType)] = [:]
        var missing: [String: [String]] = [:]
        for (index, rule) in rules.rules.enumerated() {
            let score = rule.score(set: options.scoreSet)
            scores.append(score)
            guard score != 0 else { continue }
            if let rule = RuleEngine.tagged(rule, index) {
                tagged.append(rule)
                continue
            }
            switch rule.test {
            case .body(let expression): body.append(PatternRule(index, expression, rule))
            case .rawBody(let expression): rawBody.append(PatternRule(index, expression, rule))
            case .uri(let expression): uri.append(PatternRule(index, expression, rule))
            case .full(let expression): full.append(PatternRule(index, expression, rule))
            case .header(let test):
                let request = HeaderRequest(test.request)
                if let expression = test.expression {
                    headers[request, default: []].append(
                        PatternRule(index, expression, rule, isNegated: test.isNegated, ifUnset: test.ifUnset))
                } else {
                    existing.append((index, request))
                }
            case .mimeHeader(let test):
                guard let expression = test.expression else { continue }
                let request = HeaderRequest(test.request)
                let place = partRules.firstIndex { $0.request == request } ?? partRules.count
                if place == partRules.count { partRules.append(PartRules(request)) }
                partRules[place].append(index, test, expression, rule)
            case .uriDetail(let criteria):
                uriDetails.append((index, criteria.map { ($0, PatternRule(index, $0.expression, rule)) }))
            case .evaluation(let call):
                // What asks the network, or what has learned, is there in the score sets that have it.
                if rule.flags.isNetwork, options.scoreSet & 1 == 0 { continue }
                if rule.flags.isLearned, options.scoreSet & 2 == 0 { continue }
                if let function = EvaluationFunctions.named(call.function) {
                    evaluations.append((index, call, function))
                } else {
                    missing[call.function, default: []].append(rule.name)
                }
            case .network(let test): if options.scoreSet & 1 == 1 { networkRules.append((index, test)) }
            case .meta: break
            }
        }
        self.scores = scores
        missingFunctions = missing.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var groups = [body, rawBody, uri, full].map { PatternGroup(rules: $0) }
        let requests = headers.keys.sorted { $0.text < $1.text }
        groups += requests.map { PatternGroup(rules: headers[$0] ?? []) }
        var isFromCache = true
        for index in groups.indices where options.prefilters && groups[index].wantsSet {
            let known = cache?.set(index, count: groups[index].rules.count)
            if known == nil { isFromCache = false }
            groups[index].set = known ?? PatternSet(groups[index].patterns, takesShapes: index < 2)
        }
        self.isFromCache = isFromCache
        (self.body, self.rawBody, self.uri, self.full) = (groups[0], groups[1], groups[2], groups[3])
        self.headers = zip(requests, groups.dropFirst(4)).map { ($0, $1) }
        self.existing = existing
        self.partRules = partRules
        self.uriDetails = uriDetails
        (self.evaluations, self.tagged) = (evaluations, tagged)
        for (_, test) in networkRules {
            if case .relays(let set, let zone, let type, _) = test.query, relayZones[set] == nil {
                relayZones[set] = (zone, type)
            }
        }
        (self.networkRules, self.relayZones) = (networkRules, relayZones)
        metas = MetaRules(rules.rules, scores: scores)
        isPart = rules.rules.map(\.isPart)
    }

    /// Whether a function of that name is there for rules to call.
    public static func hasFunction(_ name: String) -> Bool { EvaluationFunctions.named(name) != nil }

    /// The rule as one that waits for what others catch; nil where it does not.
    private static func tagged(_ rule: RuleDefinition, _ index: Int) -> TaggedRule? {
        let (expression, place): (PerlExpression, TaggedRule.Place)
        var (isNegated, ifUnset) = (false, [UInt8]?.none)
        switch rule.test {
        case .body(let source): (expression, place) = (source, .body)
        case .rawBody(let source): (expression, place) = (source, .rawBody)
        case .uri(let source): (expression, place) = (source, .uri)
        case .full(let source): (expression, place) = (source, .full)
        case .header(let test):
            guard let source = test.expression else { return nil }
            (expression, place) = (source, .header(HeaderRequest(test.request)))
            (isNegated, ifUnset) = (test.isNegated, test.ifUnset)
        default: return nil
        }
        return TaggedRule.has(tagsIn: expression.pattern)
            ? TaggedRule(PatternRule(index, expression, rule, isNegated: isNegated, ifUnset: ifUnset), place) : nil
    }
}

extension Expression {
    /// What was shown to compile when it was read.
    convenience init(unchecked source: PerlExpression) {
        self.init(known: source.pattern, source.options)
    }
}
