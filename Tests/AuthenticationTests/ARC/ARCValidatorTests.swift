import Authentication
import DNS
import Foundation
import Mail
import Testing
import Values

/// RFC 8617 §5.2, clause by clause.
struct ARCValidatorTests {
    private static let three = ARCTestChain(domains: ["one.example", "two.example", "three.example"])

    /// §5.2 step 1.
    @Test func noChain() async {
        let outcome = await ARCTestChain().validate(DKIMTestSigner.message)
        #expect(outcome.status == ARCStatus.none)
        #expect(outcome.instance == 0 && outcome.hops.isEmpty && outcome.reason == nil)
    }

    @Test(arguments: [1, 2, 3, 50])
    func pass(count: Int) async {
        let chain = ARCTestChain(domains: (1...count).map { "d\($0).example" })
        let dns = chain.dns
        let text = chain.seal()
        let outcome = await ARCValidator.validate(Message(Bytes(text)), dns: dns, now: ARCTestChain.now)
        #expect(outcome.status == .pass && outcome.reason == nil)
        #expect(outcome.instance == count && outcome.oldestPass == 0)
        #expect(outcome.hops.map(\.domain) == (1...count).map { "d\($0).example" })
        #expect(outcome.hops.allSatisfy { $0.seal == .pass && $0.messageSignature == .pass })
        #expect(outcome.hops.first?.results == "mx.d1.example; spf=pass")
        #expect(dns.questions.count == count)
    }

    /// Each edit of a whole chain of three, and what it comes to.
    @Test(arguments: [
        // §5.2 step 3A, 3B.
        ("(?m)^ARC-Seal: .*\n(?: .*\n)* cv=pass; .*i=3(?:.*\n(?: .*\n)*?)(?=ARC-)", "", "structure: no ARC-Seal 3"),
        ("i=2; mx.two", "i=4; mx.two", "structure: no ARC-Authentication-Results 2"),
        ("i=2; mx.two", "i=3; mx.two", "structure: no ARC-Authentication-Results 2"),
        ("i=2; mx.two", "i=02; mx.two", "seal 3: signature-mismatch"),
        ("i=2; mx.two", "(by hand) I (\\)) = 2 (!) ; mx.two", "seal 3: signature-mismatch"),
        // §4.2.1: 1 to 50, §4.1.1: before the authserv-id.
        ("i=2; mx.two", "mx.two", "structure: ARC-Authentication-Results without an instance"),
        ("i=2; mx.two", "i=2 mx.two", "structure: ARC-Authentication-Results without an instance"),
        ("i=2; mx.two", "i=0; mx.two", "structure: ARC-Authentication-Results without an instance"),
        ("i=2; mx.two", "i=-2; mx.two", "structure: ARC-Authentication-Results without an instance"),
        ("i=2; mx.two", "i=two; mx.two", "structure: ARC-Authentication-Results without an instance"),
        ("i=2; mx.two", "i=51; mx.two", "too-many-sets"),
        ("i=2; mx.two", "i=18446744073709551616; mx.two", "too-many-sets"),
        // §5.2 step 3C.
        ("cv=none", "cv=pass", "structure: cv=pass at 1"),
        ("cv=none", "cv=", "structure: cv= at 1"),
        ("cv=none; ", "", "structure: no cv= at 1"),
        ("cv=pass; d=two", "cv=none; d=two", "structure: cv=none at 2"),
        ("cv=pass; d=two", "cv=fail; d=two", "structure: cv=fail at 2"),
        ("cv=pass; d=two", "cv=perhaps; d=two", "structure: cv=perhaps at 2"),
        // §5.2 step 2.
        ("cv=pass; d=three", "cv=fail; d=three", "chain-failed: cv=fail at 3"),
        // §5.2 step 4.
        ("Hello", "Goodbye", "message-signature 3: body-hash-mismatch"),
        ("A  message", "Another", "message-signature 3: signature-mismatch"),
        ("From: Ann", "From: Eve <eve@evil.example>\nFrom: Ann", "message-signature 3: added-field: from"),
        // §5.2 step 6.
        ("i=2; mx.two.example;\n spf=pass", "i=2; mx.two.example;\n spf=fail", "seal 3: signature-mismatch"),
        ("i=1; mx.one.example;\n spf=pass", "i=1; mx.one.example;\n spf=fail", "seal 3: signature-mismatch"),
        // §4.1.3.
        ("cv=none; d=one", "cv=none; h=from; d=one", "seal 1: syntax: h= in a seal"),
        ("cv=none; d=one", "cv=none; cv=none; d=one", "structure: ARC-Seal: syntax: cv= twice"),
        ("cv=none; d=one.example", "cv=none", "seal 1: syntax: no d="),
        ("cv=none; d=one.example", "cv=none; d=", "seal 1: syntax: d= is no domain"),
        ("cv=none; d=one.example; i=1; s=sel", "cv=none; d=one.example; i=1", "seal 1: syntax: no s="),
        ("cv=none; d=one.example; i=1", "cv=none; d=one.example", "structure: ARC-Seal without an instance"),
        ("cv=none; d=one.example; i=1", "cv=none; d=one.example; i=", "structure: ARC-Seal without an instance"),
        (
            "cv=none; d=one.example; i=1", "cv=none; d=one.example; i=1;",
            "structure: ARC-Seal: syntax: a tag has no name"
        ),
    ])
    func fail(pattern: String, replacement: String, reason: String) async throws {
        let chain = ARCValidatorTests.three
        let text = chain.seal()
        let edited =
            pattern.hasPrefix("(?m)")
            ? text.replacing(try Regex(pattern), with: replacement, maxReplacements: 1)
            : text.replacing(pattern, with: replacement, maxReplacements: 1)
        #expect(edited != text)
        let outcome = await chain.validate(edited)
        #expect(outcome.reason == reason)
        #expect(outcome.status == .fail)
    }

