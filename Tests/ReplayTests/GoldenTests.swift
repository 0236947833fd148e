import Archives
import Foundation
import Replay
import Testing

/// The fixture archive against what its makers say of each message.
@Suite struct GoldenTests {
    /// What `expected.ndjson` leaves open, since readers may differ: what we read there.
    private static let ours: [String: [String: String]] = [
        "two-from": ["header_from": "service@bank.example, shopfloor@customer.example"],
        "label-unknown": ["subject": "Rückfrage zur Größe"],
        "nul": ["subject": "Zero\0 subject"],
    ]

    @Test func everyMessageIsReadAsMeant() async throws {
        let expected = try String(contentsOfFile: Place.fixtures + "/expected.ndjson", encoding: .utf8)
            .split(separator: "\n").map { try object(String($0)) }
        var options = ReplayRun.Options(Fixture.all)
        options.labels = try labels()
        let records = try await lines(
            options, policy: Fixture.policy(), environment: Fixture.environment()
        ).map(object)
        #expect(records.count == expected.count)
        var differences: [String] = []
        let known = Dictionary(uniqueKeysWithValues: expected.map { ($0["source"] as? String ?? "", $0) })
        for record in records {
            let source = (record["source"] as? String ?? "").replacingOccurrences(of: Fixture.archive, with: "")
            let meant = try #require(known[source], "\(source) is not expected")
            for difference in try compare(record, meant) { differences.append("\(source): \(difference)") }
        }
        print("suite fixtures/archive: \(records.count - differences.count)/\(expected.count)")
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    private func labels() throws -> [String: String] {
        let text = try String(contentsOfFile: Place.fixtures + "/labels.tsv", encoding: .utf8)
        return Dictionary(
            uniqueKeysWithValues: text.split(separator: "\n").map { line in
                let cells = line.split(separator: "\t")
                return (String(cells[0]), String(cells[1]))
            })
    }

    private func compare(_ record: [String: Any], _ meant: [String: Any]) throws -> [String] {
        var differences: [String] = []
        func check(_ what: String, _ got: Any?, _ wanted: Any?) {
            let (got, wanted) = (text(got), text(wanted))
            if got != wanted { differences.append("\(what) is \(got), expected \(wanted)") }
        }
        for key in ["id", "size", "label", "time", "mail_from", "rcpt_to"] { check(key, record[key], meant[key]) }
        let client = record["client"] as? [String: Any] ?? [:]
        let meantClient = meant["client"] as? [String: Any] ?? [:]
        for key in ["ip", "ptr", "helo"] { check("client \(key)", client[key], meantClient[key]) }
        let open = GoldenTests.ours[meant["key"] as? String ?? ""] ?? [:]
        check("header_from", record["header_from"], open["header_from"] ?? meant["header_from"])
        if let subject = open["subject"] ?? meant["subject"] { check("subject", record["subject"], subject) }
        check("SPF", spf(record), meantSPF(meant))
        check("DKIM", dkim(record), meantDKIM(meant))
        return differences
    }

    /// The SPF result for the reverse-path, `unrecorded` where the stage says so, nil without a session.
    private func spf(_ record: [String: Any]) -> String? {
        let symbols = findings(record, of: "spf").map(\.symbol).filter { !$0.hasPrefix("SPF_HELO_") }
        if symbols.isEmpty, isUnrecorded(record, stage: "spf") { return "unrecorded" }
        return symbols.isEmpty
            ? nil : symbols.joined(separator: ",").replacingOccurrences(of: "SPF_", with: "").lowercased()
    }

    private func meantSPF(_ meant: [String: Any]) -> String? { meant["spf"] as? String }

    /// Result, domain and selector of each signature, topmost first. RFC 8601 has no word for an answer that was not
    /// recorded: the fixtures write neutral, the stage does not evaluate.
    private func dkim(_ record: [String: Any]) -> [String] {
        let besides: Set = ["DKIM_NONE", "DKIM_PARTIAL_BODY", "DKIM_WEAK"]
        let found = findings(record, of: "dkim").filter { !besides.contains($0.symbol) }.map { finding in
            let result = finding.symbol.replacingOccurrences(of: "DKIM_", with: "").lowercased()
            return "\(result) \(finding.evidence["domain"] ?? "") \(finding.evidence["selector"] ?? "")"
        }
        return isUnrecorded(record, stage: "dkim") ? found + ["unrecorded"] : found
    }

    private func meantDKIM(_ meant: [String: Any]) -> [String] {
        (meant["dkim"] as? [[String: Any]] ?? []).map { signature in
            let result = text(signature["result"])
            return result == "neutral"
                ? "unrecorded" : "\(result) \(text(signature["domain"])) \(text(signature["selector"]))"
        }
    }

    private func findings(_ record: [String: Any], of stage: String) -> [(symbol: String, evidence: [String: Any])] {
        (record["findings"] as? [[String: Any]] ?? []).filter { $0["stage"] as? String == stage }.map {
            ($0["symbol"] as? String ?? "", $0["evidence"] as? [String: Any] ?? [:])
        }
    }

    private func isUnrecorded(_ record: [String: Any], stage: String) -> Bool {
        (record["not_evaluated"] as? [[String: Any]] ?? []).contains {
            $0["stage"] as? String == stage && ($0["reason"] as? String ?? "").hasPrefix("unrecorded DNS")
        }
    }

    private func text(_ value: Any?) -> String {
        switch value {
        case nil, is NSNull: "nothing"
        case let list as [Any]: list.map { text($0) }.joined(separator: ", ")
        case let value?: "\(value)"
        }
    }
}
