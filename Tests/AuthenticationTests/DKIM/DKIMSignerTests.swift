import Authentication
import Cryptography
import DNS
import Foundation
import Mail
import Testing
import Values

/// Signing (RFC 6376 §5, RFC 8301, RFC 8463).
@Suite struct DKIMSignerTests {
    static let time = Timestamp(seconds: 1_719_828_000)

    static func options(
        _ canonicalization: DKIMCanonicalization = DKIMCanonicalization(header: .relaxed, body: .relaxed)
    ) throws -> DKIMSigningOptions {
        DKIMSigningOptions(
            domain: try #require(DomainName("example.org")), canonicalization: canonicalization, signedAt: time)
    }

    static func keys() throws -> [DKIMSigningKey] {
        [
            DKIMSigningKey(selector: try #require(DomainName("r")), key: try #require(DKIMTestKeys.rsa1024)),
            DKIMSigningKey(selector: try #require(DomainName("e")), key: try #require(DKIMTestKeys.ed25519)),
        ]
    }

    static let dns = DKIMTestDNS(texts: [
        "r._domainkey.example.org": "v=DKIM1; k=rsa; p=\(DKIMTestKeys.rsa1024Public)",
        "e._domainkey.example.org": "v=DKIM1; k=ed25519; p=\(DKIMTestKeys.ed25519Public)",
    ])

    private static func sign(_ text: String, _ options: DKIMSigningOptions) throws -> String {
        let fields = try DKIMSigner.sign(Message(Bytes(text)), with: keys(), options: options).get()
        return fields.map(\.lossyString).joined() + text
    }

    /// RFC 8463 §3: both signatures, whatever the canonicalization and the line ends.
    @Test(arguments: DKIMCanonicalization.Algorithm.allCases, DKIMCanonicalization.Algorithm.allCases)
    func roundTrip(header: DKIMCanonicalization.Algorithm, body: DKIMCanonicalization.Algorithm) async throws {
        let bodies = ["", "\n", "\n\n\n", "a", "a\n", " \n", "a  b \t\n\n\n", "\n\na\n"]
        for text in bodies.map({ "From: ann@example.org\nSubject:  a\n\t b \nX: 1\n\n" + $0 }) + [
            DKIMTestSigner.message
        ] {
            for form in [text, text.replacingOccurrences(of: "\n", with: "\r\n")] {
                var options = try DKIMSignerTests.options(DKIMCanonicalization(header: header, body: body))
                for counts in [false, true] {
                    options.countsBody = counts
                    options.copiesHeaders = counts
                    options.namesQueryMethod = counts
                    options.identity = counts ? "a;b=c d@mail.example.org" : nil
                    options.oversignedHeaders = counts ? DKIMSigningOptions.thoroughOversigned : []
                    let signed = try DKIMSignerTests.sign(form, options)
                    #expect(signed.hasSuffix(form))
                    let outcomes = await DKIMVerifier.verify(signed, dns: DKIMSignerTests.dns)
                    #expect(outcomes.map(\.result) == [.pass, .pass])
                    #expect(outcomes.map(\.algorithm) == ["rsa-sha256", "ed25519-sha256"])
                    #expect(outcomes.first?.identity == (counts ? "a;b=c d@mail.example.org" : "@example.org"))
                    #expect(outcomes.first?.unsignedBodyLength == 0)
                    #expect(outcomes.first?.expiresAt == DKIMSignerTests.time + .seconds(7 * 86_400))
                    // Header lines are of 78 characters at most, and end as the message's do.
                    let lines = signed.dropLast(form.count).components(separatedBy: "\n").dropLast()
                    #expect(lines.allSatisfy { $0.utf8.count <= 78 && $0.hasSuffix("\r") == form.contains("\r\n") })
                }
            }
        }
    }

    /// What h= lists: every instance of what is to be signed, and one more of what is oversigned (RFC 6376 §5.4).
    @Test func signedNames() throws {
        let text = """
            Return-Path: <ann@example.org>
            Received: by mx.example
            DKIM-Signature: v=1
            Authentication-Results: mx.example; none
            from: Ann <ann@example.org>
            To: Bob <bob@example.com>
            Resent-To: a@example.com
            Resent-To: b@example.com
            X-Other: 1
            Subject: a

            """
        func names(_ options: DKIMSigningOptions) throws -> String? {
            let field = try DKIMSigner.sign(Message(Bytes(text)), with: DKIMSignerTests.keys(), options: options).get()[
                0]
            let unfolded = field.lossyString.filter { !$0.isWhitespace }
            return unfolded.split(separator: ";").first { $0.hasPrefix("h=") }.map(String.init)
        }
        var options = try DKIMSignerTests.options()
        #expect(try names(options) == "h=from:from:to:subject:resent-to:resent-to")
        options.oversignedHeaders = []
        #expect(try names(options) == "h=from:to:subject:resent-to:resent-to")
        options.oversignedHeaders = ["From", "Cc", "Subject"]
        #expect(try names(options) == "h=from:from:to:cc:subject:subject:resent-to:resent-to")
        options.headers = ["Subject", "FROM", "X-Other", "X-None"]
        options.oversignedHeaders = ["reply-to"]
        #expect(try names(options) == "h=subject:from:x-other:reply-to")
    }

    @Test func lifetime() throws {
        var options = try DKIMSignerTests.options()
        options.lifetime = nil
        let text = try DKIMSignerTests.sign(DKIMTestSigner.message, options)
        #expect(text.contains(" t=1719828000;") && !text.contains(" x="))
        options.signedAt = nil
        #expect(try !DKIMSignerTests.sign(DKIMTestSigner.message, options).contains(" t="))
    }

    /// What receivers would refuse or change, and what cannot be meant.
    static let faults: [(text: String, fault: DKIMSigningFault)] = [
        ("To: a@example.org\n\n", .noFrom), ("", .noFrom),
        ("From: a@example.org\nfrom: b@example.org\n\n", .severalFrom),
        ("From: a@example.org\n\na\rb\n", .bareCR(line: 3)), ("From: a@example.org\r\n\r\na\r", .bareCR(line: 3)),
        ("From: a\r@example.org\n\n", .bareCR(line: 1)),
        ("From: a@example.org\r\n\r\na\nb\r\n", .mixedLineEnds(line: 3)),
        ("From: a@example.org\n\na\r\n", .mixedLineEnds(line: 3)),
        ("From: a@example.org\n\n" + String(repeating: "x", count: 999), .longLine(line: 3)),
        ("From: a@example.org\nX: " + String(repeating: "x", count: 996) + "\n\n", .longLine(line: 2)),
        ("From: a@example.org\n\n\0", .nul(line: 3)),
        ("From: a@example.org\nno field\n\n", .headerMalformed("missing-blank-line")),
        ("From x@y Mon\nFrom: a@example.org\n\n", .headerMalformed("envelope-line")),
        (" a\nFrom: a@example.org\n\n", .headerMalformed("leading-continuation")),
        ("From : a@example.org\n\n", .headerMalformed("space-before-colon")),
        (String(repeating: "X: 1\n", count: 2100) + "From: a@example.org\n\n", .headerTooLarge),
    ]

    @Test(arguments: faults) func refuses(row: (text: String, fault: DKIMSigningFault)) throws {
        let result = DKIMSigner.sign(
            Message(Bytes(row.text)), with: try DKIMSignerTests.keys(), options: try DKIMSignerTests.options())
        #expect(throws: row.fault) { try result.get() }
        #expect(!row.fault.description.isEmpty)
    }

    @Test func refusesOptions() throws {
        let message = Message(Bytes(DKIMTestSigner.message))
        func fault(_ keys: [DKIMSigningKey], _ change: (inout DKIMSigningOptions) -> Void) throws -> DKIMSigningFault? {
            var options = try DKIMSignerTests.options()
            change(&options)
            guard case .failure(let fault) = DKIMSigner.sign(message, with: keys, options: options) else { return nil }
            return fault
        }
        let keys = try DKIMSignerTests.keys()
        let short = DKIMSigningKey(selector: keys[0].selector, key: try #require(DKIMTestKeys.rsa512))
        let long = try #require(
            DomainName([String](repeating: String(repeating: "a", count: 60), count: 4).joined(separator: ".")))
        #expect(try fault(keys) { _ in } == nil)
        #expect(try fault([]) { _ in } == .noKey)
        #expect(try fault([DKIMSigningKey](repeating: keys[1], count: 9)) { _ in } == .tooManyKeys)
        #expect(try fault([short]) { _ in } == .keySize(512))
        #expect(try fault(keys) { $0.domain = long } == .nameTooLong)
        #expect(try fault(keys) { $0.identity = "ann@example.com" } == .identityOutsideDomain("ann@example.com"))
        #expect(try fault(keys) { $0.identity = "ann" } == .identityOutsideDomain("ann"))
        #expect(
            try fault(keys) {
                $0.headers = ["to"]; $0.oversignedHeaders = []
            } == .fromNotSigned)
        #expect(try fault(keys) { $0.headers = ["from", "Received"] } == .unsteadyField("received"))
        #expect(try fault(keys) { $0.headers = ["from", "arc-seal"] } == .unsteadyField("arc-seal"))
        #expect(try fault(keys) { $0.headers = ["from", "a b"] } == .notAFieldName("a b"))
        #expect(try fault(keys) { $0.headers = ["from", "a;b"] } == .notAFieldName("a;b"))
        #expect(try fault(keys) { $0.lifetime = .zero } == .timesUnusable)
        #expect(try fault(keys) { $0.signedAt = nil } == .timesUnusable)
        #expect(try fault(keys) { $0.signedAt = Timestamp(seconds: -1) } == .timesUnusable)
    }

    /// RFC 6376 §3.6.1, RFC 8463 §4, RFC 1035 §3.3.14.
    @Test func keyText() throws {
        let keys = try DKIMSignerTests.keys()
        let domain = try #require(DomainName("example.org"))
        let rsa = try #require(DKIMKeyText(keys[0], domain: domain))
        #expect(rsa.text == "v=DKIM1; k=rsa; p=\(DKIMTestKeys.rsa1024Public)")
        #expect(rsa.name.text == "r._domainkey.example.org.")
        let ed25519 = try #require(DKIMKeyText(keys[1], domain: domain, isTesting: true, isStrict: true))
        #expect(
            ed25519.zoneLines == """
                e._domainkey.example.org.\tIN\tTXT\t( "v=DKIM1; k=ed25519; t=y:s; "
                \t\t"p=\(DKIMTestKeys.ed25519Public)" )

                """)
        let big = DKIMSigningKey(selector: keys[0].selector, key: try #require(PrivateKey(newRSA: 4096)))
        let strings = try #require(DKIMKeyText(big, domain: domain)).strings
        #expect(strings.count == 4 && strings.allSatisfy { $0.utf8.count <= 255 })
        #expect(strings.joined() == DKIMKeyText(big, domain: domain)?.text)
    }
}
