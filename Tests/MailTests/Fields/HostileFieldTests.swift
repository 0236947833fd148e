import Mail
import Testing
import Values

/// A megabyte of one thing: each reader must end soon with a bounded result.
@Suite struct HostileFieldTests {
    static let size = 1 << 20

    static let patterns = [
        "(", "<", "\"", ",", "@", ";", ":", ".", "[", ")", ">", "\\", " ", "\u{0}", "a", "a ", "a@b,", "<a@b>", "()",
        "(a", "\"a", "\\\"", "=?", "=?a?q?", "[a", "a:", "a:;", "<@", "@a:", "\r\n ", "1", "1:", "1:1 ", "+1", "(\\",
        "from ", "by a ", "a(b)", "[192.0.2.1]", "x=y;", "(((a)", ",\"", "<,", "<a@,", ";@", "[\\",
    ]

    static func bytes(_ pattern: String) -> Bytes {
        let unit = Array(pattern.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + unit.count)
        while bytes.count < size { bytes += unit }
        return Bytes(bytes)
    }

    @Test(arguments: patterns)
    func everyReader(_ pattern: String) {
        let bytes = HostileFieldTests.bytes(pattern)
        let list = AddressList(bytes)
        #expect(list.entries.count <= AddressList.limit)
        #expect(list.mailboxes.count <= AddressList.limit)
        #expect(list.defects.count <= AddressDefect.allCases.count)
        if ["(", "<", ",", ";", "\u{0}", "a"].contains(pattern) { #expect(list.mailboxes.count <= 1) }
        if pattern == "a@b," {
            #expect(list.mailboxes.count == AddressList.limit)
            #expect(list.defects == [.tooMany])
        }
        #expect(MailDate(bytes) == nil || pattern.hasPrefix("1:"))
        #expect(MailDate(asctime: bytes) == nil)
        let received = ReceivedField(bytes)
        for value in [received.fromName, received.by, received.id, received.for, received.with, received.via] {
            #expect((value?.utf8.count ?? 0) <= 20_000)
        }
        #expect(received.date == nil || pattern.hasPrefix("1:"))
        #expect(ReceivedSPFField(bytes) == nil)
        let text = bytes.lossyString
        #expect(SMTPPath(text) == nil || pattern == " ")
        #expect(Mailbox(strict: text) == nil)
    }

    @Test func aMegabyteInEachPlaceOfAReceivedField() {
        let long = String(repeating: "x", count: HostileFieldTests.size)
        let field = ReceivedField(
            Bytes(
                "from \(long) (\(long) [192.0.2.1]) by mx.example (Postfix) id \(long); Wed, 01 May 2024 10:00:00 +0000"
            ))
        #expect(field.by == "mx.example")
        #expect(field.date?.timestamp.description == "2024-05-01T10:00:00Z")
        #expect(field.fromName == nil)
        #expect(field.id == nil)
    }

    @Test func aMegabyteOfClausesKeepsTheFirst() {
        let text = String(repeating: "from a.example by b.example (x) ", count: HostileFieldTests.size / 32)
        let field = ReceivedField(Bytes(text + "; Wed, 01 May 2024 10:00:00 +0000"))
        #expect(field.fromName == "a.example")
        #expect(field.by == "b.example")
        #expect(field.date?.timestamp.description == "2024-05-01T10:00:00Z")
    }

    @Test func commentsNestToTheLimit() {
        for (depth, expected) in [(100, ["a@b.test"]), (101, ["a@b.test"])] {
            let comment = String(repeating: "(", count: depth) + String(repeating: ")", count: depth)
            let list = AddressList(Bytes("x \(comment) <a@b.test>"))
            #expect(list.mailboxes.map(\.address) == expected)
            #expect(list.defects.contains(.unclosed) == (depth > 100))
        }
    }

    @Test func anElementOfTooManyWordsIsCut() {
        let list = AddressList(Bytes(String(repeating: "w ", count: 5000) + "<a@b.test>, c@d.test"))
        #expect(list.mailboxes.last?.address == "c@d.test")
        #expect(list.defects.contains(.tooLong))
    }

    @Test func colonsAfterAFullElement() {
        let words = String(repeating: "w ", count: 990) + "a@b.test "
        let list = AddressList(Bytes(words + String(repeating: ":", count: HostileFieldTests.size)))
        #expect(list.mailboxes.count == 1)
        #expect(list.defects.contains(.tooLong))
    }

    @Test func nulsStayInPlace() {
        #expect(AddressList(Bytes("a\u{0}b@c.test")).mailboxes.first?.localPart == "a\u{0}b")
        #expect(MailDate(Bytes("1 May 2024\u{0} 10:00:00 +0000"))?.timestamp.description == "2024-05-01T10:00:00Z")
        #expect(ReceivedField(Bytes("from a\u{0} by b; x")).by == "b")
    }
}
