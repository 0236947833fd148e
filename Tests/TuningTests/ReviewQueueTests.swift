import Policy
import Screening
import Stages
import Testing
import Tuning
import Values

/// Which messages are asked about first.
@Suite struct ReviewQueueTests {
    private static func policy() throws -> ScreeningPolicy {
        let (node, _) = PolicyDocument.parse(
            Bytes(
                "version: 1\nweights: {SPF_FAIL: 5, DKIM_FAIL: 1}\nactions: {SPF_FAIL: score}\nthresholds: {tag: 5}\n"),
            file: "p.yaml")
        let (policy, _) = ScreeningPolicy.read([try #require(node)], catalogue: catalogue)
        return try #require(policy)
    }

    private static let kinds = [("spf", Phase.mail, "SPF_FAIL" as Symbol), ("dkim", .message, "DKIM_FAIL")].map {
        FindingKind(stage: $0.0, phase: $0.1, symbol: $0.2, scope: .transaction)
    }
    private static let profiles = [[], [0], [1], [0, 1]].map {
        FindingProfile(kinds: $0, recipientCount: 1, hasMessage: true, checkpoint: .message, disposition: .accept)
    }

    private static func queue(
        _ messages: [(profile: Int32, label: RunFindings.Label)], limit: Int = 5, conflicts: Set<Int> = [],
        settled: Set<Int> = [], cluster: [Int: String] = [:]
    ) throws -> [Int] {
        let findings = RunFindings(
            kinds: kinds, profiles: profiles,
            messages: messages.enumerated().map {
                .init(number: $0 + 1, profile: $1.profile, label: $1.label, time: nil)
            })
        return ReviewQueue(
            findings, policy: try policy(), limit: limit, conflicts: conflicts, settled: settled,
            cluster: { _ in cluster }
        ).items.map(\.number)
    }

    @Test func nearAThresholdComesFirst() throws {
        #expect(try Self.queue([(0, .unlabelled), (2, .unlabelled), (1, .unlabelled)]) == [3, 2, 1])
    }

    @Test func conflictsComeFirst() throws {
        #expect(try Self.queue([(1, .unlabelled), (0, .ham)], conflicts: [2]) == [2, 1])
        #expect(try Self.queue([(1, .unlabelled), (0, .ham)], conflicts: [2], settled: [2]) == [1])
    }

    /// Of messages that are alike, one comes before the second of any.
    @Test func aClusterIsAskedAboutOnce() throws {
        let order = try Self.queue(
            [(1, .unlabelled), (1, .unlabelled), (1, .unlabelled), (2, .unlabelled)], limit: 2,
            cluster: [1: "a", 2: "a", 3: "a", 4: "b"])
        #expect(order.first == 1)
        #expect(order == [1, 4] || order == [1, 2])
    }

    /// What the policy lets pass and labelled mail calls spam comes before what both let pass.
    @Test func disagreementComesFirst() throws {
        let taught: [(Int32, RunFindings.Label)] = (0..<40).map { ($0 % 2 == 0 ? 2 : 0, $0 % 2 == 0 ? .spam : .ham) }
        let order = try Self.queue(taught + [(0, .unlabelled), (2, .unlabelled)], limit: 2)
        #expect(order == [42, 41])
    }

    /// A label against all that the others teach is asked about again.
    @Test func anUnlikelyLabelIsAskedAbout() throws {
        let taught: [(Int32, RunFindings.Label)] = (0..<200).map { ($0 % 2 == 0 ? 2 : 0, $0 % 2 == 0 ? .spam : .ham) }
        #expect(try Self.queue(taught + [(2, .ham)]) == [201])
    }
}
