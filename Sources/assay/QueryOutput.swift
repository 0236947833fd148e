import Cases
import Reports
import Values

/// The rows of a query in the form asked for.
struct QueryOutput {
    private let format: QueryCommand.Format
    private let limit: Int?
    private var output: FileOutput
    private var columns: [String] = []
    /// The columns in the order in which JSON has them.
    private var order: [Int] = []
    private var table = TextTable([])
    private(set) var count = 0
    private var isCut = false
    private let redactor: Redactor?
    private let isTerminal: Bool
    /// What is said of the rows below them, for people.
    var note = ""

    init(format: QueryCommand.Format, output: FileOutput, limit: Int?, redactor: Redactor? = nil) {
        (self.format, self.output, self.limit, self.redactor) = (format, output, limit, redactor)
        isTerminal = output.columns != nil
    }

    /// Takes the names of the columns. Where a name comes again it gets a number.
    mutating func begin(_ names: [String]) throws {
        for name in names {
            let copies = columns.count { $0 == name || $0.hasPrefix(name + ":") }
            columns.append(copies == 0 ? name : "\(name):\(copies + 1)")
        }
        order = columns.indices.sorted { columns[$0].utf8.lexicographicallyPrecedes(columns[$1].utf8) }
        switch format {
        case .ndjson: break
        case .csv: output.append(CSVLine.text(columns))
        case .text: table = TextTable(columns.map { (TerminalText.safe($0, limit: 40), .left) })
        }
    }

    /// Adds a row; false when there should be no more.
    mutating func add(_ cells: [CaseCell]) throws -> Bool {
        if let limit, count >= limit {
            isCut = true
            return false
        }
        count += 1
        let cells = redactor.map { redactor in zip(columns, cells).map { redactor.cell($1, column: $0) } } ?? cells
        switch format {
        case .ndjson: appendObject(cells)
        case .csv:
            // CSV has no escapes: a program gets what is there, and a terminal what does nothing to it.
            let texts = cells.map(\.text)
            output.append(CSVLine.text(isTerminal ? texts.map { TerminalText.safe($0, limit: 1 << 16) } : texts))
        case .text: table.add(cells.map { TerminalText.safe($0.text, limit: 60) })
        }
        if count % 256 == 0 { try output.flush() }
        return true
    }

    /// Writes what is left.
    mutating func end() throws {
        if format == .text {
            output.append(count == 0 ? "nothing was found\n" : table.text(columns: output.columns))
            if !note.isEmpty { output.append("  \(note)\n") }
            if isCut { output.append("  (the first \(count); --limit gives more)\n") }
        }
        try output.flush()
    }

    private mutating func appendObject(_ cells: [CaseCell]) {
        var line: [UInt8] = [.ascii("{")]
        for (place, column) in order.enumerated() where column < cells.count {
            if place > 0 { line.append(.comma) }
            JSON.string(columns[column]).write(to: &line)
            line.append(.colon)
            cells[column].write(to: &line)
        }
        line += [.ascii("}"), .lf]
        output.append(line)
    }
}
