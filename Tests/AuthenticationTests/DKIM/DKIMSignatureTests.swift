import Authentication
import DNS
import Mail
import Testing
import Values

/// The tags of a signature field, clause by clause (RFC 6376 §3.5, §6.1.1).
struct DKIMSignatureTests {
    static let hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    /// What replaces a tag of a good signature, and the fault that gives; nil where the signature stays good.
    static let changes: [(tag: String, value: String?, fault: String?)] = [
        ("v", "1", nil), ("v", "2", "version-unsupported"), ("v", "", "version-unsupported"),
        ("v", "1.0", "version-unsupported"), ("v", "01", "version-unsupported"), ("v", "5", "version-unsupported"),
        ("a", nil, "syntax: no a="), ("a", "rsa-sha256", nil), ("a", "ED25519-SHA256", nil),
        ("a", "rsa-md5", "algorithm-unsupported"), ("a", "", "algorithm-unsupported"),
        ("a", "rsa - sha256", "algorithm-unsupported"), ("a", "rsa-sha1", "syntax: bh= is no digest of a="),
        ("b", nil, "syntax: no b="), ("b", "", "syntax: b= is not base64"), ("b", "A", "syntax: b= is not base64"),
        ("b", "AA\r\n AA", nil), ("b", "A*AA", "syntax: b= is not base64"),
        ("bh", nil, "syntax: no bh="), ("bh", "AAAA", "syntax: bh= is no digest of a="),
        ("bh", "-", "syntax: bh= is not base64"),
        ("bh", "47DEQpj8HBSa+/TImW+5\r\n JCeuQeRkm5NMpJWZG3hSuFU =", nil),
        ("c", "relaxed", nil), ("c", "future", "canonicalization-unsupported"),
        ("c", "", "canonicalization-unsupported"), ("c", "simple/x", "canonicalization-unsupported"),
        ("d", nil, "syntax: no d="), ("d", "", "syntax: d= is no domain"), ("d", "org", "syntax: d= is no domain"),
        ("d", "example..org", "syntax: d= is no domain"), ("d", "example.org.", "syntax: d= is no domain"),
        ("d", "exa mple.org", "syntax: d= is no domain"), ("d", "ex@mple.org", "syntax: d= is no domain"),
        ("d", "EXAMPLE.org", nil), ("d", "b\u{FC}cher.example", nil), ("d", "a_b.example", nil),
        ("d", "xn--\u{FC}.example", "syntax: d= is no domain"), ("d", "a\u{FF20}b.example", "syntax: d= is no domain"),
        ("d", String(repeating: "a", count: 64) + ".org", "syntax: d= is no domain"),
        ("d", String(repeating: "abcdefg.", count: 31) + "org", "syntax: the key's name is too long"),
        ("s", nil, "syntax: no s="), ("s", "", "syntax: s= is no selector"), ("s", "a.b.c", nil), ("s", "a_b", nil),
        ("s", "a b", "syntax: s= is no selector"), ("s", ".a", "syntax: s= is no selector"),
        ("h", nil, "syntax: no h="), ("h", "", "syntax: h= is no list of field names"), ("h", "to", "from-unsigned"),
        ("h", "From", nil), ("h", " to : FROM\r\n : subject ", nil),
        ("h", "from::to", "syntax: h= is no list of field names"),
        ("h", "from:", "syntax: h= is no list of field names"),
        ("h", "from:a b", "syntax: h= is no list of field names"),
        ("h", "from:\u{FC}", "syntax: h= is no list of field names"), ("h", "xfrom:fromx", "from-unsigned"),
        ("i", "@example.org", nil), ("i", "ann@example.org", nil), ("i", "ann@mail.Example.ORG", nil),
        ("i", "=61nn=2B@example.org", nil), ("i", "a@b@example.org", nil),
        ("i", "ann@example.com", "identity-outside-domain"), ("i", "ann@org", "identity-outside-domain"),
        ("i", "ann@notexample.org", "identity-outside-domain"), ("i", "example.org", "syntax: i= is no identity"),
        ("i", "ann@", "syntax: i= is no identity"), ("i", "=6@example.org", "syntax: i= is no identity"),
        ("i", "", "syntax: i= is no identity"),
        ("l", "0", nil), ("l", "", "syntax: l= is no number"), ("l", "-1", "syntax: l= is no number"),
        ("l", "1 0", "syntax: l= is no number"), ("l", "1e3", "syntax: l= is no number"),
        ("l", String(repeating: "9", count: 76), nil),
        ("l", String(repeating: "9", count: 77), "syntax: l= is no number"),
        ("q", "dns/txt", nil), ("q", "DNS/TXT", nil), ("q", "x/y : dns/txt", nil), ("q", "dns", "query-unsupported"),
        ("q", "http/json", "query-unsupported"), ("q", "", "query-unsupported"),
        ("t", "1117574938", nil), ("t", "", "syntax: t= is no number"), ("t", "now", "syntax: t= is no number"),
        ("t", "999999999999", nil), ("t", "1234567890123", "syntax: t= is no number"),
        ("x", "1118006938", nil), ("x", "soon", "syntax: x= is no number"),
        ("t", "5; x=5", "syntax: x= is not after t="), ("t", "6; x=5", "syntax: x= is not after t="),
        ("t", "5; x=6", nil),
        ("z", "From:foo=40eng.example.net|To:joe=40example.com", nil), ("z", "nonsense", nil), ("z", "A:=", nil),
        ("unknown", "a b \u{20AC}", nil), ("d", "example.org; d=example.org", "syntax: d= twice"),
        ("x1", "", nil), ("x", "9999999999;", "syntax: a tag has no name"),
    ]