    /// White space that relaxed canonicalization takes up, and what it does not.
    @Test func refolding() async throws {
        let chain = ARCValidatorTests.three
        let text = chain.seal()
            .replacing("ARC-Seal: a=", with: "arc-seal:  a=").replacing("\n cv=pass", with: "\n\t cv=pass")
            .replacing("ARC-Message-Signature:", with: "Arc-Message-Signature:")
        #expect(await chain.validate(text).status == .pass)
        #expect(await chain.validate(text.replacing("\n", with: "\r\n")).status == .pass)
        #expect(
            await chain.validate(text.replacing("; d=one", with: " ; d=one")).reason == "seal 3: signature-mismatch")
    }

    /// §5.2 step 5: a list that changes the message.
    @Test func oldestPass() async throws {
        let first = ARCTestChain(domains: ["one.example", "two.example"]).seal()
        let changed = first.replacing("Hello", with: "Listed: hello")
        let later = ARCTestChain(domains: ["three.example", "four.example"]).seal(changed, startingAt: 3)
        let chain = ARCTestChain(domains: ["one.example", "two.example", "three.example", "four.example"])
        let outcome = await chain.validate(later)
        #expect(outcome.status == .pass)
        #expect(outcome.oldestPass == 3)
        #expect(
            outcome.hops.map(\.messageSignature) == [.notEvaluated, .fail(.bodyHashMismatch), .pass, .pass])
        #expect(outcome.hops.allSatisfy { $0.seal == .pass })
    }

    /// §5.2.1: failures of the DNS are permanent. What was not recorded is not evaluated.
    @Test(
        arguments: [
            (DNSAnswer.nameError, "seal 2: key-missing", ARCStatus.fail),
            (.noData, "seal 2: key-missing", .fail), (.timeout, "seal 2: key-unavailable", .fail),
            (.serverFailure, "seal 2: key-unavailable", .fail), (.text("v=DKIM1; p="), "seal 2: key-revoked", .fail),
            (.text("v=DKIM1; omg"), "seal 2: key-syntax: omg without =", .fail), (.unrecorded, "key-unrecorded", nil),
        ] as [(DNSAnswer, String, ARCStatus?)])
    func keys(answer: DNSAnswer, reason: String, status: ARCStatus?) async {
        let chain = ARCValidatorTests.three
        let record = DNSAnswer.text(ARCTestChain.record)
        let dns = DKIMTestDNS([
            "sel._domainkey.one.example": record, "sel._domainkey.two.example": answer,
            "sel._domainkey.three.example": record,
        ])
        let outcome = await ARCValidator.validate(Message(Bytes(chain.seal())), dns: dns, now: ARCTestChain.now)
        #expect(outcome.reason == reason)
        #expect(outcome.status == status)
        #expect(outcome.unrecorded.map(\.description) == (status == nil ? ["sel._domainkey.two.example. TXT"] : []))
    }

    /// A failure that is known counts, whatever else was not recorded.
    @Test func failureBesidesUnrecorded() async {
        let chain = ARCValidatorTests.three
        let dns = DKIMTestDNS(
            ["sel._domainkey.one.example": .nameError, "sel._domainkey.three.example": .text(ARCTestChain.record)],
            missing: .unrecorded)
        let outcome = await ARCValidator.validate(Message(Bytes(chain.seal())), dns: dns, now: ARCTestChain.now)
        #expect(outcome.status == .fail && outcome.reason == "seal 1: key-missing")
    }

    /// RFC 8301 and RFC 8463: RSA from 1024 bits, Ed25519.
    @Test func algorithms() async {
        let dns = DKIMTestDNS(texts: ["sel._domainkey.one.example": "v=DKIM1; p=\(DKIMTestKeys.rsa1024Public)"])
        let text = ARCTestChain(key: DKIMTestKeys.rsa1024).seal()
        let outcome = await ARCValidator.validate(Message(Bytes(text)), dns: dns, now: ARCTestChain.now)
        #expect(outcome.status == .pass && outcome.hops.first?.keyBits == 1024)
        #expect(outcome.hops.first?.algorithm == "rsa-sha256")
        let sha1 = await ARCValidator.validate(
            Message(Bytes(text.replacing("a=rsa-sha256", with: "a=rsa-sha1"))), dns: dns, now: ARCTestChain.now)
        #expect(sha1.status == .fail)
        let unknown = await ARCValidator.validate(
            Message(Bytes(text.replacing("ARC-Seal: a=rsa-sha256", with: "ARC-Seal: a=md5"))), dns: dns,
            now: ARCTestChain.now)
        #expect(unknown.reason == "seal 1: algorithm-unsupported")
    }

    /// §5.2 with fewer sets than RFC 8617 allows.
    @Test func maximumSets() async {
        let chain = ARCValidatorTests.three
        let dns = chain.dns
        let outcome = await ARCValidator.validate(
            Message(Bytes(chain.seal())), dns: dns, now: ARCTestChain.now, options: ARCOptions(maximumSets: 2))
        #expect(outcome.reason == "too-many-sets")
        #expect(dns.questions.isEmpty)
    }
}
