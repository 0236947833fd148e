import SMTP
import Testing
import Values

@Suite struct ReplyTests {
    @Test(arguments: [
        (SMTPReply(code: 250, text: "OK"), "250 OK\r\n"),
        (SMTPReply(code: 250, text: ""), "250 \r\n"),
        (
            SMTPReply(code: 550, enhanced: EnhancedStatus(class: 5, subject: 7, detail: 1), text: "no"),
            "550 5.7.1 no\r\n"
        ),
        (
            SMTPReply(code: 250, lines: ["a.example", "PIPELINING", "SIZE 1"]),
            "250-a.example\r\n250-PIPELINING\r\n250 SIZE 1\r\n"
        ),
        (
            SMTPReply(code: 451, enhanced: EnhancedStatus(class: 5, subject: 7, detail: 1), text: "a\r\nb\nc\rd"),
            "451-4.7.1 a\r\n451-4.7.1 b\r\n451-4.7.1 c\r\n451 4.7.1 d\r\n"
        ),
        (SMTPReply(code: 250, text: "a\u{0}b\u{7F}c\td\u{85}e"), "250 a b c d e\r\n"),
        (SMTPReply(code: 250, text: "Grüße 中"), "250 Gr??e ?\r\n"),
        (SMTPReply(code: 354, enhanced: EnhancedStatus(class: 2, subject: 0, detail: 0), text: "go"), "354 go\r\n"),
        (SMTPReply(code: 99, text: "no code"), "451 no code\r\n"),
        (SMTPReply(code: 600, lines: []), "451 \r\n"),
    ])
    func wire(reply: SMTPReply, expected: String) {
        #expect(String(decoding: reply.wire(), as: UTF8.self) == expected)
    }

    @Test(arguments: 200...599)
    func theStatusClassIsThatOfTheCode(code: Int) {
        for other in [2, 4, 5] {
            let reply = SMTPReply(code: code, enhanced: EnhancedStatus(class: other, subject: 1, detail: 2), text: "x")
            #expect(reply.enhanced?.class == (code / 100 == 3 ? nil : code / 100))
        }
    }

