import Authentication
import Testing
import Values

struct AuthenticationResultsWritingTests {
    @Test("what is written, and where it is folded")
    func writing() {
        let field = AuthenticationResults(
            authservID: "mx.example.org",
            results: [
                .spf(.pass, identity: .mailFrom, "user@example.net"),
                .spf(.none, identity: .helo, "mail.example.net"),
                .dkim(
                    "fail", domain: "example.net", identity: "@example.net", selector: "s1", algorithm: "rsa-sha256",
                    signature: "gfT/i2HB", reason: "the body was changed"),
                .dmarc("fail", from: "example.net", policy: "reject"),
                .arc("pass", client: IPAddress("2001:db8::1"), oldestPass: 0),
                .vbr("pass", domain: "example.net", certifier: "vouch.example"),
                .auth("pass", identity: "user@example.org"),
            ])
        #expect(
            field.folded() == """
                mx.example.org;\r
                \tspf=pass smtp.mailfrom=user@example.net;\r
                \tspf=none smtp.helo=mail.example.net;\r
                \tdkim=fail reason="the body was changed" header.d=example.net\r
                \theader.i=@example.net header.s=s1 header.a=rsa-sha256\r
                \theader.b="gfT/i2HB";\r
                \tdmarc=fail header.from=example.net policy.dmarc=reject;\r
                \tarc=pass smtp.remote-ip="2001:db8::1" header.oldest-pass=0;\r
                \tvbr=pass header.md=example.net header.mv=vouch.example;\r
                \tauth=pass smtp.auth=user@example.org
                """)
    }

    @Test(
        "values that would be more than values",
        arguments: [
            ("a\r\nSubject: x", "\"a??Subject: x\""),
            ("a\u{0}b\u{7F}\u{85}\u{2028}", "\"a?b???\""),
            ("a;spf=pass", "\"a;spf=pass\""),
            ("a\"b\\c", "\"a\\\"b\\\\c\""),
            ("a (b)", "\"a (b)\""),
            ("é@example.org", "\"?@example.org\""),
            ("a@b@c.example", "\"a@b@c.example\""),
            ("a..b@c.example", "\"a..b@c.example\""),
            ("", "\"\""),
            ("plain-1.example", "plain-1.example"),
            ("a/b@c.example", "a/b@c.example"),
            ("a@[192.0.2.1]", "\"a@[192.0.2.1]\""),
        ])
    func values(value: String, expected: String) throws {
        let result = AuthenticationMethodResult(
            "spf", "pass", properties: [AuthenticationProperty("smtp", "mailfrom", value)])
        let field = AuthenticationResults(authservID: "mx", results: [result])
        #expect(field.value() == "mx; spf=pass smtp.mailfrom=\(expected)")
        _ = try AuthenticationResults(strict: Bytes(field.folded()))
    }

    @Test("comments and reasons stay what they are")
    func comments() throws {
        let result = AuthenticationMethodResult(
            "spf", "fail", reason: "not \"ours\"; really", comments: ["a (b) \\ c\r\nX: y", "", "((("])
        let field = AuthenticationResults(authservID: "a b", results: [result], comments: ["what; ever"])
        #expect(
            field.value()
                == #""a b" (what; ever); spf=fail (a \(b\) \\ c??X: y) (\(\(\() reason="not \"ours\"; really""#)
        let read = try AuthenticationResults(strict: Bytes(field.folded()))
        #expect(read.authservID == "a b")
        #expect(read.results[0].reason == "not \"ours\"; really")
        #expect(read.results[0].comments == ["a (b) \\ c??X: y", "((("])
    }

    @Test("no results, an instance, and results that have no place in a field")
    func rest() {
        #expect(AuthenticationResults(authservID: "mx").folded() == "mx;\r\n\tnone")
        let sealed = AuthenticationResults(
            authservID: "mx", results: [AuthenticationMethodResult("arc", "none")], instance: 3)
        #expect(sealed.folded(form: .arc) == "i=3; mx;\r\n\tarc=none")
        let broken = AuthenticationResults(
            authservID: "mx", version: 2,
            results: [
                AuthenticationMethodResult("a b", "pass"), AuthenticationMethodResult("spf", "p;ass"),
                AuthenticationMethodResult(
                    "dkim", "pass", version: 2, properties: [AuthenticationProperty("", "action", "none")]),
            ])
        #expect(broken.value() == "mx 2; dkim/2=pass")
        let international = AuthenticationResults(authservID: "bücher.example")
        #expect(international.value(allowsUTF8: true) == "\"bücher.example\"; none")
        #expect(international.value() == "\"b?cher.example\"; none")
    }

    @Test("RFC 6008 §4: eight letters of b=, or what tells signatures apart")
    func signatures() {
        #expect(
            AuthenticationMethodResult.signatureParts(["AAAABBBBCCCC", "ZZZZ ZZ\r\n ZZYY", "AAAABBBBCCDD", "short"])
                == ["AAAABBBBCCC", "ZZZZZZZZ", "AAAABBBBCCD", "short"])
        #expect(AuthenticationMethodResult.signatureParts(["AAAABBBBCC", "AAAABBBBCC"]) == ["AAAABBBB", "AAAABBBB"])
    }

    @Test("what is written is read as the same", arguments: 0..<300)
    func roundTrip(seed: Int) throws {
        var random = Pieces(seed: UInt64(seed))
        let field = AuthenticationResults(
            authservID: random.text(), version: random.number(3) == 0 ? 2 : 1,
            results: (0...random.number(4)).map { _ in
                AuthenticationMethodResult(
                    "x-\(random.number(9))", "pass", version: 1 + random.number(2),
                    reason: random.number(2) == 0 ? random.text() : nil,
                    properties: (0..<random.number(4)).map { _ in
                        AuthenticationProperty("smtp", "x\(random.number(9))", random.text())
                    },
                    comments: (0..<random.number(3)).map { _ in "c x" + random.text().filter { $0 != " " } })
            },
            instance: random.number(2) == 0 ? 1 + random.number(50) : nil)
        let form: AuthenticationResults.Form = field.instance == nil ? .plain : .arc
        let text = field.folded(form: form, allowsUTF8: true)
        #expect(try AuthenticationResults(strict: Bytes(text), form: form) == field)
        #expect(try AuthenticationResults(strict: Bytes(field.value(allowsUTF8: true)), form: form) == field)
    }
}

/// Texts made of what is hard to write.
private struct Pieces {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func number(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    mutating func text() -> String {
        let pieces = [
            "a", "b1", "\"", "\\", "(", ")", ";", "=", "@", "example.org", ".", " ", "é", "/", "<", "none", "i=1",
        ]
        return (0...number(6)).map { _ in pieces[number(pieces.count)] }.joined()
    }
}
