import Authentication
import DNS
import Testing
import Values
import Yams

private let suite = SharedSuite(name: "spf-openspf")

/// The openspf.org cases. Where a case of the RFC 4408 file says otherwise than RFC 7208, RFC 7208 wins.
@Suite(.enabled(if: suite.isPresent, "the shared suite spf-openspf is not here"))
struct OpenSPFSuiteTests {
    @Test(
        arguments: [
            ("rfc7208-tests.yml", [:]),
            ("rfc4408-tests.yml", [:]),
            (
                "test.yml",
                [
                    "default-modifier":
                        "a lax mode of one implementation; RFC 7208 §6 ignores modifiers it does not define",
                    "default-modifier-harsh": "a strictness level of one implementation, not a result of RFC 7208",
                ]
            ),
        ] as [(String, [String: String])])
    func cases(file: String, known: [String: String]) async throws {
        var tally = SuiteTally("spf-openspf/\(file)", known: known)
        for document in try Yams.compose_all(yaml: suite.text(file)) {
            guard let tests = document.mapping?["tests"]?.mapping else { continue }
            let dns = OpenSPFZone(document.mapping?["zonedata"]?.mapping)
            for (key, test) in tests {
                guard let name = key.string, let fields = test.mapping, let host = fields["host"]?.string,
                    let ip = IPAddress(host)
                else {
                    Issue.record("an unreadable case: \(key.string ?? "?")")
                    continue
                }
                let query = SPFQuery(
                    ip: ip, helo: fields["helo"]?.string ?? "", mailFrom: fields["mailfrom"]?.string ?? "",
                    receiver: fields["receiver"]?.string, now: Timestamp(seconds: 1_700_000_000))
                let outcome = await SPFCheck.evaluate(query, dns: dns)
                let expected = fields["result"]?.sequence?.compactMap(\.string) ?? [fields["result"]?.string ?? ""]
                let explanation = fields["explanation"]?.string
                let explained =
                    explanation == nil || outcome.result != .fail
                    || outcome.explanation == (explanation == "DEFAULT" ? nil : explanation)
                let result = outcome.result?.rawValue ?? "not evaluated"
                tally.note(
                    name, passes: expected.contains(result) && explained,
                    """
                    \(result) \(outcome.explanation ?? "") (\(outcome.reason ?? "")), \
                    expected \(expected) \(explanation ?? "")
                    """)
            }
        }
        tally.finish()
    }
}

/// The zone data of a document: SPF records stand for TXT ones too unless the name lists TXT itself, `TXT: NONE` is no
/// record, a bare TIMEOUT answers for every type not listed before it.
private struct OpenSPFZone: DNSView {
    private var records: [DNSQuestion: [RecordData]] = [:]
    private var names: Set<DomainName> = []
    private var failing: Set<DomainName> = []

    init(_ zone: Node.Mapping?) {
        for (key, value) in zone ?? [:] {
            guard let text = key.string, let name = DomainName(unescaped: Array(text.utf8)) else { continue }
            let entries = value.sequence.map(Array.init) ?? []
            names.insert(name)
            let listsText = entries.contains { $0.mapping?.keys.contains { $0.string == "TXT" } ?? false }
            for entry in entries {
                guard let pair = entry.mapping?.first, let type = pair.key.string else {
                    if entry.string == "TIMEOUT" { failing.insert(name) }
                    continue
                }
                add(name, type == "SPF" && !listsText ? "TXT" : type, pair.value)
            }
        }
    }

    private mutating func add(_ name: DomainName, _ mnemonic: String, _ value: Node) {
        guard let type = RecordType(mnemonic: mnemonic) else { return }
        let texts = value.sequence?.compactMap(\.string) ?? [value.string ?? ""]
        let data: RecordData?
        switch type {
        case .txt: data = texts == ["NONE"] ? nil : .txt(texts.map { Bytes($0) })
        case .mx:
            data = UInt16(texts[0]).flatMap { preference in
                host(texts[1]).map { .mx(preference: preference, exchange: $0) }
            }
        case .a, .aaaa: data = RecordData(presentation: texts[0], type: type)
        default: data = host(texts[0]).map { .name($0) }
        }
        if let data { records[DNSQuestion(name, type), default: []].append(data) }
    }

    private func host(_ text: String) -> DomainName? {
        text.isEmpty ? .root : DomainName(unescaped: Array(text.utf8))
    }

    func answer(to question: DNSQuestion) async -> DNSAnswer {
        var name = question.name
        for _ in 0..<10 {
            if let found = records[DNSQuestion(name, question.type)] { return .records(found, authentic: false) }
            guard case .name(let target)? = records[DNSQuestion(name, .cname)]?.first else {
                return failing.contains(name) ? .timeout : names.contains(name) ? .noData : .nameError
            }
            name = target
        }
        return .serverFailure
    }
}
