import Policy
import Screening
import Stages
import Testing
import Tuning
import Values

/// Rulings on profiles: the judge's own, whatever the policy.
@Suite struct RulingTests {
    private static let spf = FindingKind(stage: "spf", phase: .mail, symbol: "SPF_FAIL", scope: .transaction)
    private static let dkim = FindingKind(stage: "dkim", phase: .message, symbol: "DKIM_FAIL", scope: .transaction)

    private static func findings(hasMessage: Bool = true, recipients: Int = 1) -> RunFindings {
        RunFindings(
            kinds: [spf, dkim],
            profiles: [
                FindingProfile(
                    kinds: [0, 1], recipientCount: recipients, hasMessage: hasMessage, checkpoint: .mail,
                    disposition: .reject),
                FindingProfile(
                    kinds: [], recipientCount: recipients, hasMessage: hasMessage, checkpoint: .message,
                    disposition: .accept),
            ],
            messages: [
                .init(number: 1, profile: 0, label: .spam, time: nil),
                .init(number: 2, profile: 1, label: .ham, time: nil),
                .init(number: 3, profile: 0, label: .ham, time: nil),
            ])
    }

    private static func policy(_ text: String) throws -> ScreeningPolicy {
        let (node, mistakes) = PolicyDocument.parse(Bytes("version: 1\n" + text), file: "p.yaml")
        #expect(mistakes.isEmpty)
        let (policy, diagnostics) = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        return try #require(policy)
    }

    @Test(arguments: [
        ("actions: {SPF_FAIL: reject}", Disposition.reject, Phase.mail),
        ("actions: {SPF_FAIL: score}\nweights: {SPF_FAIL: 6, DKIM_FAIL: 0}", .tag, .message),
        (
            "actions: {SPF_FAIL: score, DKIM_FAIL: quarantine}\nweights: {SPF_FAIL: 0, DKIM_FAIL: 0}", .quarantine,
            .message
        ),
        ("actions: {SPF_FAIL: score}\nweights: {SPF_FAIL: 6, DKIM_FAIL: 6}", .reject, .message),
        ("stages: {spf: {enabled: false}}\nweights: {DKIM_FAIL: 0}", .accept, .message),
    ])
    func policiesRuleOnProfiles(text: String, disposition: Disposition, checkpoint: Phase) throws {
        let rulings = Self.findings().rulings(under: try Self.policy(text))
        #expect(rulings[0].disposition == disposition)
        #expect(rulings[0].checkpoint == checkpoint)
        #expect(rulings[1].disposition == .accept)
    }

