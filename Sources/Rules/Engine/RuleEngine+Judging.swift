import Expressions
import Values

extension RuleEngine {
    /// Judges `message` as of `time`. The same message, rules and time give the same verdict.
    public func judge(_ message: Bytes, at time: Timestamp, worker: RuleWorker) -> RuleVerdict {
        let exhausted = worker.matcher.exhaustionCount
        let view = view(message, worker)
        var run = RuleRun(engine: self, message: view, worker: worker, time: time)
        run.all()
        return run.verdict(exhausted: worker.matcher.exhaustionCount - exhausted)
    }

    func view(_ message: Bytes, _ worker: RuleWorker) -> RuleMessage {
        RuleMessage(
            message, settings: rules.settings, registries: registries, redirectors: redirectors, matcher: worker.matcher
        )
    }
}

/// One message under all rules.
struct RuleRun {
    let engine: RuleEngine
    let message: RuleMessage
    let worker: RuleWorker
    let time: Timestamp
    /// The value of each rule for meta rules: how often it hit.
    private(set) var values: [Double]
    /// How many times each rule's score counts.
    private(set) var counts: [Int]
    private var texts: [Int: Bytes] = [:]
    /// Whether a meta rule has been worked out.
    private var isKnown: [Bool]

    init(engine: RuleEngine, message: RuleMessage, worker: RuleWorker, time: Timestamp) {
        (self.engine, self.message, self.worker, self.time) = (engine, message, worker, time)
        let count = engine.rules.rules.count
        values = Array(repeating: 0, count: count)
        counts = Array(repeating: 0, count: count)
        isKnown = engine.isMeta.map { !$0 }
    }

    mutating func all() {
        for (request, group) in engine.headers { header(request, group) }
        for (rule, request) in engine.existing where message.joined(request) != nil { hit(rule) }
        lines(engine.body, message.bodyLines, hasSubject: true)
        lines(engine.rawBody, message.rawChunks, hasSubject: false)
        lines(engine.uri, engine.uri.rules.isEmpty ? [] : message.uris.all.map { Bytes($0) }, hasSubject: false)
        lines(engine.full, [message.whole], hasSubject: false)
        for (rule, test, expression) in engine.mimeHeaders { mimeHeader(rule, test, expression.expression) }
        for (rule, criteria) in engine.uriDetails where hasURI(criteria) { hit(rule) }
        for (rule, call, function) in engine.evaluations {
            let scope = EvaluationScope(message: message, facts: engine.facts, time: time, call: call)
            if function(scope) { hit(rule, text: message.memory.evidence) }
            message.memory.evidence = nil
        }
        metas()
    }

    private mutating func hit(_ rule: Int, count: Int = 1, value: Double? = nil, text: Bytes? = nil) {
        values[rule] += value ?? Double(count)
        counts[rule] += count
        if let text, texts[rule] == nil, !engine.rules.rules[rule].isPart { texts[rule] = text }
    }

    private mutating func header(_ request: HeaderRequest, _ group: PatternGroup) {
        let value = message.joined(request)
        let subject = value ?? Bytes([])
        var candidates = group.alwaysTried()
        if let set = group.set { worker.scan.scan(subject, for: set, into: &candidates) }
        for (index, rule) in group.rules.enumerated() {
            let isCandidate = candidates[index >> 6] >> UInt64(index & 63) & 1 == 1
            if value == nil, let other = rule.ifUnset {
                apply(rule, other)
            } else if isCandidate {
                apply(rule, subject)
            } else if rule.isNegated {
                hit(rule.rule)
            }
        }
    }

