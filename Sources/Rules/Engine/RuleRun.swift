import DNS
import Expressions
import Values

/// One message under all rules.
struct RuleRun {
    let engine: RuleEngine
    let message: RuleMessage
    let worker: RuleWorker
    let time: Timestamp
    /// The value of each rule for meta rules: how often it hit.
    var values: [Double]
    /// How many times each rule's score counts.
    var counts: [Int]
    /// Whether dear rules wait, and those that do, in their order.
    private var waits = false
    var waiting: [WaitingRule] = []
    private var waitingPlaces: [Int: Int] = [:]
    private var texts: [Int: Bytes] = [:]
    /// What groups of rules caught, by the names of these (`%{TAG}`).
    var tags: [String: [[UInt8]]] = [:]
    /// The rules that have hit, in the order they did.
    private var hits: [Int] = []
    /// The meta rules to be worked out, a bit each.
    private(set) var pending: [UInt64]
    private var candidates: [Int] = []
    /// How many matches were given up before this message, and the rules that were on it.
    private let exhaustedBefore: Int
    private(set) var givenUp: Set<Int> = []
    /// Rules of which nobody can say whether they hit, as the DNS did not.
    private(set) var undecided: Set<Int> = []

    init(engine: RuleEngine, message: RuleMessage, worker: RuleWorker, time: Timestamp) {
        (self.engine, self.message, self.worker, self.time) = (engine, message, worker, time)
        exhaustedBefore = worker.matcher.exhaustionCount
        let count = engine.rules.rules.count
        values = Array(repeating: 0, count: count)
        counts = Array(repeating: 0, count: count)
        pending = Array(repeating: 0, count: (engine.metas.rules.count + 63) / 64)
        for place in engine.metas.unprompted { pending[place >> 6] |= 1 << UInt64(place & 63) }
    }

    /// Runs the rules. With `isWhole` also those parts of others that change nothing about what hits.
    mutating func all(_ answers: [DNSQuestion: DNSAnswer] = [:], isWhole: Bool = true) {
        waits = !isWhole
        for (request, group) in engine.headers { header(request, group) }
        for (rule, request) in engine.existing where message.has(request) { hit(rule) }
        lines(engine.body, message.bodyLines, hasSubject: true)
        lines(engine.body, message.invitationLines, hasSubject: false, areInvitations: true)
        lines(engine.rawBody, message.rawChunks, hasSubject: false)
        if !engine.uri.rules.isEmpty { lines(engine.uri, message.uris.all.map { Bytes($0) }, hasSubject: false) }
        lines(engine.full, [message.whole], hasSubject: false)
        for group in engine.partRules { parts(group) }
        for (rule, criteria) in engine.uriDetails where hasURI(criteria) { hit(rule) }
        for (rule, call, function) in engine.evaluations {
            let scope = EvaluationScope(message: message, facts: engine.facts, time: time, call: call)
            if function(scope) { hit(rule, text: message.memory.evidence) }
            message.memory.evidence = nil
        }
        if !engine.networkRules.isEmpty { network(answers) }
        if !engine.tagged.isEmpty { taggedRules() }
        if !waiting.isEmpty { settle() }
        metas()
    }

    private mutating func network(_ answers: [DNSQuestion: DNSAnswer]) {
        let network = NetworkRules(engine: engine, message: message)
        for (rule, test) in engine.networkRules {
            let inquiry = network.inquiry(test, engine.rules.rules[rule].flags, answers)
            if case .nothing = inquiry.wanted {
                let isAbsent = inquiry.questions.allSatisfy { answers[$0] == .nameError || answers[$0] == .noData }
                if isAbsent, let first = inquiry.questions.first { hit(rule, text: Bytes("\(first)")) }
            } else {
                let found = inquiry.questions.first { question in
                    answers[question].map { inquiry.wanted.matches($0, worker.matcher) } ?? false
                }
                if let found { hit(rule, text: Bytes("\(found)")) }
            }
            let isOpen = (inquiry.steps + inquiry.questions).contains { answers[$0]?.isOpen ?? true }
            if isOpen, counts[rule] == 0 { leaveUndecided(rule) }
        }
    }

    /// Notes that a rule may hit or not. What is made of it is to be looked at too.
    private mutating func leaveUndecided(_ rule: Int) {
        undecided.insert(rule)
        prompt(for: rule)
    }

    /// Has the meta rules worked out that are made of `rule`.
    private mutating func prompt(for rule: Int) {
        for place in engine.metas.waiting(for: rule) { pending[Int(place) >> 6] |= 1 << UInt64(place & 63) }
    }