    /// Rules of the content filter that ask for the score, or for what was found, are judged anew with it. `found` are the
    /// symbols of the filter in the run.
    @Test(arguments: [
        // What counts 6 now counted less in the run.
        ("{name: a, when: [{in: score, over: 5}], action: quarantine}", [], Disposition.quarantine, false),
        ("{name: a, when: [{in: score, over: 7}], action: quarantine}", ["CONTENT_A"], .accept, false),
        ("{name: a, when: [{in: score, under: 5, not: true}], action: quarantine}", [], .quarantine, false),
        (
            "{name: a, any: [{in: score, over: 9}, {in: finding, is: DKIM_FAIL}], action: quarantine}", [], .quarantine,
            false
        ),
        ("{name: a, when: [{in: finding, is: BAYES_SPAM}], action: quarantine}", ["CONTENT_A"], .accept, false),
        // The run tells that the subject was so.
        (
            "{name: a, when: [{in: subject, is: x}, {in: score, over: 5}], action: quarantine}", ["CONTENT_A_ALMOST"],
            .quarantine, false
        ),
        ("{name: a, when: [{in: subject, is: x}, {in: score, over: 5}], action: quarantine}", [], .accept, false),
        (
            "{name: a, when: [{in: subject, is: x}, {in: score, under: 5}], action: quarantine}", ["CONTENT_A"],
            .accept,
            false
        ),
        // Rules add to the score for those behind them, and stop them.
        (
            "{name: a, when: [{in: score, over: 5}], weight: 2}, {name: b, when: [{in: score, over: 7}], action: quarantine}",
            [], .quarantine, false
        ),
        (
            "{name: a, when: [{in: score, over: 7}], then: stop}, {name: b, when: [{in: score, over: 5}], action: quarantine}",
            ["CONTENT_A"], .quarantine, false
        ),
        (
            "{name: a, when: [{in: score, over: 5}], then: stop}, {name: b, when: [{in: subject, is: x}], action: quarantine}",
            ["CONTENT_B"], .accept, false
        ),
        // What the run did not look at is not known.
        (
            "{name: a, when: [{in: score, over: 7}], then: skip 1}, {name: b, when: [{in: subject, is: x}], action: quarantine}",
            ["CONTENT_A"], .accept, true
        ),
        // One of several conditions: the run does not tell which it was.
        (
            "{name: a, any: [{in: subject, is: x}, {in: score, over: 7}], action: quarantine}", ["CONTENT_A"],
            .quarantine,
            true
        ),
        ("{name: a, any: [{in: subject, is: x}, {in: score, over: 7}], action: quarantine}", [], .accept, false),
        ("{name: a, any: [{in: subject, is: x}, {in: score, over: 5}], action: quarantine}", [], .quarantine, false),
    ])
    func rulesOnTheScoreAreJudgedAnew(
        rules: String, found: [String], disposition: Disposition, isUnknown: Bool
    ) throws {
        let kinds =
            [Self.dkim]
            + found.map {
                FindingKind(stage: "content-filter", phase: .message, symbol: Symbol($0), scope: .transaction)
            }
        let findings = RunFindings(
            kinds: kinds,
            profiles: [
                FindingProfile(
                    kinds: kinds.indices.map { Int32($0) }, recipientCount: 1, hasMessage: true, checkpoint: .message,
                    disposition: .accept)
            ], messages: [.init(number: 1, profile: 0, label: .ham, time: nil)])
        let trial = try Self.policy(
            "stages: {content-filter: {rules: [\(rules)]}}\nweights: {DKIM_FAIL: 6}\nthresholds: {tag: 90, reject: 99}")
        let ruling = findings.rulings(under: trial)[0]
        #expect(ruling.disposition == disposition)
        #expect(findings.unknown(in: [[ruling]]).map(\.messages) == (isUnknown ? [1] : []), "\(ruling.unknown)")
    }

    @Test func whatTipsAMessageIsNamedWithItsLine() throws {
        let base = try Self.policy("actions: {SPF_FAIL: reject}\nweights: {DKIM_FAIL: 0}")
        let trial = try Self.policy(
            "actions: {SPF_FAIL: score}\nweights: {SPF_FAIL: 6, DKIM_FAIL: 0}\nthresholds: {tag: 6}")
        let comparison = PolicyComparison(Self.findings(), base: base, trial: trial)
        #expect(comparison.changed.map(\.number) == [1, 3])
        #expect(comparison.counts.count(from: .reject, to: .tag, label: .ham) == 1)
        #expect(comparison.counts.count(from: .reject, to: .tag) == 2)
        #expect(comparison.counts.count(from: .accept, to: .accept) == 1)
        let told = comparison.differences(of: 0).map { difference in
            switch difference {
            case .weight(let symbol, _, let now, let place): "\(symbol) \(now) \(place)"
            case .action(let symbol, let was, let now, let place): "\(symbol) \(was) \(now) \(place)"
            case .threshold(let disposition, let was, let now, let place):
                "\(disposition) \(was ?? -1) \(now ?? -1) \(place)"
            case .stageOff, .stageOn, .mixedRecipients: "something else"
            }
        }
        #expect(
            told == [
                "SPF_FAIL 6000 p.yaml:3:21", "SPF_FAIL reject score p.yaml:2:21", "tag 5000 6000 p.yaml:4:19",
            ])
        #expect(comparison.differences(of: 1).isEmpty)
    }

    /// A session that ended before its message is ruled on at the checkpoints that it reached.
    @Test func sessionsWithoutMessage() throws {
        let findings = Self.findings(hasMessage: false, recipients: 0)
        let policy = try Self.policy("actions: {SPF_FAIL: reject}")
        #expect(findings.rulings(under: policy)[0].checkpoint == .mail)
        #expect(findings.rulings(under: policy)[0].disposition == .reject)
    }
}
