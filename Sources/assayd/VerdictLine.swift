import Mail
import Policy
import SMTP
import Screening
import Values

/// The line of the log that tells what became of a transaction: `key=value` throughout, values with spaces in quotes.
struct VerdictLine {
    let text: String

    /// The line about `record`; `isShadow` where the verdict was only given and not carried out.
    init(_ record: TransactionRecord, at now: Timestamp, isShadow: Bool = false) {
        var line = now.rfc3339
        func add(_ key: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            line += " "
            line += key
            line += "="
            line += VerdictLine.quoted(value)
        }
        add("session", record.source)
        add("client", record.session.client.value?.description)
        add("helo", record.session.helo.value)
        add("tls", record.session.tls.value.map { $0.version ?? "yes" })
        add("auth", record.session.authenticated.value)
        if record.reversePath.value != nil {
            add("from", record.reversePath.value.map { "<\($0.isNull ? "" : $0.address)>" })
        }
        let recipients = record.recipients.compactMap { $0.value?.address }
        add("to", recipients.prefix(20).joined(separator: ",") + (recipients.count > 20 ? ",…" : ""))
        if recipients.count > 20 { add("recipients", String(recipients.count)) }
        add("size", record.size.map(String.init))
        let verdict = record.judgement.verdict
        add("verdict", verdict?.disposition.rawValue ?? "none")
        add("checkpoint", verdict?.phase.rawValue)
        add("score", ScoreText.render(record.judgement.score))
        add("symbols", record.judgement.findings.map(\.finding.symbol.name).uniqued().joined(separator: ","))
        add("reply", (record.answer ?? verdict?.reply)?.description)
        add("message", record.id)
        if isShadow { add("shadow", "yes") }
        text = line
    }

    private static func quoted(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x7F }) else { return value }
        return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension [String] {
    /// Each once, in their order.
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
