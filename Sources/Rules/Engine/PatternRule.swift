import Expressions
import Synchronization
import Values

/// A rule that looks for an expression, which is compiled when it is first wanted: of thousands, a message needs a few.
final class PatternRule: Sendable {
    /// Its place among the rules.
    let rule: Int
    let source: PerlExpression
    let isNegated: Bool
    let ifUnset: Bytes?
    /// How many hits are counted; nil for one.
    let maximumHits: Int?
    let leavesOutSubject: Bool
    let readsInvitations: Bool
    /// The groups whose matches other rules wait for.
    let captures: [String]
    /// Whether it is only a part of others, and dear to look for: it is looked for last, and only where it matters.
    let mayWait: Bool
    private let made = AtomicLazyReference<Expression>()

    init(
        _ rule: Int, _ source: PerlExpression, _ definition: RuleDefinition, isNegated: Bool = false,
        ifUnset: [UInt8]? = nil
    ) {
        (self.rule, self.source, self.isNegated) = (rule, source, isNegated)
        self.ifUnset = ifUnset.map { Bytes($0) }
        maximumHits = definition.flags.isMultiple ? definition.flags.maximumHits ?? PatternRule.hitLimit : nil
        leavesOutSubject = definition.flags.leavesOutSubject
        readsInvitations = definition.flags.readsInvitations
        let names = TaggedRule.captures(of: source.pattern)
        captures = names
        mayWait = definition.isPart && names.isEmpty && source.pattern.count > PatternRule.dearLength
    }

    var expression: Expression {
        made.load() ?? made.storeIfNil(Expression(unchecked: source))
    }

    /// Patterns of more bytes are dear: it takes them long to find out that they do not match.
    private static let dearLength = 120

    /// How often a rule without a limit of its own is counted.
    static let hitLimit = 10_000
}

/// The rules that look at the same bytes, with the pass that tells which of them can match.
struct PatternGroup: Sendable {
    let rules: [PatternRule]
    var set: PatternSet? {
        didSet { always = set?.unfiltered ?? Array(rules.indices) }
    }
    /// Those that have to be tried whatever the pass says.
    private(set) var always: [Int]
    /// Those that hit where their expression does not match, or that look elsewhere where there is nothing.
    let odd: [Int]

    /// Groups of fewer are matched one by one.
    private static let smallest = 3

    init(rules: [PatternRule]) {
        self.rules = rules
        always = Array(rules.indices)
        odd = rules.indices.filter { rules[$0].isNegated || rules[$0].ifUnset != nil }
    }

    var patterns: [(pattern: [UInt8], options: Expression.Options)] {
        rules.map { ($0.source.pattern, $0.source.options) }
    }

    var wantsSet: Bool { rules.count >= PatternGroup.smallest }
}
