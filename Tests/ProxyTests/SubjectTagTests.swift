import Mail
import Screening
import Testing
import Values

@testable import Proxy

@Suite struct SubjectTagTests {
    private static func tagged(_ tag: String, _ field: String) -> String? {
        let message = Message(Bytes(field + "\r\n\r\nbody\r\n"))
        return message.header.first("Subject").flatMap { SubjectTag(text: tag).added(to: $0) }.map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test(arguments: [
        ("[S]", "Subject: hello", "Subject: [S] hello\r\n"), ("[S]", "SUBJECT:hello", "SUBJECT: [S] hello\r\n"),
        ("[S]", "Subject:", "Subject: [S]\r\n"), ("[S]", "Subject:   ", "Subject: [S]\r\n"),
        ("[S]", "Subject:\r\n folded", "Subject: [S]\r\n folded\r\n"),
        ("[S]", "Subject: a\r\n\tb", "Subject: [S] a\r\n\tb\r\n"),
        ("[S]", "Subject: [s] other letters", "Subject: [S] [s] other letters\r\n"),
        ("[S]", "Subject: =?utf-8?q?=C3=A4?=", "Subject: [S] =?utf-8?q?=C3=A4?=\r\n"),
        // RFC 2047 §6.2: the space between two encoded words is shown only if one of them has it.
        ("[Ä]", "Subject: =?utf-8?q?=C3=A4?=", "Subject: =?UTF-8?B?W8OEXSA=?= =?utf-8?q?=C3=A4?=\r\n"),
        ("[Ä]", "Subject: plain", "Subject: =?UTF-8?B?W8OEXQ==?= plain\r\n"),
        ("=?x", "Subject: plain", "Subject: =?UTF-8?B?PT94?= plain\r\n"),
    ])
    func aTagStandsInFront(tag: String, field: String, expected: String) {
        #expect(SubjectTagTests.tagged(tag, field) == expected)
    }

    @Test(arguments: [
        ("[S]", "Subject: [S] hello"), ("[S]", "Subject: Re: [S] hello"), ("[Ä]", "Subject: =?UTF-8?B?W8OEXQ==?= x"),
        ("[S]", "Subject: =?us-ascii?q?=5BS=5D?= x"),
    ])
    func noTagComesTwice(tag: String, field: String) { #expect(SubjectTagTests.tagged(tag, field) == nil) }

    /// RFC 5322 §2.1.1: a line that would be too long is folded where the value begins.
    @Test func longSubjectsAreFolded() throws {
        let value = String(repeating: "x", count: 66)
        #expect(SubjectTagTests.tagged("[SPAM]", "Subject: \(value)") == "Subject: [SPAM]\r\n \(value)\r\n")
        #expect(SubjectTagTests.tagged("[S]", "Subject: \(value)") == "Subject: [S]\r\n \(value)\r\n")
        #expect(SubjectTagTests.tagged("[S]", "Subject: x\r\n \(value)") == "Subject: [S] x\r\n \(value)\r\n")
        #expect(String(decoding: SubjectTag(text: "[S]").field, as: UTF8.self) == "Subject: [S]\r\n")
    }

    /// A rule may give a message another Subject, more, or none: one field is tagged, and there are no two of them.
    @Test(arguments: [
        (
            [Effect.writeHeader(name: "Subject", text: "Ü new", replacing: 6..<20)],
            "F: a\r\nSubject: [S] =?UTF-8?B?w5w=?= new\r\n"
        ),
        (
            [.removeHeader(name: "Subject", span: 6..<20), .addHeader(name: "Subject", value: "new")],
            "Subject: [S] new\r\nF: a\r\n"
        ),
        ([.removeHeader(name: "Subject", span: 6..<20)], "Subject: [S]\r\nF: a\r\n"),
        ([.addHeader(name: "X", value: "y")], "X: y\r\nF: a\r\nSubject: [S] old\r\n"),
    ]) func oneSubject(effects: [Effect], header: String) {
        var editor = MessageEditor(addsVerdictField: false)
        editor.subjectTag = "[S]"
        let text = "F: a\r\nSubject: old\r\n\r\nbody\r\n"
        let edited = editor.edited(MessageEditorTests.delivery(effects, .tag, text: text)).lossyString
        #expect(edited == header + "\r\nbody\r\n")
    }
}
