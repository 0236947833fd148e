import Authentication
import DNS
import Foundation
import Mail
import Testing
import Values

/// Mail::DKIM's corpus, judged as RFC 8301 asks and as its own verifier judges.
@Suite(.enabled(if: DKIMSuite.isPresent, "the shared suites are not here (set ASSAY_SHARED)"), .serialized)
struct DKIMMailDKIMSuiteTests {
    struct Expectation: Decodable {
        var result: String
        var modern_verifier_differs: String?
    }

    /// Differences that stand whatever the requirements.
    static let known: [String: String] = {
        var known: [String: String] = [:]
        for id in [
            "bad_dk_3", "bad_dk_5", "dk_headers_2", "good_dk_1", "good_dk_2", "good_dk_3", "good_dk_4", "good_dk_5",
            "good_dk_7", "good_dk_yahoo",
        ] {
            known[id + ".txt"] = "a DomainKeys signature (RFC 4870, historic since RFC 4871), which we do not verify"
        }
        for id in ["good_ietf00_1", "good_ietf00_2", "good_ietf00_4"] {
            known[id + ".txt"] = "the first draft's signature, without bh= (skipped upstream)"
        }
        return known
    }()

    @Test func standard() async throws {
        // SOURCE.md: what RFC 8301 and a strict reading of RFC 6376 refuse may be either.
        try await run("dkim-mail-dkim", .standard, known: DKIMMailDKIMSuiteTests.known) { expectation in
            expectation.modern_verifier_differs == nil ? [] : ["permerror"]
        }
    }

    @Test func legacy() async throws {
        let known = DKIMMailDKIMSuiteTests.known.merging(["ignore_7.txt": "expired: we say fail"]) { $1 }
        try await run("dkim-mail-dkim (legacy requirements)", .legacy, known: known) { _ in [] }
    }

    private func run(
        _ name: String, _ requirements: DKIMRequirements, known: [String: String],
        alsoAccepted: (Expectation) -> Set<String>
    ) async throws {
        let dns = try DKIMMailDKIMSuiteTests.records()
        var suite = DKIMSuite(name, known: known)
        let expected = try DKIMSuite.json("dkim-mail-dkim/expected.json", as: [String: Expectation].self)
        for (id, expectation) in expected.sorted(by: { $0.key < $1.key }) {
            let outcomes = await DKIMVerifier.verify(
                Message(try DKIMSuite.bytes("dkim-mail-dkim/\(id)")), dns: dns, now: DKIMSuiteTests.later,
                options: DKIMOptions(requirements: requirements))
            // Mail::DKIM's "invalid" is permerror or temperror in the words of RFC 8601.
            let results: Set<String> =
                expectation.result == "invalid" ? ["permerror", "temperror"] : [expectation.result]
            suite.check(
                id, DKIMOutcome.bestText(outcomes), among: results.union(alsoAccepted(expectation)),
                detail: DKIMOutcome.summary(outcomes))
        }
        suite.finish()
    }

    private static func records() throws -> DKIMTestDNS {
        var answers: [String: DNSAnswer] = [:]
        for line in try DKIMSuite.text("dkim-mail-dkim/FAKE_DNS.dat").split(whereSeparator: \.isNewline) {
            guard !line.hasPrefix("#"), let space = line.firstIndex(where: \.isWhitespace) else { continue }
            let value = line[space...].trimmingCharacters(in: .whitespaces)
            let answer: DNSAnswer =
                switch value {
                case "NXDOMAIN": .nameError
                case "~~Query timed out~~": .timeout
                case "~~SERVFAIL~~": .serverFailure
                case "\"\"": .text("")
                default: .text(value)
                }
            answers[String(line[..<space])] = answer
        }
        return DKIMTestDNS(answers)
    }
}
