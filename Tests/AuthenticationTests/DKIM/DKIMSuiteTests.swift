import Authentication
import DNS
import Foundation
import Mail
import Testing
import Values

@Suite(.enabled(if: DKIMSuite.isPresent, "the shared suites are not here (set ASSAY_SHARED)"), .serialized)
struct DKIMSuiteTests {
    /// November 2023: after every signature of the suites was made, before the expiry of those meant to pass.
    static let later = Timestamp(seconds: 1_700_000_000)

    @Test func mailAuth() async throws {
        struct Expectation: Decodable {
            var last_signature: String
        }
        var suite = DKIMSuite(
            "dkim-mail-auth", known: ["005": "x= lies in the past: expired (the suite's judge ignores expiry)"])
        let expected = try DKIMSuite.json("dkim-mail-auth/expected.json", as: [String: Expectation].self)
        for (id, expectation) in expected.sorted(by: { $0.key < $1.key }) {
            let lines = try DKIMSuite.text("dkim-mail-auth/\(id).txt").components(separatedBy: "\n")
            let blank = try #require(lines.firstIndex(of: ""))
            var texts: [String: String] = [:]
            for line in lines[..<blank] {
                let space = try #require(line.firstIndex(of: " "))
                texts[String(line[..<space])] = String(line[line.index(after: space)...])
            }
            let text = lines[(blank + 1)...].joined(separator: "\n")
            for (form, message) in DKIMSuiteTests.bothForms(Bytes(text)) {
                let outcomes = await DKIMVerifier.verify(
                    message, dns: DKIMTestDNS(texts: texts), now: DKIMSuiteTests.later)
                let last = try #require(outcomes.last)
                suite.check(
                    id, last.result.rawValue, among: [expectation.last_signature],
                    detail: "\(form) \(DKIMOutcome.summary(outcomes))")
            }
        }
        suite.finish()
    }

