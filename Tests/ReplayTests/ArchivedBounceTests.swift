import Archives
import DNS
import Policy
import Replay
import Screening
import Stages
import Testing
import Values

/// Backscatter protection on archives, where the recipient as the bounce had it stands in a header field.
@Suite struct ArchivedBounceTests {
    private static let tagged = "prvs=0851d90394=eva@company.example"
    private static let received = """
        Received: from mail.partner.example (mail.partner.example [192.0.2.1])
        \tby mx.company.example (Postfix) with ESMTP id 1
        """
    private static let time = "; Wed,  1 May 2024 10:00:00 +0000 (UTC)\n"

    private static func policy() throws -> ScreeningPolicy {
        let text = """
            version: 1
            local_domains: [company.example]
            stages:
              backscatter:
                keys: [{number: 0, file: batv.key}]
            """
        let (node, _) = PolicyDocument.parse(text, file: "policy.yaml")
        let files = PolicyFiles { _ in .success(Bytes("first secret\n")) }
        let read = ScreeningPolicy.read([try #require(node)], catalogue: catalogue, files: files)
        return try #require(read.policy, "\(read.diagnostics.map(\.description))")
    }

    @Test(arguments: [
        // Delivered under its own name, with the original recipient kept beside it.
        (
            "Delivered-To: eva@company.example\nX-Original-To: \(tagged)\nReturn-Path: <>\n\(received)\(time)",
            "BATV_VALID"
        ),
        ("Return-Path: <>\nEnvelope-To: \(tagged)\n\(received)\(time)", "BATV_VALID"),
        ("Return-Path: <>\n\(received)\n\tfor <\(tagged)>\(time)", "BATV_VALID"),
        // A delivery status notification is addressed to the reverse-path.
        ("Return-Path: <>\nDelivered-To: eva@company.example\n\(received)\(time)To: <\(tagged)>\n", "BATV_VALID"),
        ("Return-Path: <>\n\(received)\(time)To: Eva <\(tagged)>\n", "BATV_VALID"),
        (
            "Return-Path: <>\nDelivered-To: eva@company.example\n\(received)\(time)To: eva@company.example\n",
            "BATV_MISSING"
        ),
        ("Return-Path: <>\n\(received)\(time)To: eva@company.example\n", "BATV_MISSING"),
        (
            "Return-Path: <>\nDelivered-To: eva@company.example\nX-Original-To: prvs=0851abcdef=eva@company.example\n"
                + received + time, "BATV_INVALID"
        ),
        (
            "Return-Path: <MAILER-DAEMON@partner.example>\nDelivered-To: eva@company.example\n\(received)\(time)",
            "BATV_MISSING"
        ),
        ("Return-Path: <ann@partner.example>\nDelivered-To: eva@company.example\n\(received)\(time)", "-"),
        ("Return-Path: <>\nDelivered-To: ann@elsewhere.example\n\(received)\(time)", "-"),
        ("Return-Path: <>\n\(received)\(time)", "recipient not known"),
        ("Delivered-To: eva@company.example\n\(received)\(time)", "reverse-path not known"),
        (
            "Return-Path: <ann@partner.example>\nDelivered-To: eva@company.example\n\(received)\(time)"
                + "Auto-Submitted: auto-replied\n", "BATV_AUTORESPONSE"
        ),
        (
            "Return-Path: <ann@partner.example>\nDelivered-To: eva@company.example\nX-Original-To: \(tagged)\n"
                + received + time + "Auto-Submitted: auto-replied\n", "BATV_VALID"
        ),
    ])
    func originalRecipientIsLookedAt(_ header: String, _ expected: String) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "bounce.eml", header + "From: daemon@partner.example\nSubject: x\n\nNo such user.\n")
        let environment = ScreeningEnvironment(dns: { _ in NoDNS() }, state: nil)
        let lines = try await lines(
            ReplayRun.Options([.path(file)]), policy: try Self.policy(), environment: environment)
        let record = try object(try #require(lines.first))
        func texts(_ key: String, _ name: String) -> [String] {
            (record[key] as? [[String: Any]] ?? []).filter { $0["stage"] as? String == "backscatter" }
                .compactMap { $0[name] as? String }
        }
        let found = texts("findings", "symbol")
        #expect(
            (found.isEmpty ? Array(Set(texts("not_evaluated", "reason"))) : found)
                == (expected == "-" ? [] : [expected]))
    }
}
