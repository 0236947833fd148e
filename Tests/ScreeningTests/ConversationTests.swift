import Testing
import Values

@testable import Screening

@Suite struct ConversationTests {
    struct Example: CustomTestStringConvertible, Sendable {
        let title: String
        var probe = ""
        var top = ""
        let lines: [String]
        let replies: String
        let records: [String]
        var testDescription: String { title }
    }

    @Test(arguments: [
        Example(
            title: "an ordinary message", probe: "message: [PROBE_LIGHT]",
            lines: ["HELO a.example"] + mail(to: "eva@company.example") + ["QUIT"],
            replies: "220 250 250 250 354 250 221 close",
            records: [
                "2 | a.example | <ann@partner.example> | eva@company.example | 18 | message:LIGHT | message:accept"
            ]),
        Example(
            title: "nobody says anything", lines: [], replies: "220", records: ["0 | - | - |  | - |  | connect:accept"]),
        Example(
            title: "a greeting and no mail", probe: "connect: [PROBE_LIGHT], helo: [PROBE_TAG]",
            lines: ["EHLO a.example", "QUIT"], replies: "220 250 221 close",
            records: ["0 | a.example | - |  | - | connect:LIGHT,helo:TAG | helo:accept"]),
        Example(
            title: "a connection lost within a transaction",
            lines: ["HELO a.example", "MAIL FROM:<>", "RCPT TO:<e@c.example>"],
            replies: "220 250 250 250", records: ["2 | a.example | <> | e@c.example | - |  | rcpt:accept"]),
        Example(
            title: "a connection lost within the data",
            lines: ["HELO a.example", "MAIL FROM:<>", "RCPT TO:<e@c.example>", "DATA", "Subject: x"],
            replies: "220 250 250 250 354", records: ["2 | a.example | <> | e@c.example | - |  | rcpt:accept"]),
        Example(
            title: "RSET ends a transaction; what holds for the session stays",
            probe: "connect: [PROBE_LIGHT], mail: [PROBE_TAG]",
            lines: ["HELO a.example"] + mail(to: "e@c.example", data: nil) + ["RSET"]
                + mail(from: "b@p.example", to: "f@c.example")
                + ["QUIT"],
            replies: "220 250 250 250 250 250 250 354 250 221 close",
            records: [
                "2 | a.example | <ann@partner.example> | e@c.example | - | connect:LIGHT,mail:TAG | rcpt:accept",
                "5 | a.example | <b@p.example> | f@c.example | 18 | connect:LIGHT,mail:TAG | message:tag",
            ]),
        Example(
            title: "RSET without a transaction leaves nothing", lines: ["HELO a.example", "RSET", "QUIT"],
            replies: "220 250 250 221 close", records: ["0 | a.example | - |  | - |  | helo:accept"]),
        Example(
            title: "a second MAIL within a transaction is out of order and changes nothing",
            lines: [
                "HELO a.example", "MAIL FROM:<a@p.example>", "MAIL FROM:<b@p.example>", "RCPT TO:<e@c.example>", "QUIT",
            ],
            replies: "220 250 250 503 250 221 close",
            records: ["2 | a.example | <a@p.example> | e@c.example | - |  | rcpt:accept"]),
        Example(
            title: "two messages",
            lines: ["HELO a.example"] + mail(to: "e@c.example") + mail(from: "b@p.example", to: "f@c.example") + [
                "QUIT"
            ],
            replies: "220 250 250 250 354 250 250 250 354 250 221 close",
            records: [
                "2 | a.example | <ann@partner.example> | e@c.example | 18 |  | message:accept",
                "9 | a.example | <b@p.example> | f@c.example | 18 |  | message:accept",
            ]),
        Example(
            title: "EHLO ends a transaction, and is judged anew", probe: "helo: [PROBE_LIGHT]",
            lines: ["EHLO a.example"] + mail(to: "e@c.example", data: nil) + ["EHLO b.example"]
                + mail(to: "f@c.example") + ["QUIT"],
            replies: "220 250 250 250 250 250 250 354 250 221 close",
            records: [
                "2 | a.example | <ann@partner.example> | e@c.example | - | helo:LIGHT | rcpt:accept",
                "5 | b.example | <ann@partner.example> | f@c.example | 18 | helo:LIGHT | message:accept",
            ]),
        Example(
            title: "a refused greeting can be bettered, and is no longer held against the client",
            probe: "helo: [PROBE_REJECT], only: [bad.example]",
            lines: ["HELO bad.example", "MAIL FROM:<a@p.example>", "HELO a.example"] + mail(to: "e@c.example") + [
                "QUIT"
            ],
            replies: "220 553 503 250 250 250 354 250 221 close",
            records: ["4 | a.example | <ann@partner.example> | e@c.example | 18 |  | message:accept"]),
        Example(
            title: "a refused greeting leaves an open transaction as it was",
            probe: "helo: [PROBE_REJECT], mail: [PROBE_TAG], only: [bad.example, ann@partner.example]",
            lines: [
                "HELO a.example", "MAIL FROM:<ann@partner.example>", "HELO bad.example", "RCPT TO:<e@c.example>",
                "DATA", "Subject: x", "", "hi", ".",
            ],
            replies: "220 250 250 553 250 354 250",
            records: [
                "0 | bad.example | - |  | - | helo:REJECT | helo:reject",
                "2 | a.example | <ann@partner.example> | e@c.example | 18 | mail:TAG | message:tag",
            ]),
        Example(
            title: "refused at the banner", probe: "connect: [PROBE_REJECT]", lines: ["HELO a.example", "QUIT"],
            replies: "553 503 221 close", records: ["0 | - | - |  | - | connect:REJECT | connect:reject"]),
        Example(
            title: "disconnected at the banner", probe: "connect: [PROBE_DISCONNECT]", lines: ["HELO a.example"],
            replies: "554 close", records: ["0 | - | - |  | - | connect:DISCONNECT | connect:disconnect"]),
        Example(
            title: "refused at MAIL, and another sender let in",
            probe: "mail: [PROBE_DEFER], only: [a.example, bad@p.example]",
            lines: ["HELO a.example", "MAIL FROM:<bad@p.example>", "RCPT TO:<e@c.example>"] + mail(to: "e@c.example")
                + ["QUIT"],
            replies: "220 250 451 503 250 250 354 250 221 close",
            records: [
                "2 | a.example | <bad@p.example> |  | - | mail:DEFER | mail:defer",
                "4 | a.example | <ann@partner.example> | e@c.example | 18 |  | message:accept",
            ]),
        Example(
            title: "one recipient refused", probe: "rcpt: [PROBE_REJECT], only: [bad@c.example]",
            lines: ["HELO a.example"] + mail(to: "bad@c.example", "e@c.example") + ["QUIT"],
            replies: "220 250 250 553 250 354 250 221 close",
            records: [
                "2 | a.example | <ann@partner.example> | bad@c.example:553,e@c.example | 18 | rcpt:REJECT | message:accept"
            ]),
        Example(
            title: "every recipient refused", probe: "rcpt: [PROBE_DEFER]",
            lines: ["HELO a.example"] + mail(to: "e@c.example", "f@c.example", data: nil) + ["DATA", "QUIT"],
            replies: "220 250 250 451 451 503 221 close",
            records: [
                "2 | a.example | <ann@partner.example> | e@c.example:451,f@c.example:451 | - | rcpt:DEFER,rcpt:DEFER | rcpt:defer"
            ]),
        Example(
            title: "mail to a recipient is taken and dropped", probe: "rcpt: [PROBE_DISCARD]",
            lines: ["HELO a.example"] + mail(to: "e@c.example"), replies: "220 250 250 250 354 250",
            records: ["2 | a.example | <ann@partner.example> | e@c.example | 18 | rcpt:DISCARD | rcpt:discard"]),
        Example(
            title: "the message refused, the session going on", probe: "message: [PROBE_REJECT]",
            lines: ["HELO a.example"] + mail(to: "e@c.example") + mail(to: "f@c.example", data: nil) + ["QUIT"],
            replies: "220 250 250 250 354 553 250 250 221 close",
            records: [
                "2 | a.example | <ann@partner.example> | e@c.example | 18 | message:REJECT | message:reject",
                "9 | a.example | <ann@partner.example> | f@c.example | - |  | rcpt:accept",
            ]),
        Example(
            title: "the message refused and the connection closed", probe: "message: [PROBE_DISCONNECT]",
            lines: ["HELO a.example"] + mail(to: "e@c.example") + ["NOOP"], replies: "220 250 250 250 354 554 close",
            records: [
                "2 | a.example | <ann@partner.example> | e@c.example | 18 | message:DISCONNECT | message:disconnect"
            ]),
        Example(
            title: "the message taken and dropped", probe: "message: [PROBE_DISCARD]",
            lines: ["HELO a.example"] + mail(to: "e@c.example"), replies: "220 250 250 250 354 250",
            records: ["2 | a.example | <ann@partner.example> | e@c.example | 18 | message:DISCARD | message:discard"]),
        Example(
            title: "a protocol error that the policy refuses is answered at the next command, once",
            probe: "observe: [PROBE_REJECT]",
            lines: ["HELO a.example", "FOO", "MAIL FROM:<a@p.example>"] + mail(to: "e@c.example") + ["QUIT"],
            replies: "220 250 500 553 250 250 354 250 221 close",
            records: [
                "3 | a.example | <a@p.example> |  | - | observe:REJECT | mail:reject",
                "4 | a.example | <ann@partner.example> | e@c.example | 18 | observe:REJECT | message:accept",
            ]),
    ])
    func sessionsLeaveTheirRecords(_ example: Example) async throws {
        var dialogue = Dialogue(try probing(example.probe, example.top))
        await dialogue.run(example.lines)
        #expect(dialogue.replies.joined(separator: " ") == example.replies)
        #expect(dialogue.records() == example.records)
    }

