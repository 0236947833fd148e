import Values

/// The fields of a line of comma-separated values (RFC 4180 §2), of which one may hold quotation marks and commas.
struct CSVRow {
    /// The fields, quotation marks taken off.
    private(set) var fields: [LogText] = []
    /// Whether the line ends within a quoted field: it goes on in the next line.
    private(set) var isOpen = false

    private static let mostFields = 256

    /// Reads a line without its end.
    init(_ line: LogText) {
        var position = line.startIndex
        while fields.count < CSVRow.mostFields {
            if position < line.endIndex, line[position] == .quote {
                var value: [UInt8] = []
                position += 1
                var isClosed = false
                while position < line.endIndex {
                    guard line[position] == .quote else {
                        value.append(line[position])
                        position += 1
                        continue
                    }
                    // RFC 4180 §2.7: a quotation mark within is written twice.
                    if position + 1 < line.endIndex, line[position + 1] == .quote {
                        value.append(.quote)
                        position += 2
                    } else {
                        position += 1
                        isClosed = true
                        break
                    }
                }
                isOpen = !isClosed
                // What stands between the closing mark and the comma, a program did not mean: it is kept.
                while position < line.endIndex, line[position] != .comma {
                    value.append(line[position])
                    position += 1
                }
                fields.append(value[...])
            } else {
                let field = line[position...].prefix { $0 != .comma }
                fields.append(field)
                position = field.endIndex
            }
            guard position < line.endIndex else { return }
            position += 1
        }
    }

    /// The field at `index`; empty where the line is shorter.
    subscript(index: Int?) -> LogText {
        guard let index, fields.indices.contains(index) else { return [] }
        return fields[index]
    }
}
