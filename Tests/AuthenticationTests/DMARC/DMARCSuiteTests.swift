import Authentication
import DNS
import Foundation
import Mail
import PublicSuffix
import Testing
import Values

private let openDMARC = SharedSuite(name: "dmarc-opendmarc")
private let authheaders = SharedSuite(name: "dmarc-authheaders")
private let rspamd = SharedSuite(name: "mailauth-rspamd")

private func object(_ suite: SharedSuite, _ file: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(suite.text(file).utf8)) as? [String: Any])
}

/// OpenDMARC's tables of records, alignments, From fields and organizational domains.
@Suite(.enabled(if: openDMARC.isPresent, "the shared suite dmarc-opendmarc is not here"))
struct OpenDMARCSuiteTests {
    @Test func tables() async throws {
        var tally = SuiteTally("dmarc-opendmarc", known: known)
        let cases = try object(openDMARC, "expected.json")
        for (name, value) in cases.sorted(by: { $0.key < $1.key }) {
            let row = value as? [String: Any] ?? [:]
            func text(_ key: String) -> String { row[key] as? String ?? "" }
            let found: String
            let expected: String
            switch text("table") {
            case "parse":
                // An error of any kind there is a fault told here.
                found = DMARCRecord(Bytes(text("record"))).map { $0.faults.isEmpty } ?? false ? "okay" : "error"
                expected = text("outcome") == "DMARC_PARSE_OKAY" ? "okay" : "error"
            case "alignment":
                found = await alignment(text("a"), text("b"), text("mode"))
                expected = text("outcome")
            case "finddomain":
                let header = HeaderBlock(Bytes("From: \(text("from"))\r\n\r\n"))
                found = DMARCAuthor(header).domains.first?.relativeText ?? ""
                expected = text("domain")
            case "orgdomain":
                found =
                    DomainName(text("domain")).map {
                        PublicSuffixList.builtIn.organizationalDomain(of: $0).relativeText
                    }
                    ?? ""
                expected = text("org")
            default: continue
            }
            tally.note(name, passes: found == expected, "\(found), expected \(expected)")
        }
        tally.finish()
    }

    private func alignment(_ from: String, _ name: String, _ mode: String) async -> String {
        let outcome = await DMARCCheck.evaluate(
            DMARCQuery(
                Message(Bytes("From: a@\(from)\r\n\r\n")), identifiers: [DMARCIdentifier(.dkim, text: name, .pass)]),
            dns: EveryPolicy(record: "v=DMARC1; p=reject; adkim=\(mode.prefix(1))"))
        return outcome.result == .pass ? "aligned" : "not-aligned"
    }

    private let known = [
        "align-6":
            "'....mac.com....' is no domain name (RFC 1035 §2.3.1: no label is empty), so nothing is aligned with it",
        "orgdomain-4": "the domain is 'a.b.c.0xd8…', and the expected one has backslashes before each octet",
    ]
}

private struct EveryPolicy: DNSView {
    let record: String
    func answer(to question: DNSQuestion) async -> DNSAnswer { .text(record) }
}

/// authheaders' messages: the result, and the policy that would be applied.
@Suite(.enabled(if: authheaders.isPresent, "the shared suite dmarc-authheaders is not here"))
struct AuthheadersSuiteTests {
    @Test func messages() async throws {
        var tally = SuiteTally("dmarc-authheaders", known: known)
        let dns = RecordedAnswers(try object(authheaders, "dns.json"))
        for (name, value) in try object(authheaders, "expected.json").sorted(by: { $0.key < $1.key }) {
            let row = value as? [String: Any] ?? [:]
            let expected = row["expect"] as? String ?? ""
            guard let result = expected.firstMatch(of: /dmarc=(\w+)/)?.1 else { continue }
            let policy = expected.firstMatch(of: /policy\.dmarc=(\w+)/)?.1 ?? "none"
            let file = "\(authheaders.folder)/messages/\(row["message"] as? String ?? "")"
            let message = Message(Bytes(Array(try Data(contentsOf: URL(filePath: file)))))
            var identifiers: [DMARCIdentifier] = []
            if (row["checks"] as? [String: Bool])?["dkim"] == true {
                identifiers = await DKIMVerifier.verify(message, dns: dns, now: Timestamp(seconds: 0)).map {
                    DMARCIdentifier(dkim: $0)
                }
            }
            let options = DMARCOptions(
                discovery: row["dmarcbis"] as? Bool == true ? .treeWalk : .publicSuffix(.builtIn))
            let outcome = await DMARCCheck.evaluate(
                DMARCQuery(message, identifiers: identifiers), dns: dns, options: options)
            let published = outcome.deciding?.policy ?? outcome.record?.policy ?? .none
            tally.note(
                name, passes: outcome.result?.rawValue ?? "" == result && published.rawValue == policy,
                "\(outcome.result?.rawValue ?? "not evaluated") \(published), expected \(result) \(policy)")
        }
        tally.finish()
    }

