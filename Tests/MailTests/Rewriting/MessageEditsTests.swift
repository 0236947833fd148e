import Mail
import Testing
import Values

@Suite struct MessageEditsTests {
    static let plain = "From mbox\nSubject: one\nTo: a@b.example\nX-A: 1\nX-A: 2\n\nbody\n"

    @Test func changesToTheHeader() {
        let message = Message(Bytes("Subject: one\r\nTo: a@b.example\r\nX-A: 1\r\nX-A: 2\r\n\r\nbody\r\n"))
        var edits = MessageEdits(message)
        edits.prepend(name: "X-First", value: "a")
        edits.prepend(name: "X-Top", value: "b")
        edits.append(name: "X-Last", value: "c")
        for field in message.header.all("X-A") { edits.remove(field) }
        if let subject = message.header.first("Subject") { edits.replace(subject, value: "[list] grüße an alle") }
        let (bytes, undo) = edits.applied()
        #expect(
            bytes.lossyString
                == "X-Top: b\r\nX-First: a\r\nSubject: [list] =?UTF-8?B?Z3LDvMOfZQ==?= an alle\r\n"
                + "To: a@b.example\r\nX-Last: c\r\n\r\nbody\r\n")
        #expect(MessageEditsTests.undone(bytes, undo) == message.bytes)
    }

    @Test func linesEndAsTheMessagesDo() {
        let message = Message(Bytes(MessageEditsTests.plain))
        var edits = MessageEdits(message)
        edits.prepend(name: "X-New", value: "1")
        #expect(edits.applied().bytes.lossyString.hasPrefix("From mbox\nX-New: 1\nSubject: one\n"))
    }

    @Test func nothingIsChangedTwice() {
        let message = Message(Bytes(MessageEditsTests.plain))
        var edits = MessageEdits(message)
        let asked: [(Range<Int>, [UInt8])] = [
            (10..<20, [1]), (19..<25, [2]), (5..<11, [2]), (12..<12, [2]), (10..<20, []),
            (0..<message.bytes.count + 1, []), (20..<20, [3]), (10..<10, [4]), (10..<10, [5]),
        ]
        let taken = asked.map { edits.replace($0.0, with: $0.1) }
        #expect(taken == [true, false, false, false, false, false, true, true, true])
        #expect(edits.splices.map(\.replacement) == [[4], [5], [1], [3]])
    }

    @Test(arguments: [
        ("a\r\nBcc: x@evil.example", "X: a Bcc: x@evil.example\r\n"),
        ("", "X:\r\n"),
        ("ä b ö ü c", "X: =?UTF-8?B?w6Q=?= b =?UTF-8?B?w7Ygw7w=?= c\r\n"),
        (
            String(repeating: "word ", count: 20),
            "X:" + String(repeating: " word", count: 15) + "\r\n" + String(repeating: " word", count: 5) + "\r\n"
        ),
    ]) func fields(value: String, field: String) {
        #expect(String(decoding: HeaderWriting.field("X", value), as: UTF8.self) == field)
    }

    @Test func longTextIsReadAsWritten() {
        let value = String(repeating: "日本語テキスト ", count: 30) + "end"
        let field = HeaderWriting.field("Subject", value)
        let message = Message(Bytes(field + Array("\r\n".utf8)))
        #expect(message.header.first("Subject")?.decodedText == value)
        for line in String(decoding: field, as: UTF8.self).split(separator: "\r\n") { #expect(line.utf8.count <= 78) }
    }

    /// `bytes` with changes made to them.
    static func undone(_ bytes: Bytes, _ splices: [MessageEdits.Splice]) -> Bytes {
        var output: [UInt8] = []
        var position = 0
        for splice in splices {
            output += bytes[position..<splice.range.lowerBound]
            output += splice.replacement
            position = splice.range.upperBound
        }
        return Bytes(output + bytes[position..<bytes.count])
    }
}
