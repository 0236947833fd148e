import Expressions

/// The `mimeheader` rules that look at one field of each part.
struct PartRules: Sendable {
    struct Rule: Sendable {
        let pattern: PatternRule
        let limit: Int
        let range: ClosedRange<Int>
        let concatenates: Bool
        let isMultiple: Bool
    }

    let request: HeaderRequest
    var rules: [Rule] = []

    init(_ request: HeaderRequest) { self.request = request }

    mutating func append(_ index: Int, _ test: HeaderTest, _ expression: PerlExpression, _ rule: RuleDefinition) {
        rules.append(
            Rule(
                pattern: PatternRule(index, expression, rule, isNegated: test.isNegated, ifUnset: test.ifUnset),
                limit: rule.flags.maximumHits ?? (rule.flags.isMultiple ? 1_000 : 1),
                range: rule.flags.range ?? 0...1_000, concatenates: rule.flags.concatenates,
                isMultiple: rule.flags.isMultiple))
    }
}
