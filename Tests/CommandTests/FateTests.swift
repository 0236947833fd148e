import Foundation
import Testing

/// What a server did then, beside what a policy rules now.
@Suite struct FateTests {
    /// A session in which this sender writes, and the server answers `end` to the message.
    private static func session(
        _ name: String, from sender: String, mail: String = "250 ok", recipient: String = "250 ok", end: String
    ) -> String {
        let lines = [
            #""event":"connect","client":"192.0.2.7:4312""#, #""from":"server","line":"220 mx.example""#,
            #""from":"client","line":"EHLO client.example""#, #""from":"server","line":"250 mx.example""#,
            #""from":"client","line":"MAIL FROM:<\#(sender)>""#, #""from":"server","line":"\#(mail)""#,
            #""from":"client","line":"RCPT TO:<eva@company.example>""#, #""from":"server","line":"\#(recipient)""#,
        ]
        let message = [
            #""from":"client","line":"DATA""#, #""from":"server","line":"354 go""#,
            #""event":"message","base64":"U3ViamVjdDogeAoKeAo=""#, #""from":"server","line":"\#(end)""#,
        ]
        return (lines + (recipient.hasPrefix("2") ? message : []) + [#""event":"close""#])
            .map { #"{"session":"\#(name)","time":"2024-05-01T10:00:00Z",\#($0)}"# }.joined(separator: "\n") + "\n"
    }

    @Test func tellsWhatDiffers() throws {
        let place = try Workplace()
        let text =
            FateTests.session("a", from: "a@bad.example", end: "250 2.0.0 queued as 1")
            + FateTests.session("b", from: "b@good.example", end: "250 2.0.0 queued as 2")
            + FateTests.session("c", from: "c@good.example", recipient: "550 5.1.1 unknown", end: "")
            + FateTests.session("d", from: "d@bad.example", end: "554 5.7.1 spam")
        let policy = """
            version: 1
            local_domains: [company.example]
            stages:
              sender-blocklist:
                phase: mail
                entries:
                  - sender: "*@bad.example"
            """
        try text.write(toFile: place.path + "/t.ndjson", atomically: true, encoding: .utf8)
        try policy.write(toFile: place.path + "/p.yaml", atomically: true, encoding: .utf8)
        let lines = try place.assay(["replay", "t.ndjson", "--policy", "p.yaml", "--format", "ndjson"]).objects()
        let then = lines.compactMap { $0["then"] as? [String: Any] }
        #expect(then.map { $0["outcome"] as? String } == ["accepted", "accepted", "refused", "refused"])
        #expect(then.map { $0["checkpoint"] as? String } == ["message", "message", "rcpt", "message"])
        #expect(
            then.map { $0["reply"] as? String } == [
                "250 2.0.0 queued as 1", "250 2.0.0 queued as 2", "550 5.1.1 unknown", "554 5.7.1 spam",
            ])
        #expect(then.map { $0["differs"] as? Bool } == [true, false, true, false])
        let changed = try place.assay([
            "replay", "t.ndjson", "--policy", "p.yaml", "--format", "ndjson", "--only-changed",
        ])
        #expect(try changed.objects().compactMap { $0["mail_from"] as? String } == ["a@bad.example", "c@good.example"])
        let said = try place.assay(["replay", "t.ndjson", "--policy", "p.yaml", "--label", "ham"])
        #expect(
            said.output.contains(
                "Your server accepted 1 message that this policy would refuse: 1 at MAIL; this one looks legitimate"),
            "\(said.output)\(said.errors)")
        #expect(
            said.output.contains(
                "Your server refused 1 message that this policy would accept; for the recipient's mailbox"),
            "\(said.output)")
    }

    /// Who pipelines has named a recipient before the refusal of the sender came.
    @Test func theRefusalOfTheSenderStands() throws {
        let place = try Workplace()
        let text = FateTests.session(
            "a", from: "a@bad.example", mail: "550 5.7.1 blocked", recipient: "503 5.5.1 need MAIL", end: "")
        try place.write("t.ndjson", text)
        let lines = try place.assay(["replay", "t.ndjson", "--format", "ndjson"]).objects()
        let then = lines.first?["then"] as? [String: Any]
        let told = (then?["checkpoint"] as? String, then?["reply"] as? String)
        #expect(told == ("mail", "550 5.7.1 blocked"), "\(lines)")
    }
}
