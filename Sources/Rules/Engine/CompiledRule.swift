import Expressions
import Synchronization
import Values

/// An expression that is compiled when it is first wanted: of thousands, a message needs a few.
final class LazyExpression: Sendable {
    let source: PerlExpression
    private let made = Mutex<Expression?>(nil)

    init(_ source: PerlExpression) { self.source = source }

    var expression: Expression {
        made.withLock { known in
            if let known { return known }
            let compiled = Expression(unchecked: source)
            known = compiled
            return compiled
        }
    }
}

/// A rule that looks for an expression.
struct PatternRule: Sendable {
    /// Its place among the rules.
    let rule: Int
    let expression: LazyExpression
    let isNegated: Bool
    let ifUnset: Bytes?
    /// How many hits are counted; nil for one.
    let maximumHits: Int?
    let leavesOutSubject: Bool

    init(
        _ rule: Int, _ expression: PerlExpression, _ definition: RuleDefinition, isNegated: Bool = false,
        ifUnset: [UInt8]? = nil
    ) {
        self.rule = rule
        self.expression = LazyExpression(expression)
        self.isNegated = isNegated
        self.ifUnset = ifUnset.map { Bytes($0) }
        maximumHits = definition.flags.isMultiple ? definition.flags.maximumHits ?? PatternRule.hitLimit : nil
        leavesOutSubject = definition.flags.leavesOutSubject
    }

    /// How often a rule without a limit of its own is counted.
    static let hitLimit = 10_000
}

/// The rules that look at the same bytes, with the pass that tells which of them can match.
struct PatternGroup: Sendable {
    let rules: [PatternRule]
    var set: PatternSet?

    /// Groups of fewer are matched one by one.
    static let smallest = 4

    var patterns: [(pattern: [UInt8], options: Expression.Options)] {
        rules.map { ($0.expression.source.loosePattern, $0.expression.source.options) }
    }

    var wantsSet: Bool { rules.count >= PatternGroup.smallest }

    /// What has to be tried whatever the pass says.
    func alwaysTried() -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (rules.count + 63) / 64)
        if let set {
            for index in set.unfiltered { words[index >> 6] |= 1 << UInt64(index & 63) }
        } else {
            for index in rules.indices { words[index >> 6] |= 1 << UInt64(index & 63) }
        }
        return words
    }
}