    mutating func hit(_ rule: Int, count: Int = 1, value: Double? = nil, text: Bytes? = nil) {
        if counts[rule] == 0 {
            hits.append(rule)
            prompt(for: rule)
            if let text, !engine.isPart[rule] { texts[rule] = text }
        }
        values[rule] += value ?? Double(count)
        counts[rule] += count
    }

    // MARK: Patterns

    /// Whether the expression of `rule` may be tried: not where it was given up before, nor where so many were.
    func mayTry(_ rule: PatternRule) -> Bool {
        let count = worker.matcher.exhaustionCount - exhaustedBefore
        return count == 0 || (count < engine.options.givenUpLimit && !givenUp.contains(rule.rule))
    }

    /// Notes whether the expression of `rule` was given up since the matcher had given up `before`.
    mutating func note(_ rule: PatternRule, since before: Int) {
        if worker.matcher.exhaustionCount > before { givenUp.insert(rule.rule) }
    }

    private mutating func header(_ request: HeaderRequest, _ group: PatternGroup) {
        let value = message.joined(request)
        let subject = value ?? RuleRun.nothing
        candidates.removeAll(keepingCapacity: true)
        candidates += group.always
        if let set = group.set, value != nil { worker.scan.scan(subject, for: set, into: &candidates) }
        for index in group.odd {
            let rule = group.rules[index]
            if value == nil, let other = rule.ifUnset {
                candidates.removeAll { $0 == index }
                apply(rule, other)
            } else if rule.isNegated, !candidates.contains(index) {
                hit(rule.rule)
            }
        }
        for index in candidates { apply(group.rules[index], subject) }
    }

    private static let nothing = Bytes([])

    private mutating func apply(_ rule: PatternRule, _ subject: Bytes) {
        guard mayTry(rule) else { return }
        let before = worker.matcher.exhaustionCount
        defer { note(rule, since: before) }
        let expression = rule.expression
        if rule.isNegated {
            if !worker.matcher.matches(expression, subject) { hit(rule.rule) }
        } else if let limit = rule.maximumHits {
            count(rule, expression, subject, limit: limit)
        } else if let range = worker.matcher.firstRange(of: expression, in: subject) {
            hit(rule.rule, text: subject[range])
            if !rule.captures.isEmpty { keepTags(of: rule, expression, in: subject) }
        }
    }

    private mutating func count(_ rule: PatternRule, _ expression: Expression, _ subject: Bytes, limit: Int) {
        var found = 0
        var first: Range<Int>?
        worker.matcher.eachRange(of: expression, in: subject) { range in
            if found == 0 { first = range }
            found += 1
            return found < limit
        }
        if found > 0 { hit(rule.rule, count: found, text: first.map { subject[$0] }) }
    }

    /// Rules that look at one line after another.
    private mutating func lines(
        _ group: PatternGroup, _ lines: [Bytes], hasSubject: Bool, areInvitations: Bool = false
    ) {
        guard !group.rules.isEmpty else { return }
        for (number, line) in lines.enumerated() {
            candidates.removeAll(keepingCapacity: true)
            candidates += group.always
            if let set = group.set { worker.scan.scan(line, for: set, into: &candidates) }
            for index in candidates {
                let rule = group.rules[index]
                if rule.leavesOutSubject, hasSubject, number == 0 { continue }
                if areInvitations, !rule.readsInvitations { continue }
                if waits, rule.mayWait { postpone(rule, line) } else { look(for: rule, in: line) }
            }
        }
    }

    private mutating func postpone(_ rule: PatternRule, _ line: Bytes) {
        if let place = waitingPlaces[rule.rule] {
            waiting[place].lines.append(line)
        } else {
            waitingPlaces[rule.rule] = waiting.count
            waiting.append(WaitingRule(rule: rule, lines: [line]))
        }
    }

    /// Looks for a rule in one of several lines.
    mutating func look(for rule: PatternRule, in line: Bytes) {
        guard mayTry(rule) else { return }
        let before = worker.matcher.exhaustionCount
        // What has hit and counts no further is not looked for again.
        if let limit = rule.maximumHits {
            guard counts[rule.rule] < limit else { return }
            count(rule, rule.expression, line, limit: limit - counts[rule.rule])
        } else if counts[rule.rule] == 0, let range = worker.matcher.firstRange(of: rule.expression, in: line) {
            hit(rule.rule, text: line[range])
            if !rule.captures.isEmpty { keepTags(of: rule, rule.expression, in: line) }
        }
        note(rule, since: before)
    }

