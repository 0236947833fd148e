import Authentication
import Cryptography
import DNS
import Foundation
import Mail
import Testing
import Values

/// Messages made to cost time when a signature fails, keys made to cost it before: each ends soon, with a named result
/// and no more DNS questions than there are keys.
@Suite(.timeLimit(.minutes(10)))
struct DKIMHostileDiagnosisTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let reason: String
        let make: @Sendable () -> (message: String, record: String)
        var testDescription: String { name }
    }

    private static let signer = DKIMTestSigner()

    private static func signed(_ signer: DKIMTestSigner = signer, _ changes: (String) -> String) -> (String, String) {
        (changes(signer.sign(DKIMTestSigner.message)), signer.record())
    }

    private static func field(_ tags: String) -> String {
        "DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=sel; c=relaxed/relaxed; \(tags)\n"
    }

    private static func garbage(_ count: Int) -> String {
        var state: UInt32 = 1
        return Base64.text(
            (0..<count).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            })
    }

    private static let emptyHash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    static let rows: [Row] = [
        Row(name: "h= of 5,000 fields, one of them changed", reason: "signature-mismatch") {
            signed(DKIMTestSigner(headers: ["from", "subject"] + (0..<5000).map { "x-\($0)" })) {
                $0.replacingOccurrences(of: "\nSubject: A", with: "\nSubject: B")
            }
        },
        Row(name: "2,000 fields signed, one of them changed", reason: "signature-mismatch") {
            let fields = (0..<1900).map { "X-\($0): a b c\n" }.joined()
            let signer = DKIMTestSigner(headers: ["from", "subject"] + (0..<1900).map { "x-\($0)" })
            return (
                signer.sign(fields + DKIMTestSigner.message).replacingOccurrences(
                    of: "\nSubject: A", with: "\nSubject: B"),
                signer.record()
            )
        },
        Row(name: "a field of a megabyte, another changed", reason: "signature-mismatch") {
            let signer = DKIMTestSigner(headers: ["from", "subject", "x"])
            let field = "X: " + String(repeating: "a b\n ", count: 200_000) + "a\n"
            return (
                signer.sign(field + DKIMTestSigner.message).replacingOccurrences(
                    of: "\nSubject: A", with: "\nSubject: B"),
                signer.record()
            )
        },
        Row(name: "z= of 200,000 copies", reason: "signature-mismatch") {
            signed(DKIMTestSigner(extra: "z=" + String(repeating: "From:a|", count: 200_000))) {
                $0.replacingOccurrences(of: "\nSubject: A", with: "\nSubject: B")
            }
        },
        Row(name: "z= with one copy of a megabyte", reason: "signature-mismatch") {
            signed(DKIMTestSigner(extra: "z=Subject:" + String(repeating: "=20", count: 400_000))) {
                $0.replacingOccurrences(of: "\nSubject: A", with: "\nSubject: B")
            }
        },
        Row(name: "a subject of brackets", reason: "signature-mismatch") {
            signed {
                $0.replacingOccurrences(
                    of: "\nSubject: A", with: "\nSubject: " + String(repeating: "[", count: 100_000))
            }
        },
        Row(name: "Reply-To of 50,000 addresses", reason: "signature-mismatch") {
            signed {
                let list = [String](repeating: "x@example.org", count: 50_000).joined(separator: ",\n ")
                return $0.replacingOccurrences(of: "\nFrom: Ann", with: "\nReply-To: \(list)\nFrom: Eve")
            }
        },
        Row(name: "b= of random bytes", reason: "signature-mismatch") {
            (field("h=from; bh=\(emptyHash); b=\(garbage(64))") + "From: a@example.org\n\n", signer.record())
        },
        Row(name: "b= of a megabyte", reason: "signature-mismatch") {
            (field("h=from; bh=\(emptyHash); b=\(garbage(1 << 20))") + "From: a@example.org\n\n", signer.record())
        },
        Row(name: "b= that is garbage", reason: "syntax: b= is not base64") {
            (field("h=from; bh=\(emptyHash); b=\(garbage(64))*") + "From: a@example.org\n\n", signer.record())
        },
        Row(name: "a body of nothing but boundaries", reason: "body-hash-mismatch") {
            let (message, record) = signed {
                $0.replacingOccurrences(of: "\nTo:", with: "\nContent-Type: multipart/mixed; boundary=b\nTo:")
            }
            return (message + String(repeating: "--b\n\n", count: 40_000), record)
        },
        Row(name: "a deep multipart", reason: "body-hash-mismatch") {
            let (message, record) = signed {
                $0.replacingOccurrences(of: "\nTo:", with: "\nContent-Type: multipart/mixed; boundary=b0\nTo:")
            }
            let nested = (0..<5000).map { "--b\($0)\nContent-Type: multipart/mixed; boundary=b\($0 + 1)\n\n" }.joined()
            return (message + nested, record)
        },
        Row(name: "one line of 200,000 bytes of UTF-8", reason: "body-hash-mismatch") {
            signed { $0 + String(repeating: "ü", count: 100_000) }
        },
        Row(name: "a key of 16,384 bits", reason: "key-too-large") {
            let signer = DKIMTestSigner(algorithm: .rsaSHA256)
            return (signer.sign(DKIMTestSigner.message), "v=DKIM1; p=\(DKIMTestKeys.rsaPublicKey(bits: 16_384))")
        },
        Row(name: "a key of 16 K bytes", reason: "key-too-large") {
            let signer = DKIMTestSigner(algorithm: .rsaSHA256)
            return (signer.sign(DKIMTestSigner.message), "v=DKIM1; p=\(DKIMTestKeys.rsaPublicKey(bits: 131_072))")
        },
        Row(name: "a record of a megabyte in p=", reason: "key-too-large") {
            let signer = DKIMTestSigner(algorithm: .rsaSHA256)
            return (signer.sign(DKIMTestSigner.message), "v=DKIM1; p=\(garbage(1 << 20))")
        },
        Row(name: "a record of a megabyte of garbage", reason: "key-syntax: p= is not base64") {
            (signer.sign(DKIMTestSigner.message), "v=DKIM1; k=ed25519; p=" + String(repeating: "*", count: 1 << 20))
        },
        Row(name: "a record of a megabyte of flags", reason: "key-digest-not-allowed") {
            (signer.sign(DKIMTestSigner.message), signer.record("h=" + String(repeating: "a:", count: 1 << 19) + ";"))
        },
        Row(name: "a record of 100,000 tags", reason: "key-syntax: too many tags") {
            (signer.sign(DKIMTestSigner.message), signer.record((0..<100_000).map { "x\($0)=1;" }.joined()))
        },
    ]

    @Test(arguments: rows) func endsSoon(row: Row) async throws {
        let (message, record) = row.make()
        let dns = DKIMTestDNS(texts: ["sel._domainkey.example.org": record])
        let clock = ContinuousClock()
        var outcomes: [DKIMOutcome] = []
        let time = await clock.measure { outcomes = await DKIMVerifier.verify(message, dns: dns) }
        #expect(outcomes.map(\.reason) == [row.reason])
        #expect(dns.questions.count <= 1)
        #expect(time < .seconds(10), "\(time)")
    }

    /// A note of a megabyte is told as far as anybody reads.
    @Test func longNotes() async throws {
        let signer = DKIMTestSigner()
        let dns = signer.dns("n=" + String(repeating: "a=20b", count: 200_000) + ";")
        let outcome = try #require(await DKIMVerifier.verify(signer.sign(DKIMTestSigner.message), dns: dns).first)
        #expect(outcome.result == .pass)
        #expect((outcome.keyNotes?.utf8.count ?? 0) <= 1024)
    }

    /// Aliases in a circle lead to no key, and are not followed for ever.
    @Test func cyclicAliases() async throws {
        let zone = try DNSZone(
            fixture: """
                sel._domainkey.example.org. CNAME a.example.org.
                a.example.org. CNAME b.example.org.
                b.example.org. CNAME sel._domainkey.example.org.
                """)
        let outcome = await DKIMVerifier.verify(
            Message(Bytes(DKIMTestSigner().sign(DKIMTestSigner.message))), dns: zone,
            now: Timestamp(seconds: 1_719_878_400)
        ).first
        #expect(outcome?.reason == "key-unavailable")
        #expect(outcome?.result == .temperror)
    }

    /// A hundred failing signatures: three are diagnosed, ten verified.
    @Test func hundredFailures() async throws {
        let signer = DKIMTestSigner()
        let text = (0..<100).reduce(DKIMTestSigner.message) { text, _ in signer.sign(text) } + "footer\n"
        let dns = signer.dns()
        let outcomes = await DKIMVerifier.verify(text, dns: dns)
        #expect(dns.questions.count == 1)
        #expect(outcomes.count { $0.diagnosis.text == "footer appended: 1 line" } == 3)
        #expect(outcomes.count { $0.reason == "body-hash-mismatch" } == 10)
        #expect(outcomes.count { $0.reason == "too-many-signatures" } == 90)
    }
}