    @Test(arguments: changes)
    func change(row: (tag: String, value: String?, fault: String?)) throws {
        var tags = [
            ("v", "1"), ("a", "rsa-sha256"), ("b", "AAAA"), ("bh", DKIMSignatureTests.hash), ("d", "example.org"),
            ("h", "from:to"), ("s", "sel"),
        ].filter { $0.0 != row.tag }
        if let value = row.value { tags.insert((row.tag, value), at: 0) }
        let text = "DKIM-Signature: " + tags.map { "\($0.0)=\($0.1)" }.joined(separator: "; ") + "\r\n\r\n"
        let field = try #require(Message(Bytes(text)).header.first)
        let fault =
            switch DKIMSignature.parse(field) {
            case .success: String?.none
            case .failure(let fault): fault.description
            }
        #expect(fault == row.fault)
    }

    @Test func everyTag() throws {
        let text = """
            DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; q=dns/txt; d=Example.ORG; s=Sel.2024;
             i=Ann=2Bx@Mail.example.org; t=1117574938; x=1118006938; l=123;
             h=From : To:
              subject; z=From:ann=40example.org|Subject:a=7Cb; bh=\(DKIMSignatureTests.hash);
             b = AQ
              ID ; n=note

            """
        let field = try #require(Message(Bytes(text)).header.first)
        let signature = try DKIMSignature.parse(field).get()
        #expect(signature.domain.relativeText == "example.org")
        #expect(signature.keyQuestion.description == "sel.2024._domainkey.example.org. TXT")
        #expect(signature.identity == "Ann+x@Mail.example.org")
        #expect(signature.identityDomain.relativeText == "mail.example.org")
        #expect(signature.signedHeaders == ["from", "to", "subject"])
        #expect(signature.signedAt == Timestamp(seconds: 1_117_574_938))
        #expect(signature.expiresAt == Timestamp(seconds: 1_118_006_938))
        #expect(signature.bodyLength == 123)
        #expect(signature.canonicalization.description == "relaxed/simple")
        #expect(signature.signature == [1, 2, 3])
        #expect(signature.copiedHeaders.map(\.lossyString) == ["From:ann@example.org", "Subject:a|b"])
        // RFC 6376 §3.7: the value of b= and the white space around it are deleted, nothing else.
        let unsigned = text.dropLast().replacing(" AQ\n  ID ", with: "")
        #expect(signature.unsignedField.lossyString == unsigned)
    }

    /// RFC 8616 §4: U-labels are looked up as A-labels.
    @Test func internationalisedDomain() throws {
        let text = """
            DKIM-Signature: v=1; a=rsa-sha256; d=b\u{FC}cher.example; s=schl\u{FC}ssel; i=j\u{FC}rgen@b\u{FC}cher.example;
             h=from; bh=\(DKIMSignatureTests.hash); b=AAAA

            """
        let signature = try DKIMSignature.parse(try #require(Message(Bytes(text)).header.first)).get()
        #expect(
            signature.keyQuestion.name.relativeText == "xn--schlssel-95a._domainkey.xn--bcher-kva.example")
        #expect(signature.identity == "j\u{FC}rgen@b\u{FC}cher.example")
    }
}