    private let known = [
        "test_authenticate_dmarc_bad":
            "'p=none; reject' has a valid p=, and RFC 7489 §6.3 wants syntax errors in the remainder ignored"
    ]

    /// `null` is a name that does not exist, the empty text one without records of the type.
    private struct RecordedAnswers: DNSView {
        var answers: [DomainName: String?] = [:]

        init(_ object: [String: Any]) {
            for (key, value) in object {
                guard let name = DomainName(key) else { continue }
                answers[name] = .some(value as? String)
            }
        }

        func answer(to question: DNSQuestion) async -> DNSAnswer {
            guard let text = answers[question.name] ?? nil else { return .nameError }
            if text.isEmpty { return .noData }
            if question.type == .txt { return .text(text) }
            guard question.type == .a, let address = IPAddress("192.0.2.1") else { return .noData }
            return .records([.address(address)], authentic: false)
        }
    }
}

/// rspamd's DMARC cases, SPF and DKIM evaluated too.
@Suite(.enabled(if: rspamd.isPresent, "the shared suite mailauth-rspamd is not here"))
struct RspamdDMARCSuiteTests {
    @Test func messages() async throws {
        var tally = SuiteTally("mailauth-rspamd (DMARC)", known: [:])
        let dns = try Answers(rspamd.text("dns-merged.json"))
        for (name, value) in try object(rspamd, "expected.json").sorted(by: { $0.key < $1.key }) {
            let row = value as? [String: Any] ?? [:]
            guard row["kind"] as? String == "dmarc" else { continue }
            let arguments = row["args"] as? [String: String] ?? [:]
            let file = "\(rspamd.folder)/\(row["file"] as? String ?? "")"
            let message = Message(Bytes(Array(try Data(contentsOf: URL(filePath: file)))))
            var identifiers = await DKIMVerifier.verify(message, dns: dns, now: Timestamp(seconds: 1_470_729_900)).map {
                DMARCIdentifier(dkim: $0)
            }
            if let ip = arguments["IP"].flatMap({ IPAddress($0) }) {
                let spf = await SPFCheck.evaluate(
                    SPFQuery(
                        ip: ip, helo: arguments["Helo"] ?? "", mailFrom: arguments["From"] ?? "",
                        now: Timestamp(seconds: 0)),
                    dns: dns)
                identifiers.append(DMARCIdentifier(spf: spf.domain, spf.result))
            }
            let outcome = await DMARCCheck.evaluate(DMARCQuery(message, identifiers: identifiers), dns: dns)
            let symbol =
                switch outcome.result {
                case .pass?: "DMARC_POLICY_ALLOW"
                case .fail?:
                    ["DMARC_POLICY_SOFTFAIL", "DMARC_POLICY_QUARANTINE", "DMARC_POLICY_REJECT"][
                        DMARCPolicy.allCases.firstIndex(of: outcome.disposition) ?? 0]
                case .temperror?: "DMARC_DNSFAIL"
                case .permerror?: "DMARC_BAD_POLICY"
                default: "DMARC_NA"
                }
            let expected = (row["expect"] as? [[String]] ?? []).first ?? []
            var passes = symbol == expected.first
            if expected.count > 1 { passes = passes && outcome.policyDomain?.relativeText == expected[1] }
            tally.note(name, passes: passes, "\(symbol) \(outcome.reasons), expected \(expected)")
        }
        tally.finish()
    }

    private struct Answers: DNSView {
        var answers: [DNSQuestion: DNSAnswer] = [:]

        init(_ text: String) throws {
            let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
            for row in rows {
                guard let name = DomainName(row["name"] as? String ?? ""),
                    let type = RecordType(mnemonic: row["type"] as? String ?? "")
                else { continue }
                let question = DNSQuestion(name, type)
                guard answers[question] == nil else { continue }
                switch row["rcode"] as? String {
                case "norec": answers[question] = .noData
                case "nxdomain": answers[question] = .nameError
                case "timeout", "fail": answers[question] = .serverFailure
                default:
                    let replies = row["replies"] as? [String] ?? []
                    answers[question] =
                        type == .txt
                        ? .records(
                            replies.map { reply in
                                guard case .records(let data, _) = DNSAnswer.text(reply) else { return .txt([]) }
                                return data[0]
                            }, authentic: false)
                        : .records(
                            replies.compactMap { RecordData(presentation: $0, type: type) }, authentic: false)
                }
            }
        }

        func answer(to question: DNSQuestion) async -> DNSAnswer { answers[question] ?? .nameError }
    }
}
