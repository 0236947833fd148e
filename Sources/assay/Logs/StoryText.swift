import Logs
import Reports
import Values

/// A course of events for people: a line each, with the time since the one before.
struct StoryText {
    private let story: LogTrace.Story
    private let names: [String]
    private let lines: LogLines?

    init(_ story: LogTrace.Story, names: [String], lines: LogLines?) {
        (self.story, self.names, self.lines) = (story, names, lines)
    }

    func text(columns: Int?) -> String {
        var text = TerminalText.safe(title, limit: 400) + "\n"
        var before: Timestamp?
        var table: [(String, String)] = []
        for record in story.records {
            var head = "?"
            if let time = record.instant?.time {
                // The day is told where it changes.
                let stamp = time.rfc3339
                let isNewDay = before.map { $0.rfc3339.prefix(10) != stamp.prefix(10) } ?? true
                head = (isNewDay ? stamp.prefix(10) + " " : "           ") + stamp.dropFirst(11)
                head += String(repeating: " ", count: max(0, 25 - head.count)) + delta(before.map { time.since($0) })
                before = time
            }
            table.append((head, words(of: record)))
        }
        let width = table.map(\.0.count).max() ?? 0
        for (head, words) in table {
            let line = "  " + head + String(repeating: " ", count: width - head.count + 2) + words
            text += TerminalText.safe(line, limit: 4_000) + "\n"
        }
        return columns.map { TerminalText.folded(text, columns: $0) } ?? text
    }

    private func words(of record: LogRecord) -> String {
        if let lines { return lines[record.place] ?? "" }
        let writer = [record.host, record.program.map { $0 + (record.process.map { "[\($0)]" } ?? "") }].compactMap(
            \.self)
        let whose = writer.isEmpty ? names[record.place.file] : writer.joined(separator: " ")
        return "\(whose): " + (record.message.map { "\($0): " } ?? "") + record.sentence
    }

    private var title: String {
        var ids: [String] = [], senders: [String] = [], recipients: [String] = [], clients: [String] = []
        func add(_ value: String?, to list: inout [String]) {
            if let value, !list.contains(value), list.count < 50 { list.append(value) }
        }
        for record in story.records {
            add(record.message, to: &ids)
            add(record[.sender].map { "<\($0)>" }, to: &senders)
            add(record[.originalRecipient] ?? record[.recipient], to: &recipients)
            add(record[.client], to: &clients)
        }
        func list(_ values: [String], _ before: String) -> [String] {
            guard !values.isEmpty else { return [] }
            let rest = values.count > 3 ? " and \(values.count - 3) more" : ""
            return [before + values.prefix(3).joined(separator: ", ") + rest]
        }
        let parts = list(ids, "") + list(senders, "from ") + list(recipients, "to ") + list(clients, "client ")
        let count = story.records.count
        return (parts + [count == 1 ? "1 line" : "\(count) lines"]).joined(separator: "; ")
    }

    private func delta(_ duration: Duration?) -> String {
        guard let duration else { return "" }
        let milliseconds = Int(duration.milliseconds)
        let sign = milliseconds < 0 ? "-" : "+"
        let size = abs(milliseconds)
        switch size {
        case ..<60_000: return "\(sign)\(JSON.decimal(thousandths: size)) s"
        case ..<3_600_000: return "\(sign)\(size / 60_000) min \(size / 1_000 % 60) s"
        case ..<172_800_000: return "\(sign)\(size / 3_600_000) h \(size / 60_000 % 60) min"
        default: return "\(sign)\(size / 86_400_000) days"
        }
    }
}
