import Authentication
import DNS
import Testing
import Values

private let suite = SharedSuite(name: "spf-mail-auth")

/// The scenarios of mail-auth. Each names a HELO domain and a sender: as a receiver does (RFC 7208 §2.3, §2.4) the HELO
/// identity is checked first, and MAIL FROM decides when that one passes.
@Suite(.enabled(if: suite.isPresent, "the shared suite spf-mail-auth is not here"))
struct MailAuthSPFSuiteTests {
    @Test func scenarios() async throws {
        var tally = SuiteTally("spf-mail-auth", known: known)
        for file in try suite.files(endingIn: ".yml") {
            var scenario = Scenario()
            var name = file
            var number = 0
            for line in try suite.text(file).split(separator: "\n") {
                let text = line.drop { $0 == " " || $0 == "-" }
                if line.hasPrefix("---") { scenario = Scenario() }
                guard !line.hasPrefix("#"), let colon = text.firstIndex(of: ":") else { continue }
                let key = String(text[..<colon])
                let value = text[text.index(after: colon)...].drop { $0 == " " }
                let trimmed = String(value.reversed().drop { $0 == " " }.reversed())
                if key == "name", !line.hasPrefix(" ") {
                    (name, number) = ("\(file)/\(trimmed)", 0)
                    continue
                }
                guard key == "expect" else {
                    scenario.set(key, trimmed)
                    continue
                }
                number += 1
                let outcome = try await scenario.check()
                let expected = trimmed.split(separator: " ", maxSplits: 1).map(String.init)
                tally.note(
                    "\(name)#\(number)",
                    passes: outcome.result?.rawValue == expected[0]
                        && (expected.count == 1 || outcome.explanation == expected[1]),
                    """
                    \(outcome.result?.rawValue ?? "not evaluated") \(outcome.explanation ?? "") \
                    (\(outcome.reason ?? "")), expected \(trimmed)
                    """)
            }
        }
        tally.finish()
    }

    private let known = [
        "all.yml/All test#1":
            "'ip:10.0.0.1' after 'all' is a syntax error, and RFC 7208 §4.6 wants errors anywhere in a record detected",
        "basic.yml/DNS Lookup Limits#1":
            "ten 'a' terms without addresses are eight void lookups too many (RFC 7208 §4.6.4)",
    ]
}

/// The state of a scenario as its lines are read: records so far, and the fields of the check to come.
private struct Scenario {
    private var answers: [DNSQuestion: [RecordData]] = [:]
    private var fields: [String: String] = [:]

    mutating func set(_ key: String, _ value: String) {
        let parts = value.split(separator: " ", maxSplits: 1).map(String.init)
        let values = parts.count > 1 ? parts[1].split { $0 == "," || $0 == " " }.map(String.init) : []
        switch key {
        case "spf", "exp": put(parts[0], .txt, [.txt([Bytes(parts[1])])])
        case "a": put(parts[0], .a, values.compactMap { RecordData(presentation: $0, type: .a) })
        case "aaaa": put(parts[0], .aaaa, values.compactMap { RecordData(presentation: $0, type: .aaaa) })
        case "ptr":
            guard let ip = IPAddress(parts[0]) else { return }
            answers[DNSQuestion(.reverse(of: ip), .ptr)] = values.compactMap { DomainName($0) }.map { .name($0) }
        case "mx":
            var exchanges: [RecordData] = []
            for (index, address) in values.enumerated() {
                let host = "mx\(index).\(parts[0])"
                put(
                    host, address.contains(":") ? .aaaa : .a,
                    [IPAddress(address)].compactMap { $0 }.map { .address($0) })
                guard let exchange = DomainName(host) else { continue }
                exchanges.append(.mx(preference: UInt16(index), exchange: exchange))
            }
            put(parts[0], .mx, exchanges)
        default: fields[key] = value
        }
    }

    private mutating func put(_ name: String, _ type: RecordType, _ data: [RecordData]) {
        guard let name = DomainName(name) else { return }
        answers[DNSQuestion(name, type)] = data
    }

    func check() async throws -> SPFOutcome {
        let ip = try #require(IPAddress(fields["ip"] ?? ""))
        let helo = fields["helo"] ?? fields["domain"] ?? ""
        let dns = ScenarioDNS(answers: answers)
        func query(_ identity: SPFQuery.Identity) -> SPFQuery {
            SPFQuery(
                ip: ip, helo: helo, mailFrom: fields["sender"] ?? "", identity: identity, now: Timestamp(seconds: 0))
        }
        let first = await SPFCheck.evaluate(query(.helo), dns: dns)
        return first.result == .pass ? await SPFCheck.evaluate(query(.mailFrom), dns: dns) : first
    }
}

private struct ScenarioDNS: DNSView {
    let answers: [DNSQuestion: [RecordData]]

    func answer(to question: DNSQuestion) async -> DNSAnswer {
        if question.name.text.hasPrefix("_dns_error.") { return .serverFailure }
        return answers[question].map { .records($0, authentic: false) } ?? .nameError
    }
}