    @Test func utf8GoesOutWhenAllowed() {
        #expect(
            String(decoding: SMTPReply(code: 250, text: "Grüße").wire(allowingUTF8: true), as: UTF8.self)
                == "250 Grüße\r\n")
    }

    @Test(arguments: [
        String(repeating: "word ", count: 500), String(repeating: "x", count: 5000),
        String(repeating: "ü", count: 3000),
        String(repeating: " ", count: 2000), String(repeating: "a\n", count: 5000),
        String(repeating: "𝄞 ", count: 4000),
        " " + String(repeating: "y", count: 1200),
    ])
    func noLineIsLongerThanTheProtocolAllows(text: String) {
        let status = EnhancedStatus(class: 5, subject: 999, detail: 999)
        let reply = SMTPReply(code: 550, enhanced: status, text: text)
        for bytes in [reply.wire(), reply.wire(allowingUTF8: true)] {
            let lines = bytes.split(separator: .lf)
            #expect(lines.count == reply.lines.count)
            #expect(lines.count <= SMTPReply.maximumLines)
            #expect(lines.allSatisfy { $0.count + 1 <= 512 && $0.last == .cr })
        }
    }

    @Test func wrappingLosesNoWord() {
        let words = (0..<400).map { "word\($0)" }
        let reply = SMTPReply(code: 250, text: words.joined(separator: " "))
        #expect(reply.lines.count > 1)
        #expect(reply.text.split(separator: " ").map(String.init) == words)
    }

    @Test(arguments: [
        ("5.7.1", "5.7.1"), ("2.0.0", "2.0.0"), ("4.999.999", "4.999.999"), ("3.0.0", nil), ("5.7", nil),
        ("5.7.1.2", nil),
        ("5.1000.1", nil), ("5..1", nil), ("", nil), ("x.1.1", nil), ("55.1.1", nil),
    ])
    func enhancedStatus(text: String, expected: String?) {
        #expect(EnhancedStatus(text)?.description == expected)
    }

    @Test(arguments: [
        ("250 OK", "250 OK"), ("250", "250"), ("250\tOK", "250 OK"), ("550 5.7.1 no", "550 5.7.1 no"),
        ("550 4.7.1 no", "550 4.7.1 no"), ("250-a|250-b|250 c", "250 a b c"),
        ("250-2.1.0 a|250 2.1.0 b", "250 2.1.0 a b"),
        ("250-a|251 b", "251 a b"), ("550 5.7.1", "550 5.7.1"),
    ])
    func parsing(wire: String, expected: String) throws {
        var parser = ReplyParser()
        var last: ReplyParser.Output?
        for line in wire.split(separator: "|") {
            #expect(last == nil)
            last = parser.add(Bytes(line))
        }
        guard case .reply(let reply) = last else {
            Issue.record("no reply: \(String(describing: last))")
            return
        }
        #expect(reply.description == expected)
        #expect(!parser.isWithinReply)
    }

    @Test func aStatusOfAnotherClassIsText() {
        var parser = ReplyParser()
        guard case .reply(let reply) = parser.add(Bytes("550 4.7.1 no")) else {
            Issue.record("no reply")
            return
        }
        #expect(reply.enhanced == nil && reply.text == "4.7.1 no")
    }

    @Test(arguments: ["", "25", "hello", "150 x", "650 x", "25x y", "250x", "2500 x"])
    func malformedLinesAreHandedBack(line: String) {
        var parser = ReplyParser()
        #expect(parser.add(Bytes(line)) == .malformed(Bytes(line)))
    }

    @Test func endlessRepliesAreBounded() {
        var parser = ReplyParser()
        var malformed = 0
        for number in 0..<10_000 where parser.add(Bytes("250-\(number)")) != nil { malformed += 1 }
        #expect(malformed == 10_000 - SMTPReply.maximumLines)
        guard case .reply(let reply) = parser.add(Bytes("250 end")) else {
            Issue.record("no reply")
            return
        }
        #expect(reply.lines.count == SMTPReply.maximumLines)
    }

    @Test func repliesAreTheSameHoweverTheyAreCut() {
        let wire = Bytes("220 a ESMTP\r\n250-a\n250-SIZE\r\n250 DSN\r\nrubbish\r\n550 5.1.1 no\r\n")
        var whole = ReplyDecoder()
        let expected = whole.consume(wire)
        #expect(expected.count == 4)
        for size in 1..<wire.count {
            var pieces = ReplyDecoder()
            let outputs = chunks(wire, size).flatMap { pieces.consume($0) }
            #expect(outputs == expected, "pieces of \(size)")
        }
    }

    @Test func parseUndoesWire() {
        let replies = [
            SMTPReply(code: 250, lines: ["a", "b", ""]),
            SMTPReply(code: 421, enhanced: EnhancedStatus(class: 4, subject: 7, detail: 0), text: "later\nplease"),
            SMTPReply(code: 354, text: "go on"),
        ]
        var decoder = ReplyDecoder()
        let outputs = decoder.consume(Bytes(replies.flatMap { $0.wire() }))
        #expect(outputs == replies.map { .reply($0) })
    }

    /// A 250 that is told at length is one.
    @Test func aLongLineIsCut() {
        var decoder = ReplyDecoder(lineLimit: 100)
        let outputs = decoder.consume(Bytes("250-2.0.0 \(String(repeating: "a", count: 9_000))\r\n250 2.0.0 ok\r\n"))
        guard case .reply(let reply)? = outputs.first, outputs.count == 1 else {
            Issue.record("\(outputs)")
            return
        }
        #expect(reply.code == 250 && reply.enhanced?.class == 2)
    }

    @Test func statusesAreWrittenAsTheyAreDescribed() {
        for number in [0, 1, 9, 10, 47, 99, 100, 101, 999] {
            let status = EnhancedStatus(class: 5, subject: number, detail: 999 - number)
            let reply = SMTPReply(code: 500 + number % 100, enhanced: status, text: "no")
            #expect(String(decoding: reply.wire(), as: UTF8.self) == "\(reply.code) \(status) no\r\n")
        }
    }
}

/// `bytes` in pieces of `size` octets.
func chunks(_ bytes: Bytes, _ size: Int) -> [Bytes] {
    stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
}
