import Authentication
import Cryptography
import DNS
import Foundation
import Mail
import Testing
import Values
import Yams

/// RFC 8617 §5.1, and the signing half of the published suite.
struct ARCSealerTests {
    /// §5.1.2: a seal over a failed chain covers its own set; §5.1: nothing is added afterwards.
    @Test func failedChain() async throws {
        let chain = ARCTestChain(domains: ["one.example", "two.example"])
        let broken = chain.seal().replacing("Hello", with: "Goodbye")
        let sealed = try #require(ARCTestChain.seal(broken, domain: "three.example", chain: .fail))
        #expect(sealed.contains("cv=fail; d=three.example; i=3;"))
        #expect(await chain.validate(sealed).reason == "chain-failed: cv=fail at 3")
        for status in ARCStatus.allCases {
            #expect(seal(sealed, status) == .chainEnded)
        }
    }

    @Test func refusals() throws {
        let one = ARCTestChain().seal()
        #expect(seal(one, .none) == .chainStatus(.none))
        #expect(seal(DKIMTestSigner.message, .pass) == .chainStatus(.pass))
        #expect(seal(DKIMTestSigner.message, .fail) == .chainStatus(.fail))
        #expect(seal(one.replacing("ARC-Seal:", with: "X-Seal:"), .pass) == .chainStatus(.pass))
        let fifty = ARCTestChain(domains: [String](repeating: "one.example", count: 50)).seal()
        #expect(seal(fifty, .pass) == .tooManySets)
        #expect(seal(fifty, .fail) == .tooManySets)
        #expect(seal("To: a@example.org\n\nx\n", .none) == .signing(.noFrom))
        #expect(seal(DKIMTestSigner.message, .none, results: "a\u{7F}") == .resultsUnusable)
        #expect(seal(DKIMTestSigner.message, .none, results: " \n ") == .resultsUnusable)
        #expect(
            seal(DKIMTestSigner.message, .none, headers: ["from", "arc-seal"]) == .signing(.unsteadyField("arc-seal")))
        #expect(
            seal(DKIMTestSigner.message, .none, headers: ["from", "Authentication-Results"])
                == .signing(.unsteadyField("authentication-results")))
        #expect(seal(DKIMTestSigner.message, .none, headers: ["to"]) == .signing(.fromNotSigned))
    }

    private func seal(
        _ text: String, _ status: ARCStatus, results: String = "mx.example; none",
        headers: [String] = ARCSealingOptions.standardHeaders
    ) -> ARCSealingFault? {
        guard let domain = DomainName("four.example"), let selector = DomainName("sel"),
            let key = DKIMTestKeys.ed25519
        else { return nil }
        let result = ARCSealer.seal(
            Message(Bytes(text)), with: DKIMSigningKey(selector: selector, key: key),
            options: ARCSealingOptions(
                domain: domain, results: results, chain: status, sealedAt: ARCTestChain.now, headers: headers))
        guard case .failure(let fault) = result else { return nil }
        return fault
    }

    /// No field can be added through the results, and no line is too long.
    @Test(arguments: [
        "mx.example; spf=pass\r\nBcc: eve@evil.example", "mx.example;" + String(repeating: " spf=pass", count: 500),
        "mx.example; spf=pass (" + String(repeating: "x", count: 800) + ")",
    ])
    func longResults(results: String) async throws {
        let domain = try #require(DomainName("one.example"))
        let selector = try #require(DomainName("sel"))
        let key = try #require(DKIMTestKeys.ed25519)
        let fields = try ARCSealer.seal(
            Message(Bytes(DKIMTestSigner.message)), with: DKIMSigningKey(selector: selector, key: key),
            options: ARCSealingOptions(
                domain: domain, results: results, chain: .none, sealedAt: ARCTestChain.now)
        ).get()
        let text = fields.map(\.lossyString).joined() + DKIMTestSigner.message
        #expect(Message(Bytes(text)).header.count == 7)
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count < 998 })
        #expect(await ARCTestChain().validate(text).status == .pass)
    }

    /// The line ends of the message, and both signatures whatever they are.
    @Test func lineEnds() async {
        let text = ARCTestChain(domains: ["one.example", "two.example"])
            .seal(DKIMTestSigner.message.replacing("\n", with: "\r\n"))
        #expect(text.utf8.count { $0 == .lf } == text.utf8.count { $0 == .cr })
        let chain = ARCTestChain(domains: ["one.example", "two.example"])
        #expect(await chain.validate(text).status == .pass)
        #expect(await chain.validate(text.replacing("\r\n", with: "\n")).status == .pass)
    }

    /// DKIM signatures are covered, trace fields are not.
    @Test func signedFields() {
        let signed = DKIMTestSigner().sign(
            "Received: from a by b; Mon, 01 Jul 2024 10:00:00 +0000\nAuthentication-Results: mx.example; none\n"
                + DKIMTestSigner.message)
        let text = ARCTestChain().seal(signed)
        #expect(text.contains("h=from:to:subject:date:dkim-signature;"))
    }

    @Test(
        arguments: [
            (
                ["a.example; spf=pass", "b.example; spf=fail", "A.Example ; dkim=pass (x; y);\n dmarc=pass"],
                "a.example; spf=pass; dkim=pass (x; y); dmarc=pass"
            ),
            (["a.example 1; none"], "a.example; none"), (["b.example; spf=pass"], nil), ([], nil),
            (["a.example;"], "a.example; none"),
        ] as [([String], String?)])
    func merging(fields: [String], expected: String?) {
        let text = fields.map { "Authentication-Results: \($0)\n" }.joined() + "\n"
        #expect(ResultsText.merged(from: Message(Bytes(text)).header, of: "a.example") == expected)
    }

    @Test(.enabled(if: DKIMSuite.isPresent, "the shared suites are not here (set ASSAY_SHARED)"))
    func valimail() throws {
        var suite = DKIMSuite("arc-valimail (signing)")
        let text = try DKIMSuite.text("arc-valimail/arc-draft-sign-tests.yml")
        let documents = try Yams.compose_all(yaml: text)
        for document in documents {
            guard let domain = document.mapping?["domain"]?.string.flatMap({ DomainName($0) }),
                let selector = document.mapping?["sel"]?.string.flatMap({ DomainName($0) }),
                let pem = document.mapping?["privatekey"]?.string
            else {
                Issue.record("an unreadable document")
                continue
            }
            let key = DKIMSigningKey(selector: selector, key: try PrivateKeyFile.read(Bytes(pem)).get())
            for (name, test) in document.mapping?["tests"]?.mapping ?? [:] {
                let id = try #require(name.string)
                func field(_ key: String) -> String { test.mapping?[key]?.string ?? "" }
                let message = Message(Bytes(field("message")))
                let results = try #require(ResultsText.merged(from: message.header, of: field("srv-id")))
                let sealed = ARCSealer.seal(
                    message, with: key,
                    options: ARCSealingOptions(
                        domain: domain, results: results, chain: ResultsText.chainStatus(in: results) ?? .none,
                        sealedAt: Timestamp(seconds: try #require(Int64(field("t")))),
                        headers: field("sig-headers").split(separator: ":").map(String.init)))
                let made = (try? sealed.get())?.map { ARCSealerTests.canonical($0.lossyString) } ?? []
                let expected = [
                    ("ARC-Seal", "AS"), ("ARC-Message-Signature", "AMS"), ("ARC-Authentication-Results", "AAR"),
                ]
                .filter { !ARCSealerTests.canonical(field($0.1)).isEmpty }
                .map { ARCSealerTests.canonical("\($0.0): \(field($0.1))") }
                suite.check(id, made.joined(separator: "\n"), among: [expected.joined(separator: "\n")])
            }
        }
        #expect(documents.error == nil)
        suite.finish()
    }

    /// The field without white space in base64, folds as one space.
    private static func canonical(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let start = words.range(of: " b=")?.upperBound,
            let end = words[start...].firstIndex(of: ";")
        else { return words }
        return words[..<start] + words[start..<end].filter { $0 != " " } + words[end...]
    }
}
