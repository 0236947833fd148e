import Mail
import Testing
import Values

@Suite struct ReceivedSPFFieldTests {
    @Test func keyValueList() throws {
        let field = try #require(
            ReceivedSPFField(
                Bytes(
                    """
                    Pass (mx.example.net: domain of a@example.org designates
                     192.0.2.1 as permitted sender) receiver=mx.example.net; client-ip=192.0.2.1;
                     envelope-from="a b@example.org"; helo=mail.example.org; identity=mailfrom; mechanism=ip4;
                    """)))
        #expect(field.result == .pass)
        #expect(field.clientIP == IPAddress("192.0.2.1"))
        #expect(field.envelopeFrom == "a b@example.org")
        #expect(field.helo == "mail.example.org")
        #expect(field.receiver == "mx.example.net")
        #expect(field.identity == "mailfrom")
        #expect(field.mechanism == "ip4")
        #expect(field.problem == nil)
    }

    @Test("RFC 7208 §9.1: key [CFWS] = value; problem and mechanism quoted")
    func blankBeforeEquals() throws {
        let field = try #require(
            ReceivedSPFField(
                Bytes("permerror (a (b) c) client-ip (d) =\"2001:db8::1\";helo\r\n =h.example; problem=\"a; b=c\"")))
        #expect(field.clientIP == IPAddress("2001:db8::1"))
        #expect(field.helo == "h.example")
        #expect(field.problem == "a; b=c")
        #expect(field.mechanism == nil)
    }

    @Test(arguments: [
        (
            "softfail (google.com: domain of transitioning a@example.org does not designate 192.0.2.1 as permitted sender) client-ip=192.0.2.1;",
            "softfail 192.0.2.1 a@example.org google.com"
        ),
        (
            "neutral (google.com: 2001:db8::1 is neither permitted nor denied by best guess record for domain of a@example.org)",
            "neutral 2001:db8::1 a@example.org google.com"
        ),
        (
            "Pass (protection.outlook.com: domain of example.org designates 192.0.2.7 as permitted sender)\r\n receiver=protection.outlook.com; client-ip=192.0.2.7; helo=mx.example.org; pr=C",
            "pass 192.0.2.7 example.org protection.outlook.com"
        ),
        ("none", "none - - -"),
        ("error (timeout)", "temperror - - -"),
        ("unknown client-ip=2001:db8::2; envelope-from=<a@b.example>", "permerror 2001:db8::2 a@b.example -"),
        ("pass receiver=mx.example client-ip=192.0.2.3 helo=h.example", "pass 192.0.2.3 - mx.example"),
        ("fail client-ip=not-an-ip; client-ip=192.0.2.1", "fail - - -"),
    ])
    func shapes(_ text: String, _ expected: String) throws {
        let field = try #require(ReceivedSPFField(Bytes(text)))
        let parts = [
            field.result.rawValue, field.clientIP?.description, field.envelopeFrom, field.receiver,
        ]
        #expect(parts.map { $0 ?? "-" }.joined(separator: " ") == expected)
    }

    @Test(arguments: ["", "maybe client-ip=192.0.2.1", "(pass) client-ip=192.0.2.1", ";"])
    func refused(_ text: String) {
        #expect(ReceivedSPFField(Bytes(text)) == nil)
    }
}
