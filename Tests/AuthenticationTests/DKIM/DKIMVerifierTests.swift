import Authentication
import Cryptography
import DNS
import Mail
import Testing
import Values

/// Verification as a whole (RFC 6376 §5.4.2, §6; RFC 8301; RFC 8463).
struct DKIMVerifierTests {
    static let pairs = DKIMCanonicalization.Algorithm.allCases.flatMap { header in
        DKIMCanonicalization.Algorithm.allCases.map { DKIMCanonicalization(header: header, body: $0) }
    }

    @Test(arguments: pairs, [DKIMAlgorithm.rsaSHA256, .ed25519SHA256])
    func roundTrip(canonicalization: DKIMCanonicalization, algorithm: DKIMAlgorithm) async throws {
        let signer = DKIMTestSigner(algorithm: algorithm, canonicalization: canonicalization)
        let lf = signer.sign(DKIMTestSigner.message)
        let crlf = signer.sign(DKIMTestSigner.message.replacing("\n", with: "\r\n"))
        for text in [lf, crlf, lf.replacing("\n", with: "\r\n"), crlf.replacing("\r\n", with: "\n")] {
            let outcome = try #require(await DKIMVerifier.verify(text, dns: signer.dns()).first)
            #expect(outcome.result == .pass, "\(outcome.reason ?? "")")
            #expect(outcome.keyBits == (algorithm == .rsaSHA256 ? 1024 : 256))
            #expect(outcome.domain == "example.org")
            #expect(outcome.identity == "@example.org")
            #expect(outcome.bodyHashMatches == true)
            #expect(!outcome.isWeak)
        }
    }

    /// What a change of the message on its way does to each kind of signature.
    static let changes: [(from: String, to: String, simple: String, relaxed: String)] = [
        ("Hello,  Bob.", "Hello, Bob.", "body-hash-mismatch", "pass"),
        ("Hello,  Bob.", "Hello,  Rob.", "body-hash-mismatch", "body-hash-mismatch"),
        ("Ann\n\n", "Ann\n", "pass", "pass"), ("Ann\n\n", "Ann", "pass", "pass"),
        ("Ann\n\n", "Ann\nAdded\n", "body-hash-mismatch", "body-hash-mismatch"),
        ("-- \n", "--\n", "body-hash-mismatch", "pass"),
        ("Subject: A  message\n in", "subject: A message in", "signature-mismatch", "pass"),
        ("Subject: A  message", "Subject: B  message", "signature-mismatch", "signature-mismatch"),
        ("To: Bob", "X-New: 1\nTo: Bob", "pass", "pass"),
        ("To: Bob <bob@example.com>\n", "", "signature-mismatch", "signature-mismatch"),
        ("Date: Mon", "Cc: eve@example.net\nDate: Mon", "pass", "pass"),
        // §5.4.2: the bottom instance is the one signed; §8.15: the other is reported.
        ("From: Ann", "From: Eve <eve@example.net>\nFrom: Ann", "added-field: from", "added-field: from"),
        (
            "Date: Mon, 01 Jul", "Subject: Other\nDate: Mon, 01 Jul", "signature-mismatch", "signature-mismatch"
        ),
    ]

    @Test(arguments: changes)
    func change(row: (from: String, to: String, simple: String, relaxed: String)) async throws {
        for (algorithm, expected) in [(DKIMCanonicalization.Algorithm.simple, row.simple), (.relaxed, row.relaxed)] {
            let signer = DKIMTestSigner(
                canonicalization: DKIMCanonicalization(header: algorithm, body: algorithm))
            let signed = signer.sign(DKIMTestSigner.message)
            let changed = signed.replacing(row.from, with: row.to)
            #expect(changed != signed)
            let outcome = try #require(await DKIMVerifier.verify(changed, dns: signer.dns()).first)
            #expect(outcome.reason ?? "pass" == expected)
        }
    }

    /// §5.4.2, §3.5: repeated names, names of absent fields (signing their absence), the signature's own name.
    @Test(arguments: [
        ["from", "from"], ["from", "x", "x", "x"], ["from", "nothing"], ["from", "dkim-signature"],
        ["subject", "from", "date", "from", "to", "to"],
    ])
    func selection(headers: [String]) async throws {
        let signer = DKIMTestSigner(headers: headers)
        let text = "X: 1\nX: 2\n" + DKIMTestSigner.message
        let signed = signer.sign(text)
        #expect(await DKIMVerifier.verify(signed, dns: signer.dns()).first?.reason == nil)
        // Oversigned: whatever is added under a name that was signed as absent breaks the signature.
        let added = "From: Eve <eve@example.net>\nNothing: 1\n" + signed
        let isOversigned = headers.count { $0 == "from" } > 1 || headers.contains("nothing")
        let reason = await DKIMVerifier.verify(added, dns: signer.dns()).first?.reason
        #expect(reason == (isOversigned ? "signature-mismatch" : "added-field: from"))
    }

