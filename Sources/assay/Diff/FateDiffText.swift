import Cases
import Reports
import Screening
import Tuning
import Values

/// A comparison of fates for people: the matrix of counts, then every change with its messages.
struct FateDiffText {
    private let diff: FateDiff
    private let limit: Int
    private let columns: Int?

    /// The report on `diff` with no more than `limit` messages of each change, for a terminal of that many columns.
    init(_ diff: FateDiff, limit: Int, columns: Int? = nil) {
        (self.diff, self.limit, self.columns) = (diff, limit, columns)
    }

    /// The report.
    var text: String {
        let counts = diff.counts
        var text = TerminalLine.safe("\(diff.title): \(messages(counts.count()))")
        text += labels(counts) { counts.count(label: $0) } + "\n"
        text += TerminalLine.safe("  base   \(diff.baseName)") + "\n"
        text += TerminalLine.safe("  trial  \(diff.trialName)") + "\n"
        text += "\nWhat becomes of them (a row under base, a column under trial)\n" + matrix(nil)
        for label in counts.labels where counts.labels.count > 1 { text += "\n  \(label.name)\n" + matrix(label) }
        if let told = diff.disagreements?.text(columns: columns) { text += told }
        guard !counts.changes.isEmpty else {
            return text + "\nNo message meets another fate\(diff.isIncomplete ? ", as far as the case tells" : "").\n"
        }
        var rest = diff.changed[...]
        for change in counts.changes {
            let number = counts.count(from: change.from, to: change.to)
            text += "\n\(change.from.rawValue) → \(change.to.rawValue): \(messages(number))"
            text += labels(counts) { counts.count(from: change.from, to: change.to, label: $0) } + "\n"
            let those = rest.prefix { $0.change == change }
            rest = rest.dropFirst(those.count)
            text += list(those)
        }
        return text
    }

    private func list(_ messages: ArraySlice<FateDiff.ChangedMessage>) -> String {
        var text = ""
        var told: [String] = []
        for message in messages.prefix(limit) {
            let reasons = message.reasons.map(\.text)
            let scores = [message.base.score, message.trial.score].compactMap(\.self).map {
                JSON.decimal(thousandths: $0)
            }.joined(separator: " → ")
            let label = message.label == .unlabelled ? "" : "\(message.label.name)  "
            let head = message.head
            let line =
                "  #\(head.number)  \(label)\(scores)  \(head.headerFrom ?? head.mailFrom ?? "-")"
                + "  \(head.subject ?? "(no subject)")"
            text += TerminalText.safe(line, limit: 200) + "\n"
            // What tips a stretch of messages is told once.
            if reasons != told { for reason in reasons { text += TerminalLine.safe("      \(reason)") + "\n" } }
            told = reasons
        }
        if messages.count > limit {
            text += "  (the first \(limit) of \(messages.count); --limit or --format ndjson has more)\n"
        }
        return text
    }

    private func matrix(_ label: RunFindings.Label?) -> String {
        let fates = diff.counts.dispositions
        var table = TextTable([("", .left)] + fates.map { ($0.rawValue, .right) })
        for from in fates {
            table.add(
                [from.rawValue] + fates.map { String(diff.counts.count(from: from, to: $0, label: label)) })
        }
        return table.text(columns: columns)
    }

    private func messages(_ count: Int) -> String { count == 1 ? "1 message" : "\(count) messages" }

    /// ` (3 ham, 12 spam)`, where anything is labelled.
    private func labels(_ counts: ChangeCounts, _ number: (RunFindings.Label) -> Int) -> String {
        guard counts.labels != [.unlabelled] else { return "" }
        let parts = counts.labels.map { "\(number($0)) \($0.name)" }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }
}
