import Mail
import Testing
import Values

@Suite struct HeaderBlockFieldsTests {
    private let message = Message(
        Bytes(
            """
            Return-Path: <bounce@example.org>
            Received: from a.example (a.example [192.0.2.1])
            \tby mx.example (Postfix) with ESMTP id 1; Wed, 01 May 2024 10:00:00 +0000
            Received: by a.example; Wed, 01 May 2024 09:59:59 +0000
            From: Jane <jane@example.org>, joe@example.org
            FROM: forged@example.net
            Sender: list@example.org
            Reply-To: reply@example.org
            To: group: x@example.net, y@example.net;
            Cc: z@example.net
            Date: Wed, 01 May 2024 11:59:00 +0200
            Message-ID: <1@example.org> (comment)
            Subject: =?utf-8?q?Hi?=
             there

            body
            """))

    @Test func fields() {
        #expect(message.fromMailboxes.map(\.address) == ["jane@example.org", "joe@example.org", "forged@example.net"])
        #expect(message.sender?.address == "list@example.org")
        #expect(message.replyTo.map(\.address) == ["reply@example.org"])
        #expect(message.to.map(\.address) == ["x@example.net", "y@example.net"])
        #expect(message.cc.map(\.address) == ["z@example.net"])
        #expect(message.date?.timestamp.description == "2024-05-01T09:59:00Z")
        #expect(message.received.map(\.by) == ["mx.example", "a.example"])
        #expect(message.received.first?.clientAddress == IPAddress("192.0.2.1"))
        #expect(message.messageID == "1@example.org")
        #expect(message.subjectBytes == Bytes("=?utf-8?q?Hi?= there"))
        #expect(message.returnPath == SMTPPath("bounce@example.org"))
    }

    @Test func absence() {
        let empty = Message(Bytes("X: y\n\n"))
        #expect(empty.fromMailboxes.isEmpty)
        #expect(empty.sender == nil)
        #expect(empty.date == nil)
        #expect(empty.received.isEmpty)
        #expect(empty.messageID == nil)
        #expect(empty.subjectBytes == nil)
        #expect(empty.returnPath == nil)
    }

    @Test(arguments: [
        ("<>", SMTPPath.null), ("<a@b.example> (added by mx.example)", SMTPPath(localPart: "a", domain: "b.example")),
        ("a@b.example", SMTPPath(localPart: "a", domain: "b.example")),
        ("Jane <a@b.example>", SMTPPath(localPart: "a", domain: "b.example")), ("<a b>", nil), ("(none)", nil),
    ])
    func returnPaths(_ text: String, _ expected: SMTPPath?) {
        #expect(Message(Bytes("Return-Path: \(text)\n\n")).returnPath == expected)
    }

    @Test(arguments: [("<a@b", "<a@b"), ("a@b", "a@b"), ("x <a@b> y", "a@b")])
    func messageIDs(_ text: String, _ expected: String) {
        #expect(Message(Bytes("Message-Id: \(text)\n\n")).messageID == expected)
    }
}