    static let answers: [(answer: DNSAnswer, result: DKIMResult, reason: String)] = [
        (.noData, .permerror, "key-missing"), (.nameError, .permerror, "key-missing"),
        (.serverFailure, .temperror, "key-unavailable"), (.timeout, .temperror, "key-unavailable"),
        (.unrecorded, .neutral, "key-unrecorded"), (.records([], authentic: true), .permerror, "key-missing"),
        (.records([.other("1 2 3")], authentic: false), .permerror, "key-missing"),
    ]

    @Test(arguments: answers)
    func answer(row: (answer: DNSAnswer, result: DKIMResult, reason: String)) async throws {
        let text = DKIMTestSigner().sign(DKIMTestSigner.message)
        let dns = DKIMTestDNS(["sel._domainkey.example.org": row.answer])
        let outcome = try #require(await DKIMVerifier.verify(text, dns: dns).first)
        #expect(outcome.result == row.result)
        #expect(outcome.reason == row.reason)
        #expect(outcome.isUnrecorded == (row.answer == .unrecorded))
        #expect(outcome.bodyHashMatches == true)
        #expect(outcome.keyQuestion?.description == "sel._domainkey.example.org. TXT")
    }

    /// §6.1.2: several records are tried, and their order changes nothing.
    @Test func severalRecords() async throws {
        let signer = DKIMTestSigner()
        let good = RecordData.txt([Bytes(signer.record())])
        let other = RecordData.txt([Bytes("v=DKIM1; k=ed25519; p=yi50DjK5O9pqbFpNHklsv9lqaS0ArSYu02qp1S0DW1Y=")])
        let junk = RecordData.txt([Bytes("v=spf1 -all")])
        for records in [[good, other, junk], [junk, other, good], [other, good]] {
            let dns = DKIMTestDNS(["sel._domainkey.example.org": .records(records, authentic: false)])
            #expect(await DKIMVerifier.verify(signer.sign(DKIMTestSigner.message), dns: dns).first?.result == .pass)
        }
        for records in [[junk, other], [other, junk]] {
            let dns = DKIMTestDNS(["sel._domainkey.example.org": .records(records, authentic: false)])
            let outcome = await DKIMVerifier.verify(signer.sign(DKIMTestSigner.message), dns: dns).first
            #expect(outcome?.reason == "signature-mismatch")
        }
    }

