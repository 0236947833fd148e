import Authentication
import DNS
import Foundation
import Mail
import Testing
import Values

/// Messages made to cost the validator time, DNS questions or its life.
@Suite(.timeLimit(.minutes(10)))
struct ARCHostileTests {
    /// Who cannot seal cannot make us ask; who can, a bounded number of questions.
    @Test(arguments: [51, 200, 1000])
    func tooManySets(count: Int) async {
        let sets = (1...count).map { number in
            """
            ARC-Seal: i=\(number); a=rsa-sha256; cv=pass; d=d\(number).example; s=s; b=AAAA
            ARC-Message-Signature: i=\(number); a=rsa-sha256; d=d\(number).example; s=s; h=from; bh=AAAA; b=AAAA
            ARC-Authentication-Results: i=\(number); d\(number).example; none

            """
        }
        let dns = DKIMTestDNS(texts: [:])
        let outcome = await ARCValidator.validate(
            Message(Bytes(sets.reversed().joined() + DKIMTestSigner.message)), dns: dns, now: ARCTestChain.now)
        #expect(outcome.status == .fail && outcome.reason == "too-many-sets")
        #expect(dns.questions.isEmpty)
    }

    /// Fifty sets, each with two keys of its own, all valid: the most that can be asked.
    @Test func fiftyForeignSets() async throws {
        var text = DKIMTestSigner.message
        for number in 1...50 {
            text = try #require(
                ARCTestChain.seal(text, domain: "d\(number).example", chain: number == 1 ? .none : .pass))
        }
        let dns = DKIMTestDNS(texts: [:])
        #expect(
            await ARCValidator.validate(Message(Bytes(text)), dns: dns, now: ARCTestChain.now).reason
                == "message-signature 50: key-missing")
        #expect(dns.questions.count == 1)
        let forged = text.replacing("Hello", with: "Goodbye")
        let quiet = DKIMTestDNS(texts: [:])
        #expect(
            await ARCValidator.validate(Message(Bytes(forged)), dns: quiet, now: ARCTestChain.now).reason
                == "message-signature 50: body-hash-mismatch")
        #expect(quiet.questions.isEmpty)
        let newest = DKIMTestDNS(texts: ["sel._domainkey.d50.example": ARCTestChain.record])
        #expect(
            await ARCValidator.validate(Message(Bytes(text)), dns: newest, now: ARCTestChain.now).reason
                == "seal 49: key-missing")
        #expect(newest.questions.count == 50)
    }

    @Test(arguments: ["0", "-1", "18446744073709551616", "1.5", "", "1 1", "0x1", "51", "99999999999999999999999999"])
    func instances(instance: String) async {
        for name in ["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"] {
            let field = "\(name): i=\(instance); a=rsa-sha256; cv=none; d=a.example; s=s; h=from; bh=AAAA; b=AAAA\n"
            let dns = DKIMTestDNS(texts: [:])
            let outcome = await ARCValidator.validate(
                Message(Bytes(field + DKIMTestSigner.message)), dns: dns, now: ARCTestChain.now)
            #expect(outcome.status == .fail && outcome.reason != nil && dns.questions.isEmpty, "\(name)")
            let twice = await ARCValidator.validate(
                Message(Bytes(field + ARCTestChain().seal())), dns: dns, now: ARCTestChain.now)
            #expect(twice.status == .fail && dns.questions.isEmpty, "\(name)")
        }
    }

    @Test(arguments: ["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"])
    func duplicates(name: String) async throws {
        let text = ARCTestChain().seal()
        let message = Message(Bytes(text))
        let field = try #require(message.header.first(name)).bytes.lossyString
        for copies in [1, 30, 49, 50, 1500] {
            let outcome = await ARCTestChain().validate(String(repeating: field, count: copies) + text)
            #expect(outcome.reason == (copies < 50 ? "structure: \(name) 1 twice" : "too-many-sets"))
        }
    }

    @Test func fiveThousandSignedHeaders() async throws {
        let names = (0..<5000).map { "x-\($0)" } + [String](repeating: "subject", count: 5000)
        let text = ARCTestChain().seal().replacing("h=from:", with: "h=from:" + names.joined(separator: ":\n ") + ":")
        #expect(await ARCTestChain().validate(text).reason == "message-signature 1: signature-mismatch")
    }

    @Test(arguments: [
        ("b", "seal 1: syntax: b= is not base64"), ("d", "seal 1: syntax: d= is no domain"),
        ("s", "seal 1: syntax: s= is no selector"), ("a", "seal 1: algorithm-unsupported"),
        ("t", "seal 1: syntax: t= is no number"), ("i", "structure: ARC-Seal without an instance"),
        ("cv", "structure: cv=!!!!!!!!!!!!!!!! at 1"),
    ])
    func megabyteTag(tag: String, reason: String) async throws {
        let garbage = String(repeating: "!", count: 1 << 20)
        let tags = ["i": "1", "a": "rsa-sha256", "d": "one.example", "s": "sel", "b": "AAAA", "cv": "none", "t": "1"]
            .merging([tag: garbage]) { $1 }
        let seal =
            "ARC-Seal: " + tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        let lines = ARCTestChain().seal().components(separatedBy: "\nARC-Message-Signature")
        let text = seal + "\nARC-Message-Signature" + lines.dropFirst().joined()
        let dns = DKIMTestDNS(texts: [:])
        let outcome = await ARCValidator.validate(Message(Bytes(text)), dns: dns, now: ARCTestChain.now)
        #expect(outcome.reason == reason)
        #expect(dns.questions.isEmpty)
    }

    @Test func hugeKeys() async {
        let text = ARCTestChain(key: DKIMTestKeys.rsa1024).seal()
        for (bits, reason) in [
            (8192, "signature-mismatch"), (16_384, "key-too-large"), (20_000, "key-unusable"), (500, "key-unusable"),
        ] {
            let dns = DKIMTestDNS(
                texts: ["sel._domainkey.one.example": "v=DKIM1; p=\(DKIMTestKeys.rsaPublicKey(bits: bits))"])
            let outcome = await ARCValidator.validate(Message(Bytes(text)), dns: dns, now: ARCTestChain.now)
            #expect(outcome.reason == "message-signature 1: \(reason)", "\(bits)")
        }
    }

    /// Comments that never end, in the field whose syntax is not a list of tags.
    @Test func comments() async {
        for text in [
            String(repeating: "(", count: 1 << 20), String(repeating: "()", count: 1 << 19),
            String(repeating: "(\\", count: 1 << 19),
        ] {
            let field = "ARC-Authentication-Results: \(text)i=1; x\n"
            let outcome = await ARCTestChain().validate(field + DKIMTestSigner.message)
            #expect(outcome.status == .fail)
        }
    }

    /// Header and body of a megabyte under fifty sets.
    @Test func largeSets() async throws {
        var text = DKIMTestSigner.message + String(repeating: " \t \tx\n", count: 20_000)
        let results = "none (" + String(repeating: "xxxxxxx ", count: 4000) + ")"
        for number in 1...50 {
            text = try #require(
                ARCTestChain.seal(text, domain: "one.example", chain: number == 1 ? .none : .pass, results: results))
        }
        #expect(await ARCTestChain().validate(text).status == .pass)
    }

    /// Every cut of a sealed message, and every one of its bytes replaced: answers, not crashes.
    @Test func damagedMessages() async {
        let bytes = Array(ARCTestChain().seal().utf8)
        let dns = ARCTestChain().dns
        for position in bytes.indices {
            _ = await ARCValidator.validate(Message(Bytes(Array(bytes[..<position]))), dns: dns, now: ARCTestChain.now)
            for byte: UInt8 in [0, 0x0A, 0x20, 0x3B, 0xFF] where bytes[position] != byte {
                var damaged = bytes
                damaged[position] = byte
                _ = await ARCValidator.validate(Message(Bytes(damaged)), dns: dns, now: ARCTestChain.now)
            }
        }
    }
}
