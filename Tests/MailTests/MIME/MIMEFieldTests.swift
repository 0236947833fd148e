import Mail
import Testing
import Values

@Suite struct MIMEFieldTests {
    @Test(arguments: [
        ("text/html", "text/html", []), ("Text/HTML; Charset=UTF-8", "text/html", ["charset=UTF-8"]),
        ("text/html charset=utf-8", "text/html", ["charset=utf-8"]),
        ("text/html; charset=utf-8; charset=koi8-r", "text/html", ["charset=utf-8"]),
        ("\"text/html\"; charset=utf-8", "text/html", ["charset=utf-8"]),
        ("text/plain; name=my file (1).pdf; x=y", "text/plain", ["name=my file (1).pdf", "x=y"]),
        ("text/plain; charset=us-ascii (a comment)", "text/plain", ["charset=us-ascii"]),
        ("text/plain; name=\"a\\\"b\"; x=1", "text/plain", ["name=a\"b", "x=1"]),
        ("text/plain; name=\"unclosed; x=1", "text/plain", ["name=unclosed; x=1"]),
        ("text/plain; name=\"a\r\n b\"", "text/plain", ["name=a b"]),
        ("text/plain; name==?utf-8?Q?caf=C3=A9.txt?=", "text/plain", ["name=café.txt"]),
        ("text/plain; name*=utf-8'fr'caf%C3%A9", "text/plain", ["name=café"]),
        ("text/plain; name*=caf%C3%A9", "text/plain", ["name=café"]),
        ("text/plain; name=old; name*=utf-8''new", "text/plain", ["name=new"]),
        ("text/plain; name*1=b; name*0=a; name*2*=%63", "text/plain", ["name=abc"]),
        ("text/plain; name*0*=utf-8''%C3; name*1*=%A9", "text/plain", ["name=é"]),
        ("text/plain; =x; ;; y", "text/plain", []), ("", "text/plain", []), ("/", "text/plain", []),
        ("text", "text/plain", []), ("multipart; boundary=b", "multipart/mixed", ["boundary=b"]),
        ("text/plain (unclosed; x=1", "text/plain", []),
        ("text/plain; name=caf\u{E9}", "text/plain", ["name=café"]),
    ]) func contentType(value: String, mediaType: String, parameters: [String]) {
        let type = ContentType(Bytes(value))
        #expect(type.mediaType == mediaType)
        #expect(type.parameters.map { "\($0.name)=\($0.value)" } == parameters)
    }

    @Test func rawLatin1ParameterIsRead() {
        let value = Bytes(Array("attachment; filename=caf".utf8) + [0xE9])
        #expect(ContentDisposition(value).filename == "café")
    }

    @Test func languageIsKept() {
        let parameter = ContentType(Bytes("a/b; title*=us-ascii'en-us'This%20is")).parameters.parameter("title")
        #expect(parameter?.language == "en-us")
        #expect(parameter?.value == "This is")
    }

    @Test(arguments: [
        ("attachment; filename=a.exe", "attachment", "a.exe", true), ("INLINE", "inline", nil, false),
        ("filename=a.exe", "", "a.exe", false), ("", "", nil, false), ("form-data; name=x", "form-data", nil, true),
        ("; filename=\"../../a\"", "", "../../a", false),
        // A comment before a string is one; people's names for files may begin with a bracket.
        ("attachment; filename=(a;b) \"c.exe\"", "attachment", "c.exe", true),
        ("attachment; filename=(1).pdf; x=(2)\"y\"", "attachment", "(1).pdf", true),
    ]) func disposition(value: String, type: String, filename: String?, isAttachment: Bool) {
        let disposition = ContentDisposition(Bytes(value))
        #expect(disposition.type == type)
        #expect(disposition.filename == filename)
        #expect(disposition.isAttachment == isAttachment)
    }

    @Test func whatOtherReadersTakeForTheValue() throws {
        for (value, expected) in [
            ("x; filename*0=\"a.exe\"; filename*2=\".txt\"", ["a.exe"]), ("x; filename*0=a; filename*1=b", []),
            ("x; filename*1=a; filename*2=b", []), ("x; filename*0*=utf-8''%61; filename*2=b; filename*4=c", ["a"]),
            ("x; filename=a; filename*=utf-8''b; filename=c", ["a", "c"]),
        ] {
            let parameter = try #require(ContentDisposition(Bytes(value)).parameters.parameter("filename"))
            #expect(parameter.others == expected, "\(value)")
        }
    }

    @Test(arguments: [
        ("7bit", TransferEncoding.sevenBit), ("8BIT", .eightBit), (" Base64 ", .base64),
        ("\"quoted-printable\"", .quotedPrintable),
        ("base64;", .base64), ("quoted-printable (really)", .quotedPrintable), ("binary", .binary),
        ("x-uuencode", .other("x-uuencode")),
    ]) func transferEncoding(value: String, expected: TransferEncoding) {
        #expect(TransferEncoding(Bytes(value)) == expected)
    }

    @Test func emptyTransferEncodingIsNone() { #expect(TransferEncoding(Bytes(" ")) == nil) }
}
