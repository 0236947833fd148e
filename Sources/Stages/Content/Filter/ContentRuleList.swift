import Policy
import Screening

/// The rules of a policy, looked at for mistakes.
struct ContentRuleList {
    private let rules: [Placed<ContentRule>]

    /// Rules beyond this are not compared with all others.
    private static let most = 2000

    init(_ rules: [Placed<ContentRule>]) { self.rules = rules }

    /// Notes rules that share a symbol, rules for which no message holds, and rules that none ever gets to.
    func noteMistakes(in reader: inout PolicyReader) {
        var taken: [Symbol: String] = [
            ContentFilter.exhausted: "of expressions given up", ContentFilter.programFailed: "of programs that failed",
        ]
        for (index, rule) in rules.enumerated() {
            if let other = taken.updateValue(rule.value.name, forKey: rule.value.symbol) {
                reader.report(
                    "the rule \"\(other)\" has the symbol \(rule.value.symbol) too; give this one a 'symbol' of its own",
                    at: rule.place)
            }
            if rule.value.tellsWhatItMisses { taken[rule.value.almost] = taken[rule.value.almost] ?? rule.value.name }
            if case .skip(let count) = rule.value.then, count > rules.count - index - 1 {
                reader.warn(
                    "the rule \"\(rule.value.name)\" skips \(count) rules, and \(rules.count - index - 1) come after it",
                    at: rule.place)
            }
            if let pair = rule.value.contradiction {
                reader.warn(
                    "the rule \"\(rule.value.name)\" never holds: no message is one for which \"\(pair.0.shown)\" and "
                        + "\"\(pair.1.shown)\" hold together", at: rule.place)
            } else if let reason = obstacle(before: index) {
                reader.warn("the rule \"\(rule.value.name)\" is never reached: \(reason)", at: rule.place)
            }
        }
    }

    /// Why no message that the rule holds for gets to it; nil when one may.
    private func obstacle(before index: Int) -> String? {
        guard index < ContentRuleList.most else { return nil }
        let rule = rules[index].value
        for (earlier, other) in rules[..<index].enumerated() where !isSkipped(earlier) {
            let covers = other.value.holdsAlways || rule.isCovered(by: other.value)
            guard covers else { continue }
            let whom =
                other.value.holdsAlways ? "holds for every message" : "holds for every message that this one holds for"
            switch other.value.then {
            case .stop: return "\"\(other.value.name)\" \(whom) and stops"
            case .skip(let count) where index <= earlier + count:
                return "\"\(other.value.name)\" \(whom) and skips it"
            case .skip, .next: continue
            }
        }
        return nil
    }

    /// Whether an earlier rule may skip this one.
    private func isSkipped(_ index: Int) -> Bool {
        rules[..<index].enumerated().contains { earlier, rule in
            if case .skip(let count) = rule.value.then { index <= earlier + count } else { false }
        }
    }
}

extension ContentRule {
    /// Two conditions that never hold together and would have to.
    fileprivate var contradiction: (ContentCondition, ContentCondition)? {
        let needed = all.map(\.value)
        for (index, condition) in needed.enumerated() {
            for other in needed[..<index] where condition.contradicts(other) { return (other, condition) }
        }
        // One of the others has to hold, and each contradicts what has to hold anyway.
        var last: (ContentCondition, ContentCondition)?
        for choice in any.map(\.value) {
            guard let other = needed.first(where: { $0.contradicts(choice) }) else { return nil }
            last = (other, choice)
        }
        return last
    }

    /// Whether each message that this rule holds for is one that `other` holds for too.
    fileprivate func isCovered(by other: ContentRule) -> Bool {
        // A program may answer otherwise the next time, and what was found grows from rule to rule.
        let isSteady = (other.all + other.any).allSatisfy {
            $0.value.program == nil && $0.value.subject != .score && $0.value.subject != .finding
        }
        guard isSteady else { return false }
        // Several conditions about files are about one file: that cannot be told from each by itself.
        guard other.all.filter({ $0.value.subject.isAttachment }).count < 2 else { return false }
        let mine = all.map(\.value)
        let holdsAll = other.all.allSatisfy { theirs in mine.contains { $0.implies(theirs.value) } }
        guard holdsAll, !other.any.isEmpty else { return holdsAll }
        let choices = other.any.map(\.value)
        if mine.contains(where: { one in choices.contains { one.implies($0) } }) { return true }
        return !any.isEmpty && any.allSatisfy { one in choices.contains { one.value.implies($0) } }
    }
}

extension ContentCondition {
    /// The condition in words.
    var shown: String { (isNegated ? "not " : "") + text }
}
