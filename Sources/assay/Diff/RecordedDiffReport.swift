import Authentication
import Cases
import Reports
import Values

/// Comparisons as they are printed, and their sums.
struct RecordedDiffReport {
    private let format: OutputFormat
    private let listsAll: Bool
    private var output: FileOutput
    private var table = TextTable([
        ("message", .right), ("source", .left), ("method", .left), ("domain", .left), ("then", .left), ("now", .left),
        ("why", .left),
    ])
    private var compared = 0
    private var unrecorded = 0
    private var sums: [String: Sum] = [:]
    private var listed = 0

    /// Rows of a table for people.
    private static let rowLimit = 1000

    private struct Sum {
        var agreements = 0
        var disagreements = 0
        var notComparable: [String: Int] = [:]
    }

    init(format: OutputFormat, listsAll: Bool, output: FileOutput) {
        (self.format, self.listsAll, self.output) = (format, listsAll, output)
    }

    /// Counts a message that carries no results.
    mutating func addUnrecorded() { unrecorded += 1 }

    /// Adds the comparisons of a message, whose place is shown so.
    mutating func add(
        _ message: CaseFile.RecordedMessage, at place: String, _ recorded: RecordedResults,
        _ comparisons: [ResultComparison]
    ) throws {
        compared += 1
        for comparison in comparisons {
            var sum = sums[comparison.method] ?? Sum()
            switch comparison.outcome {
            case .agrees: sum.agreements += 1
            case .differs: sum.disagreements += 1
            case .notComparable(let why): sum.notComparable[why, default: 0] += 1
            }
            sums[comparison.method] = sum
            guard listsAll || comparison.outcome == .differs else { continue }
            list(message, at: place, recorded, comparison)
        }
        try output.flush()
    }

    private mutating func list(
        _ message: CaseFile.RecordedMessage, at place: String, _ recorded: RecordedResults,
        _ comparison: ResultComparison
    ) {
        listed += 1
        switch format {
        case .ndjson:
            var members: [String: JSON] = [
                "message": .integer(message.message), "id": JSON(message.id), "source": .string(place),
                "authserv_id": JSON(recorded.authservID), "method": .string(comparison.method),
                "domain": JSON(comparison.domain), "then": JSON(comparison.then), "now": JSON(comparison.now),
                "outcome": .string(comparison.outcome.word), "reason": JSON(comparison.why),
            ]
            if !listsAll { members["outcome"] = nil }
            var line: [UInt8] = []
            JSON.object(members).write(to: &line)
            output.append(line + [.lf])
        case .text:
            guard listed <= RecordedDiffReport.rowLimit else { return }
            let cells = [
                String(message.message), place, comparison.method, comparison.domain ?? "",
                comparison.then ?? "-", comparison.now ?? "-", comparison.why ?? "",
            ]
            table.add(cells.map { TerminalText.safe($0, limit: 60) })
        }
    }

    /// Writes the sums.
    mutating func end() throws {
        switch format {
        case .ndjson:
            var line: [UInt8] = []
            JSON.object(["totals": json]).write(to: &line)
            output.append(line + [.lf])
        case .text: output.append(folding: text)
        }
        try output.flush()
    }

    private var json: JSON {
        var methods: [String: JSON] = [:]
        for (method, sum) in sums {
            methods[method] = .object([
                "agreements": .integer(sum.agreements), "disagreements": .integer(sum.disagreements),
                "not_comparable": .object(sum.notComparable.mapValues(JSON.integer)),
            ])
        }
        return .object([
            "messages": .integer(compared), "messages_without_results": .integer(unrecorded),
            "agreements": .integer(sums.values.reduce(0) { $0 + $1.agreements }),
            "disagreements": .integer(sums.values.reduce(0) { $0 + $1.disagreements }),
            "methods": .object(methods),
        ])
    }

    private var text: String {
        var text = table.isEmpty ? "" : table.text(columns: output.columns)
        if listed > RecordedDiffReport.rowLimit {
            text += "  (the first \(RecordedDiffReport.rowLimit) of \(listed); --format ndjson has all)\n"
        }
        if !text.isEmpty { text += "\n" }
        text += "\(Counted.messages(compared)) with results, \(unrecorded) without\n"
        for method in ResultComparison.methods {
            guard let sum = sums[method] else { continue }
            text += "  \(method): \(sum.agreements) agree, \(sum.disagreements) disagree"
            let others = sum.notComparable.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            if !others.isEmpty {
                let count = others.reduce(0) { $0 + $1.value }
                let reasons = others.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
                text += "; \(count) not comparable (\(reasons))"
            }
            text += "\n"
        }
        return text
    }
}

extension ResultComparison {
    /// Why the two differ, or cannot be compared.
    fileprivate var why: String? {
        if case .notComparable(let reason) = outcome { reason } else { reason }
    }
}

extension ResultComparison.Outcome {
    fileprivate var word: String {
        switch self {
        case .agrees: "agrees"
        case .differs: "differs"
        case .notComparable: "not-comparable"
        }
    }
}
