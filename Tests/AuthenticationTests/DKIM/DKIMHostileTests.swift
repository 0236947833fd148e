import Authentication
import DNS
import Mail
import Testing
import Values

/// Messages made to cost the verifier time, DNS questions or its life.
@Suite(.timeLimit(.minutes(10)))
struct DKIMHostileTests {
    @Test func hundredSignatures() async {
        let signer = DKIMTestSigner()
        let text = (0..<100).reduce(DKIMTestSigner.message) { text, number in
            DKIMTestSigner(domain: "d\(number).example").sign(text)
        }
        let dns = DKIMTestDNS(texts: ["sel._domainkey.d99.example": signer.record()])
        let outcomes = await DKIMVerifier.verify(text, dns: dns)
        #expect(dns.questions.count == 10)
        #expect(outcomes.count == 100)
        #expect(outcomes.first?.result == .pass)
        #expect(outcomes.dropFirst().prefix(9).allSatisfy { $0.reason == "key-missing" })
        #expect(outcomes.dropFirst(10).allSatisfy { $0.reason == "too-many-signatures" && $0.result == .policy })
    }

    @Test func oneQuestionForOneKey() async {
        let signer = DKIMTestSigner()
        let dns = signer.dns()
        let text = signer.sign(signer.sign(DKIMTestSigner.message))
        #expect(await DKIMVerifier.verify(text, dns: dns).map(\.result) == [.pass, .pass])
        #expect(dns.questions.count == 1)
    }

    /// Unreadable fields ask nothing and keep no readable one from being verified.
    @Test func unreadableSignatures() async {
        let signer = DKIMTestSigner()
        let dns = signer.dns()
        let junk = (0..<1000).map { "DKIM-Signature: v=1; d=example.org; s=\($0)\n" }.joined()
        let outcomes = await DKIMVerifier.verify(junk + signer.sign(DKIMTestSigner.message), dns: dns)
        #expect(outcomes.count == 1001)
        #expect(outcomes.last?.result == .pass)
        #expect(dns.questions.count == 1)
    }

    @Test func fiveThousandSignedHeaders() async {
        for names in [(0..<5000).map { "x-\($0)" }, [String](repeating: "subject", count: 5000)] {
            let signer = DKIMTestSigner(headers: ["from"] + names)
            let text = signer.sign(DKIMTestSigner.message)
            #expect(await DKIMVerifier.verify(text, dns: signer.dns()).first?.result == .pass)
        }
    }

    /// More fields than the header's index takes: the bottom ones are not known, so nothing is claimed.
    @Test func headerOverTheLimit() async {
        let signer = DKIMTestSigner()
        let text = signer.sign(String(repeating: "X: 1\n", count: 2100) + DKIMTestSigner.message)
        let dns = signer.dns()
        let outcomes = await DKIMVerifier.verify(text, dns: dns)
        #expect(outcomes.map(\.reason) == ["header-too-large"])
        #expect(dns.questions.isEmpty)
    }

    @Test(arguments: [
        ("b", "syntax: b= is not base64"), ("bh", "syntax: bh= is not base64"), ("d", "syntax: d= is no domain"),
        ("s", "syntax: s= is no selector"), ("a", "algorithm-unsupported"), ("c", "canonicalization-unsupported"),
        ("h", "from-unsigned"), ("i", "syntax: i= is no identity"), ("l", "syntax: l= is no number"),
        ("q", "query-unsupported"), ("v", "version-unsupported"),
    ])
    func megabyteTag(tag: String, reason: String) async {
        let signed = DKIMTestSigner().sign(DKIMTestSigner.message)
        let value = String(repeating: "!", count: 1 << 20)
        let pattern = try? Regex("(?s)^DKIM-Signature: .*?\nFrom:")
        let tags = [
            "v": "1", "a": "rsa-sha256", "d": "example.org", "s": "sel", "h": "from", "bh": DKIMSignatureTests.hash,
            "b": "AAAA",
        ].merging([tag: value]) { $1 }
        let field = tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        guard let pattern else {
            Issue.record("no pattern")
            return
        }
        let text = signed.replacing(pattern, with: "DKIM-Signature: \(field)\nFrom:")
        let dns = DKIMTestDNS(texts: [:])
        #expect(await DKIMVerifier.verify(text, dns: dns).map(\.reason) == [reason])
        #expect(dns.questions.isEmpty)
    }

    @Test func hugeKeys() async {
        let signer = DKIMTestSigner(algorithm: .rsaSHA256)
        let text = signer.sign(DKIMTestSigner.message)
        for (bits, reason) in [
            (8192, "signature-mismatch"), (8193, "key-too-large"), (16_384, "key-too-large"), (20_000, "key-unusable"),
            (200_000, "key-too-large"), (500, "key-unusable"),
        ] {
            let record = "v=DKIM1; p=\(DKIMTestKeys.rsaPublicKey(bits: bits))"
            let dns = DKIMTestDNS(texts: ["sel._domainkey.example.org": record])
            #expect(await DKIMVerifier.verify(text, dns: dns).first?.reason == reason, "\(bits)")
        }
    }

    @Test func manyRecords() async {
        let signer = DKIMTestSigner()
        let junk = (0..<10_000).map { RecordData.txt([Bytes("a=\($0); p=\(DKIMTestKeys.ed25519Public)")]) }
        let dns = DKIMTestDNS(["sel._domainkey.example.org": .records(junk, authentic: false)])
        let outcome = await DKIMVerifier.verify(signer.sign(DKIMTestSigner.message), dns: dns).first
        #expect(outcome?.reason == "key-unusable")
    }

    /// A body whose every line has to be rewritten, ten times over.
    @Test func whitespaceBody() async {
        let body = String(repeating: " \t \t\r", count: 200_000) + String(repeating: " \n", count: 200_000)
        let text = (1...10).reduce(DKIMTestSigner.message + body) { text, number in
            DKIMTestSigner(length: number).sign(text)
        }
        let outcomes = await DKIMVerifier.verify(text, dns: DKIMTestSigner().dns())
        #expect(outcomes.map(\.result) == [DKIMResult](repeating: .pass, count: 10))
    }

    /// Every cut of a signed message, and every one of its bytes replaced: answers, not crashes, and never a pass for
    /// another body.
    @Test func damagedMessages() async {
        let signer = DKIMTestSigner(canonicalization: DKIMCanonicalization(header: .simple, body: .simple))
        let bytes = Array(signer.sign(DKIMTestSigner.message).utf8)
        let dns = signer.dns()
        let options = DKIMOptions()
        let now = Timestamp(seconds: 1_719_878_400)
        for position in bytes.indices {
            _ = await DKIMVerifier.verify(
                Message(Bytes(Array(bytes[..<position]))), dns: dns, now: now, options: options)
            for byte: UInt8 in [0, 0x0A, 0x0D, 0x20, 0x3B, 0xFF] where bytes[position] != byte {
                var damaged = bytes
                damaged[position] = byte
                _ = await DKIMVerifier.verify(Message(Bytes(damaged)), dns: dns, now: now, options: options)
            }
        }
        for position in bytes.count - 20..<bytes.count - 3 {
            var damaged = bytes
            damaged[position] ^= 1
            let outcomes = await DKIMVerifier.verify(Message(Bytes(damaged)), dns: dns, now: now, options: options)
            #expect(outcomes.map(\.reason) == ["body-hash-mismatch"])
        }
    }
}