    /// §3.5: `x=` and `t=` against the time of the event.
    @Test func times() async throws {
        let signer = DKIMTestSigner(extra: "t=1000; x=2000")
        let text = signer.sign(DKIMTestSigner.message)
        for (now, reason, isFromFuture) in [
            (999, nil, true), (1000, nil, false), (2000, nil, false), (2001, "expired", false),
        ] as [(Int64, String?, Bool)] {
            let outcome = try #require(
                await DKIMVerifier.verify(text, dns: signer.dns(), now: Timestamp(seconds: now)).first)
            #expect(outcome.reason == reason)
            #expect(outcome.isExpired == (reason != nil))
            #expect(outcome.isFromFuture == isFromFuture)
        }
        // No key could make an expired signature pass, so what DNS failed to say does not matter.
        for answer in [DNSAnswer.timeout, .unrecorded, .nameError] {
            let dns = DKIMTestDNS(["sel._domainkey.example.org": answer])
            let outcome = await DKIMVerifier.verify(text, dns: dns, now: Timestamp(seconds: 3000)).first
            #expect(outcome?.reason == "expired")
            #expect(outcome?.result == .fail)
        }
    }

    /// §3.4.5, §8.2: `l=`.
    @Test func bodyLength() async throws {
        let canonical = "Hello, Bob.\r\n\r\n--\r\nAnn\r\n".utf8.count
        for (length, unsigned) in [(0, canonical), (11, canonical - 11), (canonical, 0)] {
            let signer = DKIMTestSigner(length: length)
            let signed = signer.sign(DKIMTestSigner.message)
            let outcome = try #require(await DKIMVerifier.verify(signed, dns: signer.dns()).first)
            #expect(outcome.reason == nil)
            #expect(outcome.signedBodyLength == length)
            #expect(outcome.unsignedBodyLength == unsigned)
            let longer = try #require(await DKIMVerifier.verify(signed + "spam\n", dns: signer.dns()).first)
            // An empty line that was at the end is within the body now.
            #expect(longer.reason == nil)
            #expect(longer.unsignedBodyLength == canonical - length + 2 + "spam\r\n".utf8.count)
        }
        let signer = DKIMTestSigner(length: canonical)
        let cut = signer.sign(DKIMTestSigner.message).replacing("Ann\n\n", with: "An\n")
        #expect(await DKIMVerifier.verify(cut, dns: signer.dns()).first?.reason == "body-length-beyond-body")
    }

    /// RFC 8301 §3.1, §3.2, and what the legacy requirements make of it.
    @Test func weakness() async throws {
        let sha1 = DKIMTestSigner(algorithm: .rsaSHA1)
        let short = DKIMTestSigner(algorithm: .rsaSHA256, key: DKIMTestKeys.rsa512)
        let draft = DKIMTestSigner(version: "0.5")
        let shortDNS = DKIMTestDNS(
            texts: ["sel._domainkey.example.org": "k=rsa; p=\(DKIMTestKeys.rsa512Public)"])
        for (signer, dns, reason) in [
            (sha1, sha1.dns(), "weak-algorithm"), (short, shortDNS, "weak-key"), (draft, draft.dns(), "draft-version"),
        ] {
            let text = signer.sign(DKIMTestSigner.message)
            let strict = try #require(await DKIMVerifier.verify(text, dns: dns).first)
            #expect(strict.reason == reason)
            #expect(strict.result == .permerror)
            #expect(strict.isWeak == (reason != "draft-version"))
            let options = DKIMOptions(requirements: .legacy)
            let lenient = try #require(await DKIMVerifier.verify(text, dns: dns, options: options).first)
            #expect(lenient.result == .pass)
            #expect(lenient.isWeak == strict.isWeak)
            // Weak never hides forged.
            let forged = try #require(
                await DKIMVerifier.verify(text.replacing("Hello", with: "Hallo"), dns: dns).first)
            #expect(forged.reason == "body-hash-mismatch")
        }
    }

    @Test func draftWithoutVersion() async throws {
        let signer = DKIMTestSigner(version: nil)
        let text = signer.sign(DKIMTestSigner.message)
        #expect(await DKIMVerifier.verify(text, dns: signer.dns()).first?.reason == "draft-version")
        let options = DKIMOptions(requirements: .legacy)
        #expect(await DKIMVerifier.verify(text, dns: signer.dns(), options: options).first?.result == .pass)
    }

    @Test func severalSignatures() async throws {
        let first = DKIMTestSigner(domain: "one.example", selector: "a")
        let second = DKIMTestSigner(algorithm: .rsaSHA256, domain: "two.example", selector: "b")
        let text = second.sign(first.sign(DKIMTestSigner.message))
        let dns = DKIMTestDNS(texts: ["a._domainkey.one.example": first.record()])
        let outcomes = await DKIMVerifier.verify(text, dns: dns)
        #expect(outcomes.map(\.domain) == ["two.example", "one.example"])
        #expect(outcomes.map(\.result) == [.permerror, .pass])
        #expect(DKIMOutcome.best(outcomes) == .pass)
        let range = try #require(outcomes.last?.fieldRange)
        let field = Bytes(text)[range].lossyString
        #expect(field.hasPrefix("DKIM-Signature: v=1") && field.hasSuffix("\n") && field.contains("one.example"))
    }

    /// The form that `assay check dkim` prints.
    @Test func json() async throws {
        let signer = DKIMTestSigner(headers: ["from"], extra: "t=1719800000; x=1800000000")
        let outcomes = await DKIMVerifier.verify(signer.sign(DKIMTestSigner.message), dns: signer.dns("t=y;"))
        #expect(
            DKIMOutcome.json(outcomes).text == """
                {"result":"pass","signatures":[{"algorithm":"ed25519-sha256","authentic":false,"body_hash_matches":true,\
                "canonicalization":"relaxed/relaxed","domain":"example.org",\
                "expires_at":"2027-01-15T08:00:00Z","header_hash_matches":true,"identity":"@example.org","key_bits":256,\
                "key_name":"sel._domainkey.example.org.","reason":null,"result":"pass","selector":"sel",\
                "signed_at":"2024-07-01T02:13:20Z","signed_headers":["from"],"testing":true,\
                "unsigned_fields":["to","subject","date"],"weak":false}]}
                """)
        #expect(DKIMOutcome.json([]).text == #"{"result":"none","signatures":[]}"#)
    }

    /// Keys and cache are shared among threads.
    @Test func manyAtOnce() async {
        let signer = DKIMTestSigner(algorithm: .rsaSHA256)
        let message = Message(Bytes(signer.sign(DKIMTestSigner.message)))
        let options = DKIMOptions(keys: DKIMKeyCache(capacity: 1))
        let dns = signer.dns()
        let passed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    await DKIMVerifier.verify(message, dns: dns, now: Timestamp(seconds: 0), options: options).first?
                        .result == .pass
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(passed == 500)
    }

    @Test func messageWithoutSignature() async {
        let dns = DKIMTestDNS(texts: [:])
        let outcomes = await DKIMVerifier.verify(DKIMTestSigner.message, dns: dns)
        #expect(outcomes.isEmpty)
        #expect(DKIMOutcome.best(outcomes) == nil)
        #expect(dns.questions.isEmpty)
    }
}
