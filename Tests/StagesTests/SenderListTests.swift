import DNS
import Mail
import Policy
import Screening
import State
import Testing
import Values

@testable import Stages

/// Lists of many entries, and header fields of many and long addresses.
@Suite struct SenderListTests {
    private static func policy(_ text: String, file contents: String) throws -> ScreeningPolicy {
        let files = PolicyFiles { _ in .success(Bytes(contents)) }
        let (node, _) = PolicyDocument.parse(text, file: "policy.yaml")
        let (policy, mistakes) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: catalogue, files: files)
        return try #require(policy, "\(mistakes)")
    }

    private static func screener(_ policy: ScreeningPolicy) -> SessionScreener {
        SessionScreener(
            policy: policy, session: Session(id: "s"),
            environment: ScreeningEnvironment(dns: { _ in DNSZone() }, state: MemoryState()))
    }

    @Test(.timeLimit(.minutes(10))) func aHundredThousandEntriesAreFound() async throws {
        let count = 100_000
        let lines = (0..<count).map { number in
            switch number % 3 {
            case 0: "user\(number)@listed.example"
            case 1: "domain\(number).example"
            default: ".above\(number).example"
            }
        }
        let policy = try Self.policy(
            "version: 1\nstages: {sender-blocklist: {files: [list.txt]}}",
            file: lines.joined(separator: "\n"))
        for (sender, place) in [
            ("user0@listed.example", "list.txt:1:1"), ("USER99999@Listed.example", "list.txt:100000:1"),
            ("x@domain1.example", "list.txt:2:1"), ("x@a.b.above99998.example", "list.txt:99999:1"),
            ("user1@listed.example", nil), ("x@above2.example", nil), ("x@a.domain1.example", nil),
        ] as [(String, String?)] {
            var screener = Self.screener(policy)
            let path = try #require(SMTPPath(sender))
            let ruling = await screener.mail(.observed(path), at: Timestamp(seconds: 0))
            let ended = screener.endTransaction()
            let record = try #require(ended)
            let finding = record.findings.first { $0.finding.symbol == SenderBlocklist.blocked }?.finding
            #expect(
                finding?.evidence.items.first { $0.key == "listed_at" }?.value == place.map { .text($0) }, "\(sender)")
            #expect((ruling.verdict.disposition == .reject) == (place != nil), "\(sender)")
        }
    }

    /// What is not looked at is told.
    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            ("From: " + String(repeating: "a@b.example,", count: 101), ["more than 100 addresses in the field: From"]),
            ("From: " + String(repeating: "a@b.example,", count: 100), []),
            (
                "From: " + String(repeating: "a", count: 3000) + "@b.example",
                ["too long to compare with wildcards: From, 3010 bytes"]
            ),
            (
                "From: \"" + String(repeating: "x", count: 5000) + "\" <a@b.example>",
                ["too long to compare with wildcards: From, 5000 bytes"]
            ),
            ("From: \"x" + String(repeating: " ", count: 5000) + "\" <a@b.example>", []),
            ("Subject: nobody", []), ("From:", []), ("From: \u{0}", []),
        ])
    func whatIsLeftOutIsTold(_ field: String, _ expected: [String]) async throws {
        let policy = try Self.policy(
            """
            version: 1
            stages:
              spf: {enabled: no}
              dkim: {enabled: no}
              dmarc: {enabled: no}
              lan-ips: {enabled: no}
              ip-screen: {enabled: no}
              sender-blocklist:
                entries: [{sender: "*nobody*@*.invalid", applies_to: [from]}, {name: "*nobody*"}]
            """, file: "")
        var screener = Self.screener(policy)
        _ = await screener.message(Message(Bytes(field + "\r\n\r\n")), at: Timestamp(seconds: 0))
        let closed = screener.close()
        let judgement = try #require(closed)
        #expect(judgement.notEvaluated.filter { !$0.reason.hasPrefix("unknown") }.map(\.reason) == expected)
        #expect(judgement.findings.isEmpty)
    }
}
