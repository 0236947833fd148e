/// A table for a terminal or a file: columns as wide as their widest cell, two spaces between them. Where that is wider
/// than a terminal, cells are wrapped; where it would leave nothing to read, each row becomes a block with a line a
/// cell.
public struct TextTable {
    /// How a column's cells stand in it.
    public enum Alignment: Sendable { case left, right }

    private let columns: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []

    /// A table with these columns.
    public init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

    /// Adds a row; missing cells are empty.
    public mutating func add(_ cells: [String]) {
        rows.append(cells + Array(repeating: "", count: max(0, columns.count - cells.count)))
    }

    /// Whether there are no rows.
    public var isEmpty: Bool { rows.isEmpty }

    /// The table with its titles, each line indented by two spaces and ended by a newline.
    public var text: String { text(columns: nil) }

    /// The table for a terminal of that many columns; nil is none, and no limit.
    public func text(columns limit: Int?) -> String {
        let all = [columns.map(\.title)] + rows
        let natural = columns.indices.map { column in all.map { TerminalText.width($0[column]) }.max() ?? 0 }
        guard let limit, total(natural) > limit else { return all.map { line($0, natural) }.joined() }
        guard let widths = narrowed(natural, to: limit) else { return blocks(limit) }
        return all.map { wrapped($0, widths) }.joined()
    }

    /// The width of a table whose columns have these widths.
    private func total(_ widths: [Int]) -> Int { widths.reduce(0) { $0 + $1 + 2 } }

    /// A column is not made narrower than this.
    private static let leastWidth = 16

    /// The widths with the widest columns of text made narrower, until the table fits into `limit`; nil when it cannot.
    private func narrowed(_ natural: [Int], to limit: Int) -> [Int]? {
        var widths = natural
        while total(widths) > limit {
            let candidates = widths.indices.filter {
                columns[$0].alignment == .left && widths[$0] > max(TextTable.leastWidth, columns[$0].title.count)
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return nil }
            widths[widest] -= 1
        }
        return widths
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = columns.indices.map { column in
            let padding = String(repeating: " ", count: max(0, widths[column] - TerminalText.width(cells[column])))
            return columns[column].alignment == .left ? cells[column] + padding : padding + cells[column]
        }
        var line = "  " + padded.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }

    /// A row, each cell on as many lines as it takes.
    private func wrapped(_ cells: [String], _ widths: [Int]) -> String {
        let parts = columns.indices.map { TextTable.wrap(cells[$0], at: widths[$0]) }
        let height = parts.map(\.count).max() ?? 1
        return (0..<height).map { index in line(parts.map { index < $0.count ? $0[index] : "" }, widths) }.joined()
    }

    /// `cell` in lines of at most `width` columns, broken at spaces, after dots and the like where there are any.
    private static func wrap(_ cell: String, at width: Int) -> [String] {
        guard TerminalText.width(cell) > width else { return [cell] }
        var lines: [String] = []
        var (line, used) = ("", 0)
        // Where the line can be broken, and whether a space goes.
        var lastBreak: (index: String.Index, isSpace: Bool)?
        for character in cell {
            let size = TerminalText.width(of: character)
            if used + size > width, !line.isEmpty {
                if character == " " {
                    lines.append(line)
                    (line, used, lastBreak) = ("", 0, nil)
                    continue
                }
                if let place = lastBreak {
                    lines.append(String(line[..<place.index]))
                    line = String(line[place.index...].dropFirst(place.isSpace ? 1 : 0))
                } else {
                    lines.append(line)
                    line = ""
                }
                (used, lastBreak) = (TerminalText.width(line), nil)
            }
            line.append(character)
            used += size
            if character == " " {
                lastBreak = (line.index(before: line.endIndex), true)
            } else if ".,;/@".contains(character) {
                lastBreak = (line.endIndex, false)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    /// The rows as blocks, each cell that has something on a line of its own after its title.
    private func blocks(_ limit: Int) -> String {
        let titles = columns.map { TerminalText.width($0.title) }.max() ?? 0
        let text = rows.map { row in
            columns.indices.filter { !row[$0].isEmpty }.map { column in
                let title = columns[column].title
                let gap = String(repeating: " ", count: titles - TerminalText.width(title) + 2)
                return "  \(title)\(gap)\(row[column])\n"
            }.joined()
        }
        return TerminalText.folded(text.joined(separator: "\n"), columns: limit)
    }
}