    /// Talking before the banner, or before the reply to HELO, is an observation; a policy can refuse for it.
    @Test(
        arguments: [
            ("", "HELO a.example\r\n", [], "220 250", "observe:LIGHT"),
            ("", "", ["HELO a.example\r\nNOOP"], "220 250 250", "observe:LIGHT"),
            ("", "", ["HELO a.example", "NOOP"], "220 250 250", ""),
            ("PROBE_LIGHT: reject", "HELO a.example\r\n", [], "550 503", "observe:LIGHT"),
            ("PROBE_LIGHT: reject", "", ["HELO a.example\r\nNOOP"], "220 550 250", "observe:LIGHT"),
            ("PROBE_LIGHT: disconnect", "HELO a.example\r\n", [], "554 close", "observe:LIGHT"),
        ] as [(String, String, [String], String, String)])
    func earlyTalkIsObserved(
        _ action: String, _ early: String, _ lines: [String], _ replies: String, _ findings: String
    ) async throws {
        var dialogue = Dialogue(try probing("observe: [PROBE_LIGHT]", "actions: {\(action)}"))
        await dialogue.run(lines, early: early)
        #expect(dialogue.replies.joined(separator: " ") == replies)
        let found = dialogue.records().map { $0.split(separator: " | ", omittingEmptySubsequences: false)[5] }
        #expect(found == [Substring(findings)])
    }

    /// The bytes a client sends may come in any pieces.
    @Test func piecesMakeNoDifference() async throws {
        let policy = try probing("connect: [PROBE_LIGHT], rcpt: [PROBE_TAG], message: [PROBE_HEAVY]")
        let lines = ["HELO a.example"] + mail(to: "e@c.example", data: ["Subject: x", "", "..dot"]) + ["QUIT"]
        var whole = Dialogue(policy)
        await whole.run(lines)
        let expected = whole.records()
        var conversation = Dialogue(policy).conversation
        _ = await conversation.connect(at: noon)
        for (index, line) in lines.enumerated() {
            for byte in Array((line + "\r\n").utf8) {
                _ = await conversation.receive(Bytes([byte]), at: noon + Duration.seconds(index + 1))
            }
        }
        await conversation.close(at: noon)
        #expect(conversation.takeRecords().map(\.json.text) == [try await record(policy, lines)])
        #expect(expected.count == 1)
    }

    private func record(_ policy: ScreeningPolicy, _ lines: [String]) async throws -> String {
        var dialogue = Dialogue(policy)
        await dialogue.run(lines)
        var conversation = dialogue.conversation
        return conversation.takeRecords().map(\.json.text).joined(separator: "\n")
    }
}