    // MARK: Parts

    private mutating func parts(_ group: PartRules) {
        let values = message.parts.prefix(1_000).map { RuleRun.value(of: group.request, in: $0) }
        for rule in group.rules {
            var joined: [UInt8] = []
            var isDone = false
            for (index, value) in values.enumerated() where rule.range.contains(index + 1) && !isDone {
                let value = value ?? rule.pattern.ifUnset ?? RuleRun.nothing
                if rule.concatenates {
                    joined += value
                    if value.last != .lf { joined.append(.lf) }
                } else {
                    isDone = look(rule, value)
                }
            }
            if rule.concatenates, !isDone { isDone = look(rule, Bytes(joined)) }
            if !isDone, rule.pattern.isNegated { hit(rule.pattern.rule) }
        }
    }

    static func value(of request: HeaderRequest, in part: RulePart) -> Bytes? {
        if request.name == "ALL" {
            return Bytes(
                part.header.fields.flatMap { request.isRaw ? $0.name + [.colon, .space] + $0.raw : $0.line })
        }
        guard let field = part.header.last(request.key) else { return nil }
        return Bytes(request.isRaw ? field.raw : field.value + [.lf])
    }

    /// Counts the matches; whether there was any.
    private mutating func look(_ rule: PartRules.Rule, _ value: Bytes) -> Bool {
        guard mayTry(rule.pattern) else { return false }
        let before = worker.matcher.exhaustionCount
        defer { note(rule.pattern, since: before) }
        let expression = rule.pattern.expression
        if rule.pattern.isNegated { return worker.matcher.matches(expression, value) }
        var found = 0
        var first: Range<Int>?
        worker.matcher.eachRange(of: expression, in: value) { range in
            if found == 0 { first = range }
            found += 1
            return found < rule.limit
        }
        guard found > 0 else { return false }
        hit(rule.pattern.rule, count: rule.isMultiple ? found : 1, text: first.map { value[$0] })
        if !rule.pattern.captures.isEmpty { keepTags(of: rule.pattern, expression, in: value) }
        return true
    }

    private func hasURI(_ criteria: [(criterion: URICriterion, pattern: PatternRule)]) -> Bool {
        message.uris.details.contains { detail in
            criteria.allSatisfy { criterion, pattern in
                let texts: [[UInt8]] =
                    switch criterion.target {
                    case .raw: [detail.raw]
                    case .type: detail.types.map { Array($0.utf8) }
                    case .cleaned: detail.cleaned
                    case .text: detail.anchorTexts
                    case .domain: detail.domains.map { Array($0.utf8) }
                    case .host: detail.hosts.map { Array($0.host.utf8) }
                    }
                return texts.contains {
                    worker.matcher.matches(pattern.expression, Bytes($0)) != criterion.isNegated
                }
            }
        }
    }

    // MARK: What follows from the hits

    private mutating func metas() {
        let metas = engine.metas
        var stack: [Double] = []
        var word = 0
        while word < pending.count {
            guard pending[word] != 0 else {
                word += 1
                continue
            }
            let bit = pending[word].trailingZeroBitCount
            pending[word] &= pending[word] - 1
            let place = word << 6 | bit
            let rule = metas.rules[place].rule
            if !undecided.isEmpty, isOpen(place) {
                leaveUndecided(rule)
                continue
            }
            let value = metas.value(at: place, values, &stack)
            // Those that wait for it come later.
            if value != 0 { hit(rule, value: value > 0 ? value : 1) }
        }
    }

    /// Whether it depends on what is undecided if a meta rule hits.
    private func isOpen(_ place: Int) -> Bool {
        var stack: [MetaRange] = []
        let range = engine.metas.range(at: place, &stack) { rule in
            undecided.contains(rule) ? .truth : MetaRange(values[rule])
        }
        return range.mayBeZero && !range.isZero
    }

    func verdict(exhausted: Int) -> RuleVerdict {
        var total = 0
        let found = hits.sorted().map { index in
            let score = engine.isPart[index] ? 0 : engine.scores[index] * counts[index]
            total += score
            return RuleVerdict.Hit(
                name: engine.rules.rules[index].name, summary: engine.rules.rules[index].summary, score: score,
                count: counts[index], area: engine.rules.rules[index].test.word, text: texts[index])
        }
        return RuleVerdict(
            hits: found, score: total, exhaustionCount: exhausted,
            givenUp: givenUp.sorted().map { engine.rules.rules[$0].name })
    }
}