    private mutating func apply(_ rule: PatternRule, _ subject: Bytes) {
        let expression = rule.expression.expression
        if rule.isNegated {
            if !worker.matcher.matches(expression, subject) { hit(rule.rule) }
        } else if let limit = rule.maximumHits {
            count(rule, expression, subject, limit: limit)
        } else if let range = worker.matcher.firstRange(of: expression, in: subject) {
            hit(rule.rule, text: subject[range])
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
    private mutating func lines(_ group: PatternGroup, _ lines: [Bytes], hasSubject: Bool) {
        guard !group.rules.isEmpty else { return }
        let always = group.alwaysTried()
        var candidates = always
        // What has hit once and counts no further is not looked for again.
        var done = [UInt64](repeating: 0, count: always.count)
        for (number, line) in lines.enumerated() {
            candidates = always
            if let set = group.set { worker.scan.scan(line, for: set, into: &candidates) }
            for word in candidates.indices {
                var bits = candidates[word] & ~done[word]
                while bits != 0 {
                    let index = word << 6 | bits.trailingZeroBitCount
                    bits &= bits - 1
                    guard index < group.rules.count else { break }
                    let rule = group.rules[index]
                    if rule.leavesOutSubject, hasSubject, number == 0 { continue }
                    let expression = rule.expression.expression
                    if let limit = rule.maximumHits {
                        count(rule, expression, line, limit: limit - counts[rule.rule])
                        if counts[rule.rule] >= limit { done[word] |= 1 << UInt64(index & 63) }
                    } else if let range = worker.matcher.firstRange(of: expression, in: line) {
                        hit(rule.rule, text: line[range])
                        done[word] |= 1 << UInt64(index & 63)
                    }
                }
            }
        }
    }

    private mutating func mimeHeader(_ rule: Int, _ test: HeaderTest, _ expression: Expression) {
        let definition = engine.rules.rules[rule]
        let limit = definition.flags.maximumHits ?? (definition.flags.isMultiple ? 1_000 : 1)
        let range = definition.flags.range ?? 0...1_000
        var joined: [UInt8] = []
        for (index, part) in message.parts.enumerated() {
            guard index + 1 <= range.upperBound else { break }
            guard index + 1 >= range.lowerBound else { continue }
            var value = RuleRun.value(of: test, in: part)
            if definition.flags.concatenates {
                if value.last != .lf { value.append(.lf) }
                joined += value
            } else if checkMIME(rule, Bytes(value), expression, test, limit) {
                return
            }
        }
        if definition.flags.concatenates, checkMIME(rule, Bytes(joined), expression, test, limit) { return }
        if test.isNegated { hit(rule) }
    }

    static func value(of test: HeaderTest, in part: RulePart) -> [UInt8] {
        let request = HeaderRequest(test.request)
        if request.name == "ALL" {
            return part.header.fields.flatMap {
                $0.name + [.colon, .space] + (request.isRaw ? $0.raw : $0.value + [.lf])
            }
        }
        guard let field = part.header.last(request.key) else { return test.ifUnset ?? [] }
        return request.isRaw ? field.raw : field.value + [.lf]
    }

    /// Counts the matches; whether there was any.
    private mutating func checkMIME(
        _ rule: Int, _ value: Bytes, _ expression: Expression, _ test: HeaderTest, _ limit: Int
    ) -> Bool {
        if test.isNegated { return worker.matcher.matches(expression, value) }
        var found = 0
        var first: Range<Int>?
        worker.matcher.eachRange(of: expression, in: value) { range in
            if found == 0 { first = range }
            found += 1
            return found < limit
        }
        guard found > 0 else { return false }
        let isMultiple = engine.rules.rules[rule].flags.isMultiple
        hit(rule, count: isMultiple ? found : 1, text: first.map { value[$0] })
        return true
    }

    private func hasURI(_ criteria: [(criterion: URICriterion, expression: LazyExpression)]) -> Bool {
        message.uris.details.contains { detail in
            criteria.allSatisfy { criterion, expression in
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
                    worker.matcher.matches(expression.expression, Bytes($0)) != criterion.isNegated
                }
            }
        }
    }

    private mutating func metas() {
        var stack: [Double] = []
        for (rule, expression, operands) in engine.metas {
            // A meta rule of score 0 is never worked out, and so neither is one that waits for it.
            guard operands.allSatisfy({ $0 < 0 || isKnown[$0] }) else { continue }
            isKnown[rule] = true
            let value = expression.value(&stack) { operands[$0] < 0 ? 0 : values[operands[$0]] }
            if value != 0 { hit(rule, value: value > 0 ? value : 1) }
        }
    }

    func verdict(exhausted: Int) -> RuleVerdict {
        var hits: [RuleVerdict.Hit] = []
        var total = 0
        for (index, rule) in engine.rules.rules.enumerated() where counts[index] > 0 {
            let score = rule.isPart ? 0 : engine.scores[index] * counts[index]
            total += score
            hits.append(
                RuleVerdict.Hit(
                    name: rule.name, summary: rule.summary, score: score, count: counts[index], area: rule.test.word,
                    text: texts[index]))
        }
        return RuleVerdict(hits: hits, score: total, exhaustionCount: exhausted)
    }
}
