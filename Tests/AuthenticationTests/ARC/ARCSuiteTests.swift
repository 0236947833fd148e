import Authentication
import DNS
import Foundation
import Mail
import Testing
import Values
import Yams

/// The shared suites of chains, each message in both line forms.
@Suite(.enabled(if: DKIMSuite.isPresent, "the shared suites are not here (set ASSAY_SHARED)"), .serialized)
struct ARCSuiteTests {
    @Test func valimail() async throws {
        var suite = DKIMSuite("arc-valimail (validation)")
        let text = ARCSuiteTests.distinct(try DKIMSuite.text("arc-valimail/arc-draft-validation-tests.yml"))
        let documents = try Yams.compose_all(yaml: text)
        for document in documents {
            let group = document.mapping?["description"]?.string ?? "?"
            let dns = DKIMTestDNS(texts: ARCSuiteTests.texts(document.mapping?["txt-records"]))
            for (key, test) in document.mapping?["tests"]?.mapping ?? [:] {
                let name = try #require(key.string)
                let id = "\(group)/\(name)"
                let message = try #require(test.mapping?["message"]?.string)
                var expected = try #require(test.mapping?["cv"]?.string)
                    .trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
                // Two chains whose newest seal says cv=fail have an empty expectation, "the chain has ended", from a
                // draft. RFC 8617 §5.2 step 2: the status is fail.
                if expected.isEmpty { expected = "fail" }
                for (form, message) in DKIMSuiteTests.bothForms(Bytes(message)) {
                    let outcome = await ARCValidator.validate(message, dns: dns, now: DKIMSuiteTests.later)
                    suite.check(
                        id, outcome.status?.rawValue ?? "not evaluated", among: [expected],
                        detail: "\(form) \(outcome.reason ?? "")")
                }
            }
        }
        #expect(documents.error == nil)
        suite.finish()
    }

    /// The suite gives three names twice in one mapping, which YAML forbids: the second of each gets a number.
    private static func distinct(_ text: String) -> String {
        var seen: Set<Substring> = []
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { number, line in
            guard line.wholeMatch(of: /\ {2}[a-z0-9_]+:/) != nil, !seen.insert(line).inserted else {
                return String(line)
            }
            return "\(line.dropLast())-\(number):"
        }.joined(separator: "\n")
    }

    @Test func mailAuth() async throws {
        struct Expectation: Decodable {
            var arc: String
        }
        var suite = DKIMSuite("arc-mail-auth")
        let expected = try DKIMSuite.json("arc-mail-auth/expected.json", as: [String: Expectation].self)
        for (id, expectation) in expected.sorted(by: { $0.key < $1.key }) {
            let lines = try DKIMSuite.text("arc-mail-auth/\(id).txt").components(separatedBy: "\n")
            let blank = try #require(lines.firstIndex(of: ""))
            var texts: [String: String] = [:]
            for line in lines[..<blank] {
                let space = try #require(line.firstIndex(of: " "))
                texts[String(line[..<space])] = String(line[line.index(after: space)...])
            }
            let text = lines[(blank + 1)...].joined(separator: "\n")
            for (form, message) in DKIMSuiteTests.bothForms(Bytes(text)) {
                let outcome = await ARCValidator.validate(
                    message, dns: DKIMTestDNS(texts: texts), now: DKIMSuiteTests.later)
                suite.check(
                    id, outcome.status?.rawValue ?? "not evaluated", among: [expectation.arc],
                    detail: "\(form) \(outcome.reason ?? "")")
            }
        }
        suite.finish()
    }

    @Test func rspamd() async throws {
        struct Case: Decodable {
            var file: String
            var expect: [[String]]
            var kind: String
            var dns: String
        }
        struct Record: Decodable {
            var name: String
            var type: String
            var replies: [String]?
        }
        let results = ["ARC_ALLOW": "pass", "ARC_INVALID": "fail", "ARC_REJECT": "fail"]
        var suite = DKIMSuite(
            "mailauth-rspamd (ARC)",
            known: [
                "arc-00-arc-allow-check": """
                the suite's DNS lacks both sealers' keys, which its authors asked the live DNS for; RFC 8617 §5.2.1: \
                fail
                """
            ])
        let cases = try DKIMSuite.json("mailauth-rspamd/expected.json", as: [String: Case].self)
        for (id, item) in cases.sorted(by: { $0.key < $1.key }) where item.kind == "arc" {
            var answers: [String: DNSAnswer] = [:]
            for record in try DKIMSuite.json("mailauth-rspamd/\(item.dns)", as: [Record].self)
            where record.type == "txt" {
                if let text = record.replies?.first { answers[record.name] = .text(text) }
            }
            let expected = Set(item.expect.compactMap(\.first).compactMap { results[$0] })
            for (form, message) in DKIMSuiteTests.bothForms(try DKIMSuite.bytes("mailauth-rspamd/\(item.file)")) {
                let outcome = await ARCValidator.validate(
                    message, dns: DKIMTestDNS(answers), now: DKIMSuiteTests.later)
                suite.check(
                    id, outcome.status?.rawValue ?? "not evaluated", among: expected,
                    detail: "\(form) \(outcome.reason ?? "")")
            }
        }
        suite.finish()
    }

    static func texts(_ node: Node?) -> [String: String] {
        var texts: [String: String] = [:]
        for (name, text) in node?.mapping ?? [:] {
            if let name = name.string, let text = text.string { texts[name] = text }
        }
        return texts
    }
}
