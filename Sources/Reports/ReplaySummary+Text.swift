import Screening
import Values

extension ReplaySummary {
    /// The summary for people: what became of the messages, what was found, what is known of the sessions, and what
    /// could not be evaluated.
    public var text: String { text(columns: nil) }

    /// The summary for a terminal of that many columns; nil is no limit.
    public func text(columns: Int?) -> String {
        var parts = ["\(counted(total.all, "message"))" + trailer + "\n"]
        guard records > 0 else { return parts[0] }
        if labelOrigins.keys.contains(where: { $0 != .list && $0 != .option }) || !labelConflicts.isEmpty {
            parts.append("Where labels come from\n" + labelTable.text(columns: columns) + conflictNote)
        }
        if total.all > 0 { parts.append("What became of them\n" + dispositionTable.text(columns: columns)) }
        if !symbols.isEmpty { parts.append("What was found\n" + symbolTable.text(columns: columns)) }
        if !defects.isEmpty { parts.append("Defects of header and structure\n" + defectTable.text(columns: columns)) }
        parts.append("What is known of the sessions\n" + provenanceTable.text(columns: columns))
        if !notEvaluated.isEmpty { parts.append("Not evaluated\n" + notEvaluatedTable.text(columns: columns)) }
        return parts.joined(separator: "\n")
    }

    /// What is counted: messages, and sessions without one.
    private var records: Int { total.all + withoutMessage }

    private var trailer: String {
        var text = ""
        if total.ham + total.spam > 0 { text += ": \(total.ham) ham, \(total.spam) spam" }
        if withoutMessage > 0 { text += ", \(counted(withoutMessage, "session")) without a message" }
        if skipped > 0 { text += ", \(skipped) outside the time asked for" }
        if problems > 0 { text += ", \(counted(problems, "part")) unreadable (see the errors)" }
        return text
    }

    private var labelTable: TextTable {
        var table = TextTable([("source", .left), ("messages", .right), ("ham", .right), ("spam", .right)])
        for origin in LabelVote.Origin.allCases {
            if let count = labelOrigins[origin] { table.add([origin.rawValue] + cells(count)) }
        }
        return table
    }

    /// What sources disagree about, and where to see which messages.
    private var conflictNote: String {
        let order = labelConflicts.sorted {
            ($1.value, $0.key.origin.rank, $0.key.other.rank, $0.key.label)
                < ($0.value, $1.key.origin.rank, $1.key.other.rank, $1.key.label)
        }
        guard !order.isEmpty else { return "" }
        let words = order.map { conflict, count in
            "\(count) \(conflict.label) by \(conflict.origin.rawValue) against \(conflict.other.rawValue)"
        }
        return "  conflicts: \(words.joined(separator: ", ")) (assay label CASE --conflicts)\n"
    }

    private var dispositionTable: TextTable {
        var table = labelled("disposition", extra: "share")
        for disposition in Disposition.allCases {
            guard let count = dispositions[disposition] else { continue }
            table.add([disposition.rawValue] + cells(count) + [percent(count.all)])
        }
        return table
    }

    private var symbolTable: TextTable {
        var table = labelled("symbol", extra: "points", count: seen)
        let order = symbols.sorted { ($1.value.all, $0.key) < ($0.value.all, $1.key) }
        for (symbol, count) in order {
            table.add([symbol.name] + cells(count) + [JSON.decimal(thousandths: weights[symbol] ?? 0)])
        }
        return table
    }

    private var defectTable: TextTable {
        var table = labelled("defect", extra: "share")
        for (name, count) in defects.sorted(by: { ($1.value.all, $0.key) < ($0.value.all, $1.key) }) {
            table.add([name] + cells(count) + [percent(count.all)])
        }
        return table
    }

    private var provenanceTable: TextTable {
        var table = TextTable([
            ("fact", .left), ("observed", .right), ("reconstructed", .right), ("absent", .right), ("found", .right),
            ("read from", .left),
        ])
        for (name, counts) in provenance {
            let read = counts.reconstructed.values.reduce(0, +)
            let sources = counts.reconstructed.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(4)
            table.add([
                name, String(counts.observed), String(read), String(counts.absent),
                percent(counts.observed + read, of: records),
                sources.map { "\(TerminalText.safe($0.key, limit: 40)) \($0.value)" }.joined(separator: ", "),
            ])
        }
        return table
    }

    private var notEvaluatedTable: TextTable {
        var table = TextTable([("stage", .left), (seen, .right), ("why", .left)])
        let order = notEvaluated.sorted {
            ($1.value, $0.key.stage, $0.key.text) < ($0.value, $1.key.stage, $1.key.text)
        }
        for (reason, count) in order { table.add([reason.stage, String(count), reason.text]) }
        return table
    }

    private func labelled(_ first: String, extra: String, count: String? = nil) -> TextTable {
        TextTable([
            (first, .left), (count ?? "messages", .right), ("ham", .right), ("spam", .right), (extra, .right),
        ])
    }

    /// What findings are counted by: sessions have some too.
    private var seen: String { withoutMessage > 0 ? "times" : "messages" }

    private func cells(_ count: Count) -> [String] { [count.all, count.ham, count.spam].map(String.init) }

    private func percent(_ count: Int) -> String {
        percent(count, of: total.all)
    }

    private func percent(_ count: Int, of all: Int) -> String {
        let thousandths = all == 0 ? 0 : (count * 1000 + all / 2) / all
        return "\(thousandths / 10).\(thousandths % 10) %"
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
