import Mail
import Testing
import Values

@Suite struct DisclaimerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let fields: String
        let body: String
        var disclaimer = Disclaimer(text: "Bye\nnow")
        /// The text of the part afterwards, lines ending in LF.
        let text: String
        /// The body of the message afterwards, where that matters.
        var written: String?
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "7bit", fields: "", body: "Hello\r\n", text: "Hello\n\nBye\nnow\n",
            written: "Hello\r\n\r\nBye\r\nnow\r\n"),
        Case(name: "no line end", fields: "", body: "Hello", text: "Hello\n\nBye\nnow"),
        Case(name: "empty", fields: "", body: "", text: "\nBye\nnow\n"),
        Case(
            name: "top", fields: "", body: "Hello\r\n", disclaimer: Disclaimer(text: "Care!", place: .top),
            text: "Care!\n\nHello\n"),
        Case(
            name: "ASCII becomes UTF-8", fields: "Content-Type: text/plain\r\n", body: "a = b\r\n",
            disclaimer: Disclaimer(text: "Grüße"), text: "a = b\n\nGrüße\n",
            written: "a =3D b\r\n\r\nGr=C3=BC=C3=9Fe\r\n"),
        Case(
            name: "no fields at all", fields: "", body: "x\r\n", disclaimer: Disclaimer(text: "Grüße"),
            text: "x\n\nGrüße\n"),
        Case(
            name: "8bit in its charset",
            fields: "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n",
            body: "x\r\n", disclaimer: Disclaimer(text: "Grüße"), text: "x\n\nGrüße\n"),
        Case(
            name: "a character the charset lacks",
            fields: "Content-Type: text/plain; charset=\"iso-8859-1\"; format=fixed\r\n", body: "x\r\n",
            disclaimer: Disclaimer(text: "Привет"), text: "x\n\nПривет\n"),
        Case(
            name: "Cyrillic stays Cyrillic",
            fields: "Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: quoted-printable\r\n",
            body: "=F0=D2=C9=D7=C5=D4\r\n", disclaimer: Disclaimer(text: "Пока"), text: "Привет\n\nПока\n",
            written: "=F0=D2=C9=D7=C5=D4\r\n\r\n=F0=CF=CB=C1\r\n"),
        Case(
            name: "Japanese with escapes becomes UTF-8", fields: "Content-Type: text/plain; charset=ISO-2022-JP\r\n",
            body: "\u{1B}$B$3$s\u{1B}(B\r\n", disclaimer: Disclaimer(text: "end"), text: "こん\n\nend\n"),
        Case(
            name: "ASCII in quoted-printable becomes UTF-8 without being written anew",
            fields: "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: quoted-printable\r\n",
            body: "a=\r\n==3D\r\n", disclaimer: Disclaimer(text: "Grüße"), text: "a==\n\nGrüße\n",
            written: "a=\r\n==3D\r\n\r\nGr=C3=BC=C3=9Fe\r\n"),
        Case(
            name: "a line end that is encoded stays encoded",
            fields: "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n",
            body: "a=0Ab=E4=0D=0A\r\n", disclaimer: Disclaimer(text: "✓"), text: "a\nbä\n\n\n✓\n",
            written: "a=0Ab=C3=A4\r\n\r\n\r\n=E2=9C=93\r\n"),
        Case(
            name: "Chinese stays Chinese",
            fields: "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n",
            body: "1tDOxA0K\r\n", disclaimer: Disclaimer(text: "文"), text: "中文\n\n文\n"),
        Case(
            name: "Chinese of 1980 has no such letters",
            fields: "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n",
            body: "=D6=D0\r\n", disclaimer: Disclaimer(text: "ß✓"), text: "中\n\nß✓\n",
            written: "=E4=B8=AD\r\n\r\n=C3=9F=E2=9C=93\r\n"),
        Case(
            name: "two octets a character become UTF-8",
            fields: "Content-Type: text/plain; charset=\"utf-16\"\r\nContent-Transfer-Encoding: base64\r\n",
            body: "//5IAGkADQAKAA==\r\n", disclaimer: Disclaimer(text: "Grüße"), text: "Hi\n\nGrüße\n"),
        Case(
            name: "HZ becomes UTF-8", fields: "Content-Type: text/plain; charset=hz-gb-2312\r\n",
            body: "~{VPND~}\r\n", disclaimer: Disclaimer(text: "end"), text: "中文\n\nend\n"),
        Case(
            name: "UTF-7 becomes UTF-8", fields: "Content-Type: text/plain; charset=utf-7\r\n",
            body: "Gr+APwA3w-e\r\n", disclaimer: Disclaimer(text: "1 + 1"), text: "Grüße\n\n1 + 1\n"),
        Case(
            name: "quoted-printable that ends in a soft line break",
            fields: "Content-Transfer-Encoding: quoted-printable\r\n", body: "open=\r\n", text: "open\n\nBye\nnow"),
        Case(
            name: "quoted-printable that ends in an equals sign",
            fields: "Content-Transfer-Encoding: quoted-printable\r\n", body: "open=", text: "open\n\nBye\nnow"),
        Case(
            name: "base64, whole groups", fields: "Content-Transfer-Encoding: base64\r\n", body: "YWJj\r\n",
            text: "abc\n\nBye\nnow", written: "YWJjDQoNCkJ5ZQ0Kbm93\r\n"),
        Case(
            name: "base64, padded", fields: "Content-Transfer-Encoding: base64\r\n", body: "YWJjZA==\r\n",
            text: "abcd\n\nBye\nnow"),
        Case(
            name: "base64, damaged", fields: "Content-Transfer-Encoding: base64\r\n", body: "YW!JjZA\r\n",
            text: "abcd\n\nBye\nnow"),
        Case(
            name: "base64 at the top", fields: "Content-Transfer-Encoding: base64\r\n", body: "YWJjZA==\r\n",
            disclaimer: Disclaimer(text: "12", place: .top), text: "12\n\nabcd"),
        Case(
            name: "flowed", fields: "Content-Type: text/plain; format=flowed\r\n", body: "Hello \r\nworld \r\n",
            disclaimer: Disclaimer(text: "> a \n b\nFrom c"), text: "Hello \nworld \n\n > a\n  b\n From c\n"),
    ]

    @Test(arguments: cases) func texts(_ example: Case) throws {
        let source = "MIME-Version: 1.0\r\n\(example.fields)Subject: x\r\n\r\n\(example.body)"
        let message = Message(Bytes(source.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }))
        var edits = MessageEdits(message)
        let paths = try edits.add(example.disclaimer, in: message.mime)
        #expect(paths == ["1"])
        let (bytes, undo) = edits.applied()
        let changed = Message(bytes)
        #expect(changed.mime.root.decodedText(in: changed) == example.text)
        if let written = example.written { #expect(changed.body.lossyString == written) }
        #expect(MessageEditsTests.undone(bytes, undo) == message.bytes)
    }

    @Test(arguments: [
        ("<p>x</p>", "<p>x</p>\r\n<b>d</b>\r\n", "\r\n<b>d</b>\r\n<p>x</p>"),
        (
            "<html><BODY class='a'>x</Body></html>", "<html><BODY class='a'>x\r\n<b>d</b>\r\n</Body></html>",
            "<html><BODY class='a'>\r\n<b>d</b>\r\nx</Body></html>"
        ),
        (
            "<!-- </body> --><body>x<!-- </body> -->", "<!-- </body> --><body>x<!-- </body> -->\r\n<b>d</b>\r\n",
            "<!-- </body> --><body>\r\n<b>d</b>\r\nx<!-- </body> -->"
        ),
        (
            "a</body>b</body >c</html>", "a</body>b\r\n<b>d</b>\r\n</body >c</html>",
            "\r\n<b>d</b>\r\na</body>b</body >c</html>"
        ),
        (
            "<script>'</body>'</script>x</html>", "<script>'</body>'</script>x\r\n<b>d</b>\r\n</html>",
            "\r\n<b>d</b>\r\n<script>'</body>'</script>x</html>"
        ),
        (
            "a caf\u{E9} of some length that goes on <body>and on and on and on and on until the line ends \r\n</body>\r\n",
            "", ""
        ),
    ]) func markup(html: String, bottom: String, top: String) throws {
        for place in Disclaimer.Place.allCases {
            let disclaimer = Disclaimer(text: "d", html: "<b>d</b>", place: place)
            var results: [String] = []
            for encoding in ["8bit", "quoted-printable", "base64"] {
                let content = Array(html.utf8)
                let body = DisclaimerTests.encode(content, encoding)
                let source = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: \(encoding)\r\n\r\n"
                let message = Message(Bytes(Array(source.utf8) + body))
                var edits = MessageEdits(message)
                _ = try edits.add(disclaimer, in: message.mime)
                let (bytes, undo) = edits.applied()
                let changed = Message(bytes)
                let text = changed.mime.root.decodedBody(in: changed).lossyString
                // Spaces may stand behind it, where that keeps what follows in its base64 digits.
                results.append(text.replacing(/\r\n<b>d<\/b>\r\n */, with: "\r\n<b>d</b>\r\n"))
                #expect(MessageEditsTests.undone(bytes, undo) == message.bytes)
                for line in changed.body.lossyString.split(separator: "\r\n") where encoding != "8bit" {
                    #expect(line.utf8.count <= 76)
                }
            }
            let expected = place == .bottom ? bottom : top
            #expect(results[0] == results[1] && results[1] == results[2])
            if !expected.isEmpty { #expect(results[0] == expected) }
            #expect(results[0].replacing("\r\n<b>d</b>\r\n", with: "") == html)
        }
    }

    /// `content` in an encoding, with lines of 60 digits.
    private static func encode(_ content: [UInt8], _ encoding: String) -> [UInt8] {
        switch encoding {
        case "base64":
            var lines: [UInt8] = []
            for (index, digit) in Base64.text(content).utf8.enumerated() {
                if index > 0, index % 60 == 0 { lines += [.cr, .lf] }
                lines.append(digit)
            }
            return lines + [.cr, .lf]
        case "quoted-printable":
            var output: [UInt8] = []
            var column = 0
            for byte in content {
                if column > 70 {
                    output += Array("=\r\n".utf8)
                    column = 0
                }
                if byte == .cr || byte == .lf {
                    output.append(byte)
                    column = 0
                } else if byte == .equals || byte >= 0x80 || byte == .space {
                    output +=
                        Array((byte < 16 ? "=0" : "=").utf8) + Array(String(byte, radix: 16, uppercase: true).utf8)
                    column += 3
                } else {
                    output.append(byte)
                    column += 1
                }
            }
            return output
        default: return content
        }
    }

    /// Two disclaimers of which one fits the charset of the text and the other does not.
    @Test(arguments: ["7bit", "8bit", "quoted-printable", "base64"], ["iso-8859-1", "us-ascii", "utf-8"])
    func several(encoding: String, charset: String) throws {
        let text = charset == "us-ascii" ? "x = y\r\n" : "\u{E4} = y\r\n"
        let content = try #require(Charset.encode(text, charset: charset))
        let source = "Content-Type: text/plain; charset=\(charset)\r\nContent-Transfer-Encoding: \(encoding)\r\n\r\n"
        let message = Message(Bytes(Array(source.utf8) + DisclaimerTests.encode(content, encoding)))
        var edits = MessageEdits(message)
        let disclaimers = [
            Disclaimer(text: "Grüße ="), Disclaimer(text: "Kennwörter", place: .top), Disclaimer(text: "✓"),
            Disclaimer(text: "a\nb", place: .top),
        ]
        _ = try edits.add(disclaimers, in: message.mime)
        let (bytes, undo) = edits.applied()
        #expect(MessageEditsTests.undone(bytes, undo) == message.bytes)
        let changed = Message(bytes)
        let whole = "Kennwörter\n\na\nb\n\n" + text.replacing("\r\n", with: "\n") + "\nGrüße =\n\n✓\n"
        #expect(changed.mime.root.decodedText(in: changed) == whole)
        #expect(changed.header.all("Content-Type").count == 1)
        #expect(changed.header.all("Content-Transfer-Encoding").count == 1)
    }

    @Test func bothFormsOfTheText() throws {
        let message = Message(
            Bytes(
                """
                Content-Type: multipart/mixed; boundary=m

                --m
                Content-Type: multipart/alternative; boundary=a

                --a

                plain
                --a
                Content-Type: multipart/related; boundary=r

                --r
                Content-Type: text/html

                <p>html</p>
                --r
                Content-Type: image/png

                png
                --r--
                --a--
                --m
                Content-Type: text/plain; name=notes.txt
                Content-Disposition: attachment

                notes
                --m--

                """))
        var edits = MessageEdits(message)
        let paths = try edits.add(Disclaimer(text: "Bye"), in: message.mime)
        #expect(paths == ["1.1", "1.2.1"])
        let changed = Message(edits.applied().bytes)
        let tree = changed.mime
        #expect(tree.part(at: "1.1")?.decodedText(in: changed) == "plain\n\nBye")
        #expect(tree.part(at: "1.2.1")?.sourceText(in: changed) == "<p>html</p>\n<div>Bye</div>\n")
        #expect(tree.part(at: "1.2.2")?.decodedBody(in: changed).lossyString == "png")
        #expect(tree.part(at: "2")?.decodedBody(in: changed).lossyString == "notes")
        #expect(tree.defects.isEmpty)
    }

    @Test(arguments: [
        ("Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n", RewritingRefusal.signed),
        ("Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n", .encrypted),
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx\r\n", .encrypted),
        ("Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nx\r\n", .signed),
        ("\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nx\r\n", .signed),
        ("\r\n-----BEGIN PGP MESSAGE-----\r\nx\r\n", .encrypted),
        ("Content-Type: image/png\r\n\r\nx\r\n", .noText),
        ("Content-Transfer-Encoding: x-uuencode\r\n\r\nx\r\n", .unknownEncoding),
        ("Content-Type: text/plain; charset=x-nobody-knows\r\n\r\n\u{E9}\r\n", .unreadableText),
    ]) func leftAlone(source: String, refusal: RewritingRefusal) throws {
        let message = Message(Bytes(source.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }))
        var edits = MessageEdits(message)
        #expect(throws: refusal) { try edits.add(Disclaimer(text: "Grüße"), in: message.mime) }
        #expect(edits.isEmpty)
    }
}
