import Values

/// Where the columns of an Exchange log stand: as its header says, else as they usually do.
struct ExchangeColumns: Sendable {
    private var places: [String: Int] = [:]

    /// Whether a line is of the header that each file begins with. Others that begin with `#` are somebody's comments,
    /// which any log may have.
    static func isHeader(_ line: LogText) -> Bool {
        let text = line.after("\u{FEFF}") ?? line
        return ["#Software:", "#Version:", "#Log-type:", "#Log-Type:", "#Date:", "#Fields:"].contains {
            text.begins($0)
        }
    }

    /// These columns, in this order.
    init(_ names: [String]) { set(names) }

    private mutating func set(_ names: [String]) {
        places = [:]
        for (index, name) in names.enumerated() where places[name] == nil { places[name] = index }
    }

    /// Reads a line that begins with `#`.
    mutating func read(_ line: LogText) {
        guard let mark = line.first("#Fields:") else { return }
        set(line[mark.upperBound...].split(separator: .comma).prefix(128).map { $0.trimmed.string.asciiLowercased })
    }

    subscript(_ name: String) -> Int? { places[name] }
}

/// Puts lines of CSV together of which one field goes over several lines.
struct ExchangeLine: Sendable {
    private var held: [UInt8] = []
    private var lineCount = 0
    /// What the last line was, where it completed no row.
    private(set) var recognition = LogRecognition.read

    private static let longest = 256 << 10, mostLines = 500

    /// Whether a line begins with a time, as every first line of a row does.
    static func hasTime(_ line: LogText) -> Bool {
        line.count > 20 && line.prefix(4).number != nil && line.dropFirst(4).first == .hyphen
            && line.dropFirst(10).first == .ascii("T")
    }

    /// The row that a line completes.
    mutating func row(_ line: LogText) -> CSVRow? {
        // A new row begins although the last has no end: what is left of that is told as it is.
        if !held.isEmpty, ExchangeLine.hasTime(line) || lineCount >= ExchangeLine.mostLines {
            (held, lineCount) = ([], 0)
        }
        let isContinuation = !held.isEmpty
        let whole = isContinuation ? (held + [.lf] + line)[...] : line
        let row = CSVRow(whole)
        if row.isOpen, whole.count < ExchangeLine.longest, ExchangeLine.hasTime(whole) {
            (held, lineCount) = (Array(whole), lineCount + 1)
            recognition = isContinuation ? .continuation : .read
            return nil
        }
        (held, lineCount) = ([], 0)
        return row
    }
}