    @Test func lieser() async throws {
        struct Signature: Decodable {
            var result: String
            var errorType: String?
            var warning: String?
            var sdid: String?
            var auid: String?
            var selector: String?
            var timestamp: Int?
            var algorithmSignature: String?
            var algorithmHash: String?
        }
        struct Case: Decodable {
            var file: String
            var dns: [String: String]?
            var signatures_count: Int
            var signatures: [String: Signature]
        }
        var suite = DKIMSuite("dkim-lieser")
        let records = try DKIMSuite.json("dkim-lieser/dns.json", as: [String: String].self)
        let cases = try DKIMSuite.json("dkim-lieser/expected.json", as: [String: Case].self)
        for (id, item) in cases.sorted(by: { $0.key < $1.key }) {
            let dns = DKIMTestDNS(texts: records.merging(item.dns ?? [:]) { $1 })
            let bytes = try DKIMSuite.bytes("dkim-lieser/data/\(item.file)")
            for (form, message) in DKIMSuiteTests.bothForms(bytes) {
                let outcomes = await DKIMVerifier.verify(message, dns: dns, now: DKIMSuiteTests.later)
                #expect(outcomes.count == item.signatures_count, "\(id)")
                for (index, signature) in item.signatures.sorted(by: { $0.key < $1.key }) {
                    // The suite orders signatures by its own preference, not as the message does.
                    let place = outcomes.firstIndex { $0.selector == signature.selector } ?? Int(index)
                    let outcome = try #require(place.flatMap { $0 < outcomes.count ? outcomes[$0] : nil })
                    let accepted: Set<String> =
                        switch signature.errorType {
                        case nil: ["pass"]
                        case "DKIM_SIGERROR_CORRUPT_BH", "DKIM_SIGERROR_BADSIG": ["fail"]
                        case "DKIM_POLICYERROR_UNSIGNED_HEADER_ADDED": ["policy"]
                        default: ["permerror"]
                        }
                    suite.check(
                        id, outcome.result.rawValue, among: accepted, detail: "\(form) \(DKIMOutcome.summary(outcomes))"
                    )
                    if signature.warning == "DKIM_SIGWARNING_UNSIGNED_HEADER" {
                        #expect(!outcome.unsignedFields.isEmpty)
                    }
                    if let sdid = signature.sdid { #expect(outcome.domain == sdid) }
                    if let auid = signature.auid { #expect(outcome.identity == auid) }
                    if let selector = signature.selector { #expect(outcome.selector == selector) }
                    if let time = signature.timestamp { #expect(outcome.signedAt?.seconds == Int64(time)) }
                    if let name = signature.algorithmSignature, let digest = signature.algorithmHash {
                        #expect(outcome.algorithm == "\(name)-\(digest)")
                    }
                }
            }
        }
        suite.finish()
    }

    @Test func rspamd() async throws {
        struct Case: Decodable {
            var file: String
            var expect: [[String]]
            var not_expect: [[String]]
            var kind: String
            var dns: String
        }
        struct Record: Decodable {
            var name: String
            var type: String
            var replies: [String]?
            var rcode: String?
        }
        let results = [
            "R_DKIM_ALLOW": "pass", "R_DKIM_REJECT": "fail", "R_DKIM_PERMFAIL": "permerror",
            "R_DKIM_TEMPFAIL": "temperror", "R_DKIM_NA": "none",
        ]
        var suite = DKIMSuite(
            "mailauth-rspamd (DKIM)",
            known: [
                "dkim-07-dkim-unparseable-signatures-count-towards-limit":
                    "rspamd stops after five fields, readable or not; we verify ten well-formed ones"
            ])
        let cases = try DKIMSuite.json("mailauth-rspamd/expected.json", as: [String: Case].self)
        for (id, item) in cases.sorted(by: { $0.key < $1.key }) where item.kind == "dkim" {
            var answers: [String: DNSAnswer] = [:]
            for record in try DKIMSuite.json("mailauth-rspamd/\(item.dns)", as: [Record].self)
            where record.type == "txt" {
                switch record.rcode {
                case "norec": answers[record.name] = .noData
                case "nxdomain": answers[record.name] = .nameError
                case "timeout", "fail": answers[record.name] = .timeout
                default: answers[record.name] = .text(record.replies?.first ?? "")
                }
            }
            let bytes = try DKIMSuite.bytes("mailauth-rspamd/\(item.file)")
            for (form, message) in DKIMSuiteTests.bothForms(bytes) {
                let outcomes = await DKIMVerifier.verify(
                    message, dns: DKIMTestDNS(answers), now: DKIMSuiteTests.later)
                var accepted = Set(results.values).union(["policy", "neutral"])
                if let symbol = item.expect.compactMap(\.first).compactMap({ results[$0] }).first {
                    accepted = [symbol]
                }
                for symbol in item.not_expect.compactMap(\.first).compactMap({ results[$0] }) {
                    accepted.remove(symbol)
                }
                suite.check(
                    id, DKIMOutcome.bestText(outcomes), among: accepted,
                    detail: "\(form) \(DKIMOutcome.summary(outcomes))")
            }
        }
        suite.finish()
    }

    @Test func mimeKit() async throws {
        var suite = DKIMSuite("dkim-mimekit")
        func key(_ file: String) throws -> String {
            let lines = try DKIMSuite.text("dkim-mimekit/\(file)").split(whereSeparator: \.isNewline)
            return "v=DKIM1; p=" + lines.filter { !$0.hasPrefix("-") }.joined()
        }
        let football = try DKIMSuite.json("dkim-lieser/dns.json", as: [String: String].self)
        let dns = DKIMTestDNS(
            texts: football.merging([
                "20120113._domainkey.gmail.com": try key("gmail.pub"),
                "1433868189.example._domainkey.example.com": try key("example.pub"),
            ]) { $1 })
        for file in try DKIMSuite.files(in: "dkim-mimekit") where file.hasSuffix(".msg") {
            for (form, message) in DKIMSuiteTests.bothForms(try DKIMSuite.bytes("dkim-mimekit/\(file)")) {
                let outcomes = await DKIMVerifier.verify(message, dns: dns, now: DKIMSuiteTests.later)
                suite.check(
                    file, DKIMOutcome.bestText(outcomes), among: ["pass"],
                    detail: "\(form) \(DKIMOutcome.summary(outcomes))")
            }
        }
        suite.finish()
    }

    /// A message verified with the key record of one of the suite's files.
    static let dkimpyCases: [(message: String, name: String, record: String, expected: Set<String>)] = [
        ("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "test.txt", ["pass"]),
        ("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "test2.txt", ["pass"]),
        ("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "badk.txt", ["permerror"]),
        ("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "badversion.txt", ["permerror"]),
        ("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "test_bad.txt", ["permerror", "fail"]),
        ("rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "test_tlsrpt.txt", ["permerror"]),
        (
            "rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "1024_testkey_wo_markers.pub.txt",
            ["fail"]
        ),
        (
            "rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "1024_testkey_wo_markers.pub.rsa.txt",
            ["fail"]
        ),
        (
            "rfc6376.signed.rsa.msg", "test._domainkey.football.example.com", "2048_testkey_wo_markers.pub.rsa.txt",
            ["fail"]
        ),
        // Its b= is that of the message with t=: it cannot verify.
        ("rfc6376.signed.no_t.msg", "test._domainkey.football.example.com", "test.txt", ["fail"]),
        ("ed25519test2.msg", "sed._domainkey.test.ex", "eximtest.dns", ["pass"]),
        ("test2.message", "unused.example.com", "test.txt", ["permerror"]),
        ("test.message", "unused.example.com", "test.txt", ["none"]),
        ("rfc6376.msg", "unused.example.com", "test.txt", ["none"]),
    ]

    @Test func dkimpy() async throws {
        var suite = DKIMSuite("dkim-dkimpy")
        for item in DKIMSuiteTests.dkimpyCases {
            let record = try DKIMSuite.text("dkim-dkimpy/\(item.record)").trimmingCharacters(in: .newlines)
            let dns = DKIMTestDNS(texts: [item.name: record])
            for (form, message) in DKIMSuiteTests.bothForms(try DKIMSuite.bytes("dkim-dkimpy/\(item.message)")) {
                let outcomes = await DKIMVerifier.verify(message, dns: dns, now: DKIMSuiteTests.later)
                suite.check(
                    "\(item.message) \(item.record)", DKIMOutcome.bestText(outcomes), among: item.expected,
                    detail: "\(form) \(DKIMOutcome.summary(outcomes))")
            }
        }
        let both = try DKIMSuite.bytes("dkim-dkimpy/rfc6376.signed.msg")
        let football = DKIMTestDNS(texts: try DKIMSuite.json("dkim-lieser/dns.json", as: [String: String].self))
        for (form, message) in DKIMSuiteTests.bothForms(both) {
            let outcomes = await DKIMVerifier.verify(message, dns: football, now: DKIMSuiteTests.later)
            suite.check(
                "rfc6376.signed.msg", outcomes.map(\.result.rawValue).joined(separator: ","), among: ["pass,pass"],
                detail: "\(form) \(DKIMOutcome.summary(outcomes))")
        }
        suite.finish()
    }

    @Test func flankerCanonicalization() throws {
        var suite = DKIMSuite(
            "dkim-canon-flanker",
            known: [
                "24 relaxed":
                    """
                the last line is white space without a line end: we complete it first, so it is an empty line \
                at the end
                """
            ])
        for file in try DKIMSuite.files(in: "dkim-canon-flanker") where file.hasPrefix("email.") {
            let id = String(file.dropFirst("email.".count))
            let bytes = try DKIMSuite.bytes("dkim-canon-flanker/\(file)")
            for algorithm in DKIMCanonicalization.Algorithm.allCases {
                let expected = try DKIMSuite.bytes("dkim-canon-flanker/\(algorithm.rawValue).expected.\(id)")
                for (form, message) in DKIMSuiteTests.bothForms(bytes) {
                    var sink = CanonicalBytes()
                    for field in message.header { HeaderCanonicalizer.append(field, with: algorithm, to: &sink) }
                    sink.append(.cr)
                    sink.append(.lf)
                    message.body.withSpan { BodyCanonicalizer.append($0, with: algorithm, to: &sink) }
                    let isEqual = Bytes(sink.bytes) == expected
                    suite.check(
                        "\(id) \(algorithm.rawValue)", isEqual ? "equal" : "different", among: ["equal"], detail: form)
                }
            }
        }
        suite.finish()
    }

    /// The message with LF and with CRLF line ends, which must verify alike.
    static func bothForms(_ bytes: Bytes) -> [(String, Message)] {
        var lf: [UInt8] = []
        var crlf: [UInt8] = []
        for (offset, byte) in bytes.enumerated() {
            if byte == .cr, offset + 1 < bytes.count, bytes[offset + 1] == .lf { continue }
            lf.append(byte)
            if byte == .lf { crlf.append(.cr) }
            crlf.append(byte)
        }
        return [("LF", Message(Bytes(lf))), ("CRLF", Message(Bytes(crlf)))]
    }
}
