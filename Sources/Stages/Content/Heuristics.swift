import DNS
import Mail
import Policy
import Rules
import Screening
import Synchronization
import Values

/// Judges messages by rules in SpamAssassin's own file format, read unchanged.
public struct Heuristics: Stage {
    static let exhausted: Symbol = "RULES_GIVEN_UP"

    public static let manifest = StageManifest(
        id: "heuristics", title: "Spam Filter",
        summary: "Judges messages by rules in the file format of SpamAssassin.",
        phases: [.message],
        needs: .dns,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                exhausted, "Expressions of rules ran so long on the message that they were given up."),
            SymbolDeclaration(
                SpamFields.found, "The message came with X-Spam fields, which say what somebody else made of it."),
        ])

    /// The rule files and how they are run.
    public struct Settings: StageSettings {
        /// The rules, and the line that names the first of their files; nil where no file is named.
        let rules: Placed<RuleSet>?
        let options: RuleEngine.Options
        let removesSpamFields: Bool
        /// Where compiled rules are kept.
        let cache: PolicyCache?

        public init(from reader: inout PolicyReader) {
            let files = reader.files(
                "rules", endings: [".pre", ".cf"],
                "Rule files, and folders of them, in the order in which they are read: the last to say something counts."
            )
            let takesDefaults = reader.flag(
                "default_rules", default: false,
                "Whether the rules that come with assay are read, before those of files.")
            removesSpamFields = reader.flag(
                "remove_spam_fields", default: true,
                "Whether X-Spam fields that mail comes with are left out where rules judge it: anybody can write them.")
            var options = RuleEngine.Options()
            options.scoreSet = reader.integer(
                "score_set", default: 0, in: 0...3,
                "Which of a rule's four scores counts: 0 local, 1 with network, 2 with Bayes, 3 with both.")
            options.matchLimit = reader.integer(
                "match_limit", default: options.matchLimit, in: 1_000...10_000_000,
                "Steps of backtracking before an expression is given up on a message.")
            options.givenUpLimit = reader.integer(
                "given_up_limit", default: options.givenUpLimit, in: 1...10_000,
                "Expressions that are given up on a message before no further ones are tried on it.")
            options.questionLimit = reader.integer(
                "dns_limit", default: options.questionLimit, in: 0...1_000,
                "Questions of a message that rules ask the DNS, where the scores are those with network.")
            let warns = reader.flag(
                "strict", default: false, "Whether what cannot be used of a rule file is a mistake in the policy.")
            cache = reader.cache(
                "cache",
                "A folder for compiled rules, which only this program's user may enter; none to compile them at each start."
            )
            self.options = options
            guard let place = files.first?.place ?? (takesDefaults ? reader.place(of: "default_rules") : nil) else {
                rules = nil
                return
            }
            let ordered =
                files.filter { $0.value.path.hasSuffix(".pre") } + files.filter { !$0.value.path.hasSuffix(".pre") }
            let others = reader.otherFiles
            let set = RuleFileReader.read(
                (takesDefaults ? DefaultRules.files : [])
                    + ordered.map { .init(name: $0.value.path, contents: $0.value.contents.array) },
                asksNetwork: options.scoreSet & 1 == 1, included: { others($0)?.array })
            if warns {
                for problem in set.problems {
                    reader.report(
                        problem.message, at: PolicyPlace(file: problem.file, line: max(problem.line, 1), column: 1))
                }
            } else if !set.problems.isEmpty {
                let count = set.problems.count == 1 ? "one line" : "\(set.problems.count) lines"
                reader.warn(
                    "\(count) of the rule files cannot be used, and the rest is: see assay rules check, or set strict",
                    at: place)
            }
            rules = Placed(set, at: place)
        }

        /// Every rule that can hit by itself is a symbol with the rule's score for its weight.
        public var symbolSettings: [SymbolSetting] {
            guard let rules else { return [] }
            return rules.value.rules.compactMap { rule in
                let score = rule.score(set: options.scoreSet)
                guard score != 0, !rule.isPart, Heuristics.isLocal(rule, options) else { return nil }
                return SymbolSetting(
                    Symbol(rule.name), rule.summary.isEmpty ? "The rule \(rule.name) hits." : rule.summary,
                    at: rules.place,
                    weight: Placed(score, at: rules.place))
            }
        }
    }

    /// Whether the rule can hit without what other stages ask.
    private static func isLocal(_ rule: RuleDefinition, _ options: RuleEngine.Options) -> Bool {
        switch rule.test {
        case .network: options.scoreSet & 1 == 1
        case .evaluation(let call): RuleEngine.hasFunction(call.function)
        default: true
        }
    }

    private let engine: RuleEngine?
    private let workers: RuleWorkers
    private let removesSpamFields: Bool

    public init(settings: Settings, site: Site) {
        workers = RuleWorkers(matchLimit: settings.options.matchLimit)
        guard var rules = settings.rules?.value else {
            engine = nil
            removesSpamFields = false
            return
        }
        // What the site says of its networks, it says of rules' too.
        if !rules.settings.trustedNetworks.isConfigured {
            for network in site.trustedRelays + site.trustedNetworks + site.lanNetworks {
                _ = rules.settings.trustedNetworks.add("\(network)"[...])
                _ = rules.settings.internalNetworks.add("\(network)"[...])
            }
        }
        for domain in site.localDomains {
            rules.settings.hostLists[RuleSettings.ownDomains, default: [:]][String(domain.drop { $0 == "." })] = true
        }
        removesSpamFields = settings.removesSpamFields
        var options = settings.options
        // Preparing the pass over all patterns costs more than it saves where there are few.
        options.prefilters = rules.rules.count > Heuristics.few
        engine = EngineShelf.shared.engine(rules, options, settings.cache)
    }

    private static let few = 50

    /// Without rules there is nothing to do.
    public var idlePhases: Set<Phase> { engine == nil ? [.message] : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(_, let message) = checkpoint else { return .nothing }
        guard let engine else { return .notEvaluated("no rule files are named") }
        var report = StageReport()
        let answers = await answers(about: message, engine, in: surroundings, &report)
        if removesSpamFields { report.add(SpamFields.removal(from: message)) }
        let verdict = workers.withWorker {
            engine.judge(message.bytes, at: surroundings.now, worker: $0, answers: answers, isWhole: false)
        }
        let names = Set(verdict.hits.map(\.name))
        for hit in verdict.hits where !hit.isPart && hit.score != 0 {
            var evidence = Evidence(roomFor: 4)
            evidence.add("rule", .text(hit.summary.isEmpty ? hit.name : hit.summary))
            evidence.add("in", .text(hit.area))
            if let text = hit.text { evidence.add("text", .text(text[0..<min(text.count, 200)].lossyString)) }
            // A rule made of others has no text of its own: what it is made of and hit says why.
            if case .meta(let meta) = engine.rules.rule(hit.name)?.test {
                let parts = meta.names.filter { names.contains($0) }.prefix(10)
                if !parts.isEmpty { evidence.add("of", .text(parts.joined(separator: ", "))) }
            }
            if hit.count > 1 { evidence.add("count", .number(hit.count)) }
            report.findings.append(Finding(Symbol(hit.name), evidence))
        }
        if verdict.exhaustionCount > 0 {
            var evidence: Evidence = ["matches": .number(verdict.exhaustionCount)]
            if !verdict.givenUp.isEmpty {
                evidence.add("rules", .text(verdict.givenUp.prefix(10).joined(separator: ", ")))
            }
            report.findings.append(Finding(Heuristics.exhausted, evidence))
        }
        return report
    }

    /// What the DNS says to what rules want to know. What it could not tell is noted in `report`.
    private func answers(
        about message: Message, _ engine: RuleEngine, in surroundings: Surroundings, _ report: inout StageReport
    ) async -> [DNSQuestion: DNSAnswer] {
        let dns = surroundings.dns
        var answers: [DNSQuestion: DNSAnswer] = [:]
        var unrecorded: [DNSQuestion] = []
        var isCut = false
        // What a domain's name servers are tells what to ask about them.
        for _ in 0..<engine.roundLimit {
            let known = answers
            let found = workers.withWorker { engine.questions(about: message.bytes, worker: $0, after: known) }
            isCut = isCut || found.isCut
            guard !found.questions.isEmpty else { break }
            answers = await withTaskGroup(of: (DNSQuestion, DNSAnswer).self) { group in
                for question in found.questions { group.addTask { (question, await dns.answer(to: question)) } }
                var all = known
                for await (question, answer) in group { all[question] = answer }
                return all
            }
            unrecorded += found.questions.filter { answers[$0] == .unrecorded }
        }
        if !unrecorded.isEmpty {
            report.notEvaluated.append(
                StageReport.Omission(
                    "unrecorded DNS", detail: unrecorded.map(\.description).joined(separator: ", ")))
        }
        let failed = answers.filter { $0.value == .timeout || $0.value == .serverFailure }.keys.map(\.description)
        if !failed.isEmpty {
            report.notEvaluated.append(
                StageReport.Omission("DNS did not answer", detail: failed.sorted().joined(separator: ", ")))
        }
        if isCut { report.notEvaluated.append(StageReport.Omission("more DNS questions than are asked")) }
        return answers
    }
}

/// The engine that was made last, so that a policy that is read again does not compile the same rules again.
private final class EngineShelf: Sendable {
    static let shared = EngineShelf()
    private let last = Mutex<(key: String, engine: RuleEngine)?>(nil)

    func engine(_ rules: RuleSet, _ options: RuleEngine.Options, _ cache: PolicyCache?) -> RuleEngine {
        let own = (rules.settings.hostLists[RuleSettings.ownDomains] ?? [:]).keys.sorted().joined(separator: ",")
        let networks =
            "\(rules.settings.trustedNetworks.text) \(rules.settings.internalNetworks.text) \(own)"
        let key = RuleCache.key(for: rules, options: options)
        let whole =
            "\(key) \(options.matchLimit) \(options.givenUpLimit) \(options.questionLimit) \(options.prefilters) \(networks)"
        return last.withLock { known in
            if let known, known.key == whole { return known.engine }
            let made = RuleEngine.ready(rules, options, keptIn: options.prefilters ? cache : nil)
            known = (whole, made)
            return made
        }
    }
}
