import Mail
import Testing
import Values

@Suite struct MIMETreeTests {
    /// A message from lines, joined by LF.
    static func message(_ lines: [String]) -> Message { Message(Bytes(lines.joined(separator: "\n"))) }

    struct Structure: Sendable, CustomTestStringConvertible {
        var about: String
        var lines: [String]
        var shape: String
        var defects: [String] = []
        var testDescription: String { about }
    }

    static let structures: [Structure] = [
        Structure(about: "plain", lines: ["Subject: a", "", "text"], shape: "L"),
        Structure(about: "empty", lines: [], shape: "L"),
        Structure(
            about: "header only", lines: ["Content-Type: multipart/mixed; boundary=b"], shape: "M[]",
            defects: ["missing-parts", "unterminated"]),
        Structure(
            about: "two parts",
            lines: ["Content-Type: multipart/mixed; boundary=b", "", "--b", "", "1", "--b", "", "2", "--b--", ""],
            shape: "M[L L]"),
        Structure(
            about: "transport padding",
            lines: ["Content-Type: multipart/mixed; boundary=b", "", "--b \t ", "", "1", "--b-- ", ""],
            shape: "M[L]"),
        Structure(
            about: "no closing delimiter", lines: ["Content-Type: multipart/mixed; boundary=b", "", "--b", "", "1"],
            shape: "M[L]", defects: ["unterminated"]),
        Structure(
            about: "parts after the closing delimiter",
            lines: ["Content-Type: multipart/mixed; boundary=b", "", "--b", "", "1", "--b--", "--b", "", "2"],
            shape: "M[L]"),
        Structure(
            about: "empty boundary",
            lines: ["Content-Type: multipart/mixed; boundary=\"\"", "", "--", "", "1", "----"],
            shape: "L", defects: ["missing-boundary"]),
        Structure(
            about: "no boundary", lines: ["Content-Type: multipart/mixed", "", "--b", "", "1"], shape: "L",
            defects: ["missing-boundary"]),
        Structure(
            about: "boundary of spaces",
            lines: ["Content-Type: multipart/mixed; boundary=\"  \"", "", "--  ", "", "1"],
            shape: "L", defects: ["missing-boundary"]),
        Structure(
            about: "long boundary",
            lines: [
                "Content-Type: multipart/mixed; boundary=\(String(repeating: "b", count: 71))", "",
                "--" + String(repeating: "b", count: 71), "", "1", "--" + String(repeating: "b", count: 71) + "--",
            ],
            shape: "M[L]", defects: ["long-boundary"]),
        Structure(
            about: "inner boundary extends the outer",
            lines: [
                "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: multipart/mixed; boundary=bc",
                "",
                "--bc", "", "1", "--bc", "", "2", "--bc--", "--b", "", "3", "--b--",
            ], shape: "M[M[L L] L]"),
        Structure(
            about: "outer boundary extends the inner",
            lines: [
                "Content-Type: multipart/mixed; boundary=bc", "", "--bc", "Content-Type: multipart/mixed; boundary=b",
                "",
                "--b", "", "1", "--b--", "--bc", "", "3", "--bc--",
            ], shape: "M[M[L] L]"),
        Structure(
            about: "one boundary for both",
            lines: [
                "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: multipart/mixed; boundary=b", "",
                "--b", "", "1", "--b--", "--b", "", "2", "--b--",
            ], shape: "M[M[L] L]"),
        Structure(
            about: "outer delimiter ends an unclosed inner multipart",
            lines: [
                "Content-Type: multipart/mixed; boundary=o", "", "--o", "Content-Type: multipart/mixed; boundary=i", "",
                "--i", "", "1", "--o", "", "2", "--o--",
            ], shape: "M[M[L] L]", defects: ["unterminated"]),
        Structure(
            about: "delimiter within a part's header",
            lines: ["Content-Type: multipart/mixed; boundary=b:c", "", "--b:c", "X-A: 1", "--b:c", "", "2", "--b:c--"],
            shape: "M[L L]"),
        Structure(
            about: "no blank line before the first delimiter",
            lines: ["Content-Type: multipart/mixed; boundary=b", "--b", "", "1", "--b--"], shape: "M[L]"),
        Structure(
            about: "digest",
            lines: [
                "Content-Type: multipart/digest; boundary=b", "", "--b", "", "Subject: 1", "", "1", "--b",
                "Content-Type: text/plain", "", "2", "--b--",
            ], shape: "M[R(L) L]"),
        Structure(
            about: "message in message in message",
            lines: ["Content-Type: message/rfc822", "", "Content-Type: message/rfc822", "", "Subject: c", "", "text"],
            shape: "R(R(L))"),
        Structure(
            about: "message that is none", lines: ["Content-Type: message/rfc822", "", "sorry, nothing here", ""],
            shape: "L", defects: ["not-a-message"]),
        Structure(
            about: "message in base64",
            lines: [
                "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: message/rfc822",
                "Content-Transfer-Encoding: base64", "",
                // Content-Type: multipart/mixed; boundary=x / / --x / / hi / --x--
                "Q29udGVudC1UeXBlOiBtdWx0aXBhcnQvbWl4ZWQ7IGJvdW5kYXJ5PXgKCi0teAoKaGkKLS14LS0K", "--b", "", "2", "--b--",
            ], shape: "M[R(M[L]) L]"),
        Structure(
            about: "message in damaged base64",
            lines: ["Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "", "U3ViamVjdDogaGkKCmhpC!"],
            shape: "R(L)", defects: ["bad-encoding"]),
        Structure(
            about: "encoded multipart, unknown encoding, two types, no type",
            lines: [
                "Content-Type: multipart/mixed; boundary=b", "Content-Transfer-Encoding: base64", "", "--b",
                "Content-Transfer-Encoding: x-gzip64", "Content-Type: text/plain", "Content-Type: text/html", "", "1",
                "--b", "Content-Type: nonsense", "", "2", "--b--",
            ], shape: "M[L L]",
            defects: ["malformed-content-type", "duplicate-content-type", "encoded-multipart", "unknown-encoding"]),
    ]

    @Test(arguments: structures) func structure(_ item: Structure) {
        let lf = Bytes(item.lines.joined(separator: "\n"))
        for bytes in [lf, LineEnds.crlf(lf)] {
            let tree = Message(bytes).mime
            #expect(tree.shape() == item.shape)
            #expect(tree.defects.names == item.defects)
            #expect(tree.violations() == [])
        }
    }

    @Test func rangesEndBeforeTheDelimiter() {
        for end in ["\n", "\r\n"] {
            let text = [
                "Content-Type: multipart/mixed; boundary=b", "", "--b", "X: 1", "", "one", "", "--b", "--b--", "",
            ]
            let message = Message(Bytes(text.joined(separator: end)))
            let tree = message.mime
            #expect(tree.parts.map { $0.encodedBody(in: message).lossyString }.dropFirst() == ["one" + end, ""])
            #expect(message.bytes[tree.parts[1].range].lossyString == ["X: 1", "", "one", ""].joined(separator: end))
        }
    }

    @Test func pathsAreSectionNumbers() {
        let message = MIMETreeTests.message([
            "Content-Type: multipart/mixed; boundary=a", "", "--a", "", "1", "--a", "Content-Type: message/rfc822", "",
            "Content-Type: multipart/alternative; boundary=b", "", "--b", "", "2.1", "--b", "Content-Type: text/html",
            "",
            "2.2", "--b--", "--a", "Content-Type: multipart/mixed; boundary=c", "", "--c", "", "3.1", "--c--", "--a",
            "Content-Type: message/rfc822", "", "Subject: x", "", "4.1", "--a--",
        ])
        let tree = message.mime
        #expect(tree.parts.map(\.path) == ["TEXT", "1", "2", "2.TEXT", "2.1", "2.2", "3", "3.1", "4", "4.1"])
        for part in tree.leaves { #expect(part.decodedText(in: message) == part.path) }
        #expect(tree.part(at: "2.2")?.contentType.mediaType == "text/html")
        #expect(MIMETreeTests.message(["", "x"]).mime.root.path == "1")
    }

    @Test(arguments: [
        ("Content-Type: text/plain", false), ("Content-Type: text/plain; name=a.txt", true),
        ("Content-Type: text/plain\nContent-Disposition: inline", false),
        ("Content-Type: text/plain\nContent-Disposition: inline; filename=a", false),
        ("Content-Type: text/plain\nContent-Disposition: attachment", true),
        ("Content-Type: text/html\nContent-Disposition: x-strange", true),
        ("Content-Type: image/png", true), ("Content-Type: image/png\nContent-Disposition: inline", false),
        ("Content-Type: application/pdf\nContent-Disposition: inline; filename=a.pdf", true),
        ("Content-Type: message/rfc822\n\nSubject: a", true),
    ]) func attachments(header: String, isAttachment: Bool) {
        let message = MIMETreeTests.message([
            "Content-Type: multipart/mixed; boundary=b", "", "--b", header, "", "x", "--b--",
        ])
        #expect(message.mime.parts[1].isAttachment == isAttachment)
    }

    @Test func visibleTextPrefersPlainAndRendersHTML() {
        func text(_ plain: String, _ html: String) -> String {
            MIMETreeTests.message([
                "Content-Type: multipart/mixed; boundary=a", "", "--a",
                "Content-Type: multipart/alternative; boundary=b", "",
                "--b", "", plain, "--b", "Content-Type: text/html", "", html, "--b--", "--a",
                "Content-Type: text/plain; name=file.txt", "", "file", "--a", "", "footer", "--a--",
            ]).textBody
        }
        #expect(text("plain", "<p>rich</p>") == "plain\nfooter")
        #expect(text(" ", "<p>rich &amp; famous</p>") == "rich & famous\nfooter")
    }

    @Test(arguments: [
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9", "café"),
        ("Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: BASE64\n\nY2Fm6Q==", "café"),
        ("Content-Type: text/html\n\n<meta charset=koi8-r><p>x", "x"),
        ("Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPG1ldGEgY2hhcnNldD1rb2k4LXI+0MnS", "пир"),
        ("Content-Type: image/png\n\nx", ""),
        ("Content-Type: message/delivery-status\n\nAction: failed", "Action: failed"),
        ("\r\na\r\nb\rc\n", "a\nb\rc\n"),
    ]) func decodedText(source: String, text: String) {
        let message = Message(Bytes(source))
        #expect(message.mime.root.decodedText(in: message) == text)
    }
}
