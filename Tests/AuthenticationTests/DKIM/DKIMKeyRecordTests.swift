import Authentication
import Cryptography
import Testing
import Values

/// Key records, clause by clause (RFC 6376 §3.6.1, §6.1.2; RFC 8463 §4).
struct DKIMKeyRecordTests {
    static let key = DKIMTestKeys.ed25519Public
    static let rsa = DKIMTestKeys.rsa1024Public

    /// A record, and the result of a good Ed25519 signature with it.
    static let records: [(record: String, expected: String)] = [
        ("v=DKIM1; k=ed25519; p=\(key)", "pass"), ("k=ed25519; p=\(key)", "pass"), ("p=\(key); k=ed25519;", "pass"),
        ("v = DKIM1 ; k = ed25519 ; p = \(key) ; ", "pass"), ("v=DKIM1;k=ED25519;p=\(key)", "pass"),
        ("v=DKIM1; k=ed25519; g=; x-y=1; p=\(key)", "key-syntax: x without ="),
        ("v=DKIM1; k=ed25519; g=; xy=1; p=\(key)", "pass"), ("v=DKIM1; k=ed25519; n=a note; p=\(key)", "pass"),
        ("k=ed25519; v=DKIM1; p=\(key)", "key-syntax: v= is not first"),
        ("v=DKIM2; k=ed25519; p=\(key)", "key-syntax: v= is not DKIM1"),
        ("v=dkim1; k=ed25519; p=\(key)", "key-syntax: v= is not DKIM1"),
        ("v=DKIM1: k=ed25519; p=\(key)", "key-syntax: v= is not DKIM1"),
        ("v=DKIM1\\; k=ed25519\\; p=\(key)", "key-syntax: v= is not DKIM1"),
        ("v=spf1 -all", "key-syntax: v= is not DKIM1"), ("", "key-syntax: no tags"), ("bio=1", "key-syntax: no p="),
        ("v=DKIM1; k=ed25519", "key-syntax: no p="), ("v=DKIM1; k=ed25519; p=", "key-revoked"),
        ("v=DKIM1; p= ", "key-revoked"), ("v=DKIM1; k=ed25519; p=\(key); p=\(key)", "key-syntax: p= twice"),
        ("v=DKIM1; k=ed25519; p=!", "key-syntax: p= is not base64"), ("v=DKIM1; k=ed25519; p=AAAA", "key-unusable"),
        ("v=DKIM1; k=ed25519; p=\(rsa)", "key-unusable"), ("v=DKIM1; p=\(key)", "key-unusable"),
        ("v=DKIM1; k=rsa; p=\(rsa)", "key-type-mismatch"), ("v=DKIM1; p=\(rsa)", "key-type-mismatch"),
        ("v=DKIM1; k=ecdsa; p=AAAA", "key-type-unsupported"),
        ("v=DKIM1; k=ed25519; h=sha256; p=\(key)", "pass"), ("v=DKIM1; k=ed25519; h=sha1 : SHA256; p=\(key)", "pass"),
        ("v=DKIM1; k=ed25519; h=sha1; p=\(key)", "key-digest-not-allowed"),
        ("v=DKIM1; k=ed25519; h=sha512; p=\(key)", "key-digest-not-allowed"),
        ("v=DKIM1; k=ed25519; s=email; p=\(key)", "pass"), ("v=DKIM1; k=ed25519; s=*; p=\(key)", "pass"),
        ("v=DKIM1; k=ed25519; s=web : Email; p=\(key)", "pass"),
        ("v=DKIM1; k=ed25519; s=tlsrpt; p=\(key)", "key-service-mismatch"),
        ("v=DKIM1; k=ed25519; t=y; p=\(key)", "pass testing"), ("v=DKIM1; k=ed25519; t=; p=\(key)", "pass"),
        ("v=DKIM1; k=ed25519; t=x:y:z; p=\(key)", "pass testing"),
        ("v=DKIM1; k=ed25519; t=s; p=\(key)", "key-identity-mismatch"),
        ("v=DKIM1; k=ed25519; t=y:s; p=\(key)", "key-identity-mismatch testing"),
        ("v=DKIM1; k=ed25519; p=\(key)\r\n", "pass"),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQH Og7hcvPapiMlrwIaaPcHURo=", "pass"),
        // Another key.
        ("v=DKIM1; k=ed25519; p=yi50DjK5O9pqbFpNHklsv9lqaS0ArSYu02qp1S0DW1Y=", "signature-mismatch"),
    ]

    @Test(arguments: records)
    func record(row: (record: String, expected: String)) async throws {
        let signer = DKIMTestSigner(extra: "i=ann@mail.example.org")
        let dns = DKIMTestDNS(texts: ["sel._domainkey.example.org": row.record])
        let outcome = try #require(await DKIMVerifier.verify(signer.sign(DKIMTestSigner.message), dns: dns).first)
        #expect((outcome.reason ?? "pass") + (outcome.isTesting ? " testing" : "") == row.expected)
    }

    static let sizes: [(bits: Int, expected: Int?)] = [
        (504, nil), (511, nil), (512, 512), (513, 513), (1024, 1024), (4096, 4096), (16_384, 16_384), (16_385, nil),
        (32_000, nil),
    ]

    @Test(arguments: sizes)
    func rsaSizes(row: (bits: Int, expected: Int?)) throws {
        let der = try #require(DKIMBase64.decode(Bytes(DKIMTestKeys.rsaPublicKey(bits: row.bits))))
        #expect(PublicKey(rsa: der)?.bits == row.expected)
    }

    @Test func cacheIsBoundedAndKeepsWhatIsUsed() {
        let cache = DKIMKeyCache(capacity: 8)
        for number in 0..<100 {
            _ = cache.record(Bytes("k=ed25519; n=\(number); p=\(DKIMKeyRecordTests.key)"))
            #expect(cache.count <= 16)
        }
        guard case .success(let record) = cache.record(Bytes("k=ed25519; n=99; p=\(DKIMKeyRecordTests.key)")),
            case .usable(let key) = record.key
        else {
            Issue.record("not read")
            return
        }
        #expect(key.kind == .ed25519)
        guard case .failure(.keySyntax("no p=")) = cache.record(Bytes("k=rsa")),
            case .failure(.keySyntax("no p=")) = cache.record(Bytes("k=rsa"))
        else {
            Issue.record("a fault was not kept")
            return
        }
    }
}
