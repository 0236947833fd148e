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
