import Policy
import Screening
import Stages
import Testing
import Values

/// Rules of the content filter that nothing gets to, or that hold for nothing.
@Suite struct ContentRuleListTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let rules: [String]
        /// The number of the rule that is told of, from 1, and words of what is told.
        let told: [(rule: Int, words: String)]
        var testDescription: String { rules.joined(separator: " · ") }

        init(_ rules: String..., told: (Int, String)...) {
            (self.rules, self.told) = (rules, told.map { (rule: $0.0, words: $0.1) })
        }
    }

    static let cases = [
        Case("{name: a, then: stop}", "{name: b}", told: (2, "\"a\" holds for every message and stops")),
        Case("{name: a, then: skip 1}", "{name: b}", "{name: c}", told: (2, "and skips it")),
        // A rule that skips the one that stops lets mail get past it.
        Case("{name: z, when: [{in: size, over: 1M}], then: skip 1}", "{name: a, then: stop}", "{name: b}"),
        Case(
            "{name: z, when: [{in: size, over: 1M}], then: skip 1}", "{name: y}", "{name: a, then: stop}", "{name: b}",
            told: (4, "holds for every message and stops")),
        Case("{name: a, then: skip 3}", "{name: b}", told: (1, "skips 3 rules, and 1 come after it"), (2, "skips it")),
        // The same conditions again.
        Case(
            "{name: a, when: [{in: subject, is: x}], then: stop}", "{name: b, when: [{in: subject, is: X}]}",
            told: (2, "\"a\" holds for every message that this one holds for and stops")),
        Case("{name: a, when: [{in: subject, is: x}]}", "{name: b, when: [{in: subject, is: x}]}"),
        Case("{name: a, when: [{in: subject, is: x}], then: stop}", "{name: b, when: [{in: subject, is: y}]}"),
        // Narrower ones.
        Case(
            "{name: a, when: [{in: subject, contains: off}], then: stop}",
            "{name: b, when: [{in: subject, starts: Special offer}, {in: size, over: 1M}]}", told: (2, "never reached")),
        Case(
            "{name: a, when: [{in: size, over: 1M}], then: stop}", "{name: b, when: [{in: size, over: 2M}]}",
            told: (2, "never reached")),
        Case("{name: a, when: [{in: size, over: 2M}], then: stop}", "{name: b, when: [{in: size, over: 1M}]}"),
        Case(
            "{name: a, when: [{in: header X-A}], then: stop}", "{name: b, when: [{in: header X-A, is: y}]}",
            told: (2, "never reached")),
        Case(
            "{name: a, when: [{in: sender, ends: x.example, not: true}], then: stop}",
            "{name: b, when: [{in: sender, is: a@y.example}]}", told: (2, "never reached")),
        // A message has several recipients: one that is not so may be beside one that is.
        Case(
            "{name: a, when: [{in: recipient, ends: x.example, not: true}], then: stop}",
            "{name: b, when: [{in: recipient, is: a@y.example}]}"),
        Case(
            "{name: a, any: [{in: subject, is: x}, {in: subject, is: y}], then: stop}",
            "{name: b, when: [{in: subject, is: y}]}", told: (2, "never reached")),
        Case(
            "{name: a, any: [{in: subject, is: x}, {in: subject, is: y}], then: stop}",
            "{name: b, any: [{in: subject, is: y}, {in: subject, is: z}]}"),
        // What was found and counts grows from rule to rule; files are looked at one by one.
        Case("{name: a, when: [{in: score, over: 5}], then: stop}", "{name: b, when: [{in: score, over: 5}]}"),
        Case(
            "{name: a, when: [{in: finding, is: SPF_FAIL}], then: stop}",
            "{name: b, when: [{in: finding, is: SPF_FAIL}]}"),
        // What nobody finds.
        Case(
            "{name: a, when: [{in: finding, is: SPF_FIAL}]}", "{name: b, any: [{in: finding, is: content_a}]}",
            "{name: c, when: [{in: finding, starts: SPAMMY}]}", "{name: d, when: [{in: finding, is: X_9, not: true}]}",
            told: (1, "no stage has the symbol SPF_FIAL; did you mean 'SPF_FAIL'?"), (4, "no stage has the symbol X_9")),
        Case(
            "{name: a, when: [{in: attachment-name, ends: .exe}, {in: attachment-size, over: 1M}], then: stop}",
            "{name: b, when: [{in: attachment-name, ends: .exe}, {in: attachment-size, over: 1M}]}"),
        // What cannot be.
        Case(
            "{name: a, when: [{in: size, over: 2M}, {in: size, under: 1M}]}",
            told: (1, "never holds: no message is one for which \"size over 2M\" and \"size under 1M\" hold")),
        Case(
            "{name: a, when: [{in: subject, contains: x}, {in: subject, contains: x, not: true}]}",
            told: (1, "\"not subject contains x\" hold together")),
        Case(
            "{name: a, when: [{in: sender, is: a@x.example}, {in: sender, ends: y.example}]}", told: (1, "never holds")),
        Case("{name: a, when: [{in: recipient, is: a@x.example}, {in: recipient, is: b@x.example}]}"),
        Case(
            "{name: a, when: [{in: size, under: 1M}], any: [{in: size, over: 2M}, {in: size, over: 3M}]}",
            told: (1, "never holds")),
        Case("{name: a, when: [{in: size, under: 1M}], any: [{in: size, over: 2M}, {in: subject, is: x}]}"),
        // A rule that is off is none.
        Case("{name: a, then: stop, disabled: true}", "{name: b}"),
    ]

    @Test(arguments: cases) func whatIsTold(_ example: Case) throws {
        let rules = example.rules.map { "      - \($0)" }.joined(separator: "\n")
        let text = "version: 1\nstages:\n  content-filter:\n    rules:\n\(rules)\n"
        let (node, _) = PolicyDocument.parse(Bytes(text), file: "policy")
        let read = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
        let policy = try #require(read.policy, "\(read.diagnostics)")
        let told = policy.warnings.map(\.description)
        #expect(told.count == example.told.count, "\(told)")
        for (rule, words) in example.told {
            #expect(told.contains { $0.hasPrefix("policy:\(rule + 4):") && $0.contains(words) }, "\(told)")
        }
    }
}
