import Authentication
import DNS
import Foundation
import Testing
import Values

private let suite = SharedSuite(name: "mailauth-rspamd")

/// The SPF cases of rspamd's functional tests.
@Suite(.enabled(if: suite.isPresent, "the shared suite mailauth-rspamd is not here"))
struct RspamdSPFSuiteTests {
    private struct Case: Decodable {
        let args: [String: String]
        let expect: [[String]]
        let not_expect: [[String]]
        let kind: String
        let dns: String
    }

    private struct Record: Decodable {
        let name: String
        let type: String
        let replies: [String]?
        let rcode: String?
    }

    private static let results: [String: SPFResult] = [
        "R_SPF_ALLOW": .pass, "R_SPF_PLUSALL": .pass, "R_SPF_FAIL": .fail, "R_SPF_SOFTFAIL": .softfail,
        "R_SPF_NEUTRAL": .neutral, "R_SPF_NA": .none, "R_SPF_PERMFAIL": .permerror, "R_SPF_DNSFAIL": .temperror,
    ]

    @Test func cases() async throws {
        var tally = SuiteTally(
            "mailauth-rspamd (SPF)",
            known: [
                "spf-37-spf-allow-dns-requests-at-limit":
                    "thirty lookups are rspamd's own limit; RFC 7208 §4.6.4 has ten terms"
            ])
        let decoder = JSONDecoder()
        let cases = try decoder.decode([String: Case].self, from: Data(suite.text("expected.json").utf8))
        for (name, item) in cases.sorted(by: { $0.key < $1.key }) where item.kind == "spf" {
            let records = try decoder.decode([Record].self, from: Data(suite.text(item.dns).utf8))
            let query = SPFQuery(
                ip: try #require(IPAddress(item.args["IP"] ?? "")), helo: item.args["Helo"] ?? "",
                mailFrom: item.args["From"] ?? "", now: Timestamp(seconds: 1_700_000_000))
            let outcome = await SPFCheck.evaluate(query, dns: RspamdDNS(records))
            let found = outcome.result?.rawValue ?? "not evaluated"
            let expected = item.expect.joined().compactMap { RspamdSPFSuiteTests.results[$0]?.rawValue }
            let excluded = item.not_expect.joined().compactMap { RspamdSPFSuiteTests.results[$0]?.rawValue }
            tally.note(
                name, passes: (expected.isEmpty || expected.contains(found)) && !excluded.contains(found),
                "\(found) (\(outcome.reason ?? "")), expected \(expected), not \(excluded)")
        }
        tally.finish()
    }

    /// What the suite's file says: `norec` is no data, a name that it lacks does not exist.
    private struct RspamdDNS: DNSView {
        private var answers: [DNSQuestion: DNSAnswer] = [:]
        private var names: Set<DomainName> = []

        init(_ records: [Record]) {
            for record in records {
                guard let name = DomainName(record.name), let type = RecordType(mnemonic: record.type.uppercased())
                else { continue }
                names.insert(name)
                let question = DNSQuestion(name, type)
                switch record.rcode {
                case "norec": answers[question] = .noData
                case "nxdomain": answers[question] = .nameError
                case "timeout", "fail": answers[question] = .timeout
                default:
                    let data = (record.replies ?? []).compactMap { text in
                        type == .txt ? RecordData.txt([Bytes(text)]) : RecordData(presentation: text, type: type)
                    }
                    answers[question] = .records(data, authentic: false)
                }
            }
        }

        func answer(to question: DNSQuestion) async -> DNSAnswer {
            answers[question] ?? (names.contains(question.name) ? .noData : .nameError)
        }
    }
}
