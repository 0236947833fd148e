import Mail
import Policy
import SMTP
import Screening
import Values

/// The line of the log that tells what became of a transaction.
struct VerdictLine {
    private let now: Timestamp
    private var members: [(key: String, value: JSON)] = []

    /// The most recipients and symbols that a line names.
    private static let (recipientLimit, symbolLimit) = (20, 100)
    /// The most characters of a text from outside.
    private static let textLimit = 500

    /// The line about `record`; `isShadow` where the verdict was only given and not carried out.
    init(_ record: TransactionRecord, at now: Timestamp, isShadow: Bool = false) {
        self.now = now
        add("session", record.source)
        add("client", record.session.client.value?.description)
        add("helo", record.session.helo.value)
        add("tls", record.session.tls.value.map { $0.version ?? "yes" })
        add("auth", record.session.authenticated.value)
        if let path = record.reversePath.value { add("from", "<\(path.isNull ? "" : path.address)>") }
        let recipients = record.recipients.compactMap { $0.value?.address }
        add("to", list: recipients, limit: VerdictLine.recipientLimit)
        if recipients.count > VerdictLine.recipientLimit { members.append(("recipients", .integer(recipients.count))) }
        add(
            "refused", list: record.refusals.map { "\($0.recipient):\($0.reply.code)" },
            limit: VerdictLine.recipientLimit)
        add("discarded", list: record.discarded, limit: VerdictLine.recipientLimit)
        if let size = record.size { members.append(("size", .integer(size))) }
        let verdict = record.judgement.verdict
        add("verdict", verdict?.disposition.rawValue ?? "none")
        add("checkpoint", verdict?.phase.rawValue)
        members.append(("score", .thousandths(record.judgement.decidingScore)))
        add(
            "symbols", list: record.judgement.findings.map(\.finding.symbol.name).uniqued(),
            limit: VerdictLine.symbolLimit)
        // In shadow nobody was told what policy would have said.
        let ruled = isShadow ? nil : verdict?.reply
        add("reply", (record.answer ?? ruled ?? record.refusals.last?.reply)?.description)
        if isShadow { add("would_reply", verdict?.reply?.description) }
        add("message", record.id)
        if isShadow { add("shadow", "yes") }
    }

    /// `key=value` throughout, values with spaces in quotes.
    var text: String {
        var line = now.rfc3339
        for (key, value) in members {
            line += " "
            line += key
            line += "="
            switch value {
            case .string(let text): VerdictLine.add(text, to: &line)
            case .array(let items):
                let words = items.map { if case .string(let text) = $0 { text } else { $0.text } }
                VerdictLine.add(words.joined(separator: ","), to: &line)
            default: line += value.text
            }
        }
        return line
    }

    /// The same as a JSON object.
    var json: JSON {
        var object: [String: JSON] = ["time": .string(now.rfc3339), "level": .string("info")]
        for (key, value) in members { object[key] = value }
        return .object(object)
    }

    private mutating func add(_ key: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        members.append((key, .string(VerdictLine.cut(value))))
    }

    private mutating func add(_ key: String, list: [String], limit: Int) {
        guard !list.isEmpty else { return }
        let shown = list.prefix(limit).map { JSON.string(VerdictLine.cut($0)) }
        members.append((key, .array(shown + (list.count > limit ? [.string("…")] : []))))
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= textLimit ? text : String(text.prefix(textLimit)) + "…"
    }

    /// Adds a value, in quotes where it needs them.
    private static func add(_ value: String, to line: inout String) {
        guard value.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x7F }) else {
            line += value
            return
        }
        line += "\""
        if value.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C }) {
            for scalar in value.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { line += "\\" }
                line.unicodeScalars.append(scalar)
            }
        } else {
            line += value
        }
        line += "\""
    }
}

extension [String] {
    /// Each once, in their order.
    fileprivate func uniqued() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
