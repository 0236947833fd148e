/// Text for an HTML page. Whatever comes from mail goes through `text`, which leaves nothing in it that a browser would
/// read as more than text.
enum HTML {
    /// `text` as it stands in an element or in a quoted attribute.
    static func text(_ text: String, limit: Int = 400) -> String {
        var escaped = ""
        for character in TerminalText.safe(text, limit: limit).unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// Several lines as they stand in a `pre` element.
    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { HTML.text(String($0), limit: 2000) }
            .joined(separator: "\n")
    }

    /// A number with thin spaces between thousands.
    static func number(_ value: Int) -> String {
        var digits = String(value.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        groups.insert(digits, at: 0)
        return (value < 0 ? "−" : "") + groups.joined(separator: "\u{2009}")
    }

    /// A share in per cent with one decimal.
    static func percent(_ count: Int, of total: Int) -> String {
        guard total > 0 else { return "–" }
        let tenths = (count * 1000 + total / 2) / total
        return "\(tenths / 10).\(tenths % 10) %"
    }
}

/// A table of a page: sortable and searchable by the page's script, readable without it.
struct HTMLTable {
    /// A column.
    struct Column {
        let title: String
        let isNumber: Bool

        static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    /// A cell, with what it is sorted by where that is not its text.
    struct Cell {
        let html: String
        let key: Double?

        static func text(_ text: String) -> Cell { Cell(html: HTML.text(text), key: nil) }
        static func html(_ html: String, key: Double? = nil) -> Cell { Cell(html: html, key: key) }
        static func number(_ value: Int) -> Cell { Cell(html: HTML.number(value), key: Double(value)) }
        /// A number and what share it is, which goes to a line of its own where a phone has no room beside it.
        static func share(_ value: Int, of total: Int) -> Cell {
            Cell(
                html: "\(HTML.number(value)) <small class=\"soft\">\(HTML.percent(value, of: total))</small>",
                key: Double(value))
        }
        static func points(_ thousandths: Int, _ text: String) -> Cell {
            Cell(html: HTML.text(text), key: Double(thousandths))
        }
    }

    private let caption: String
    private let columns: [Column]
    private var rows: [[Cell]] = []
    private let isSearchable: Bool

    private let hasLongNames: Bool

    /// A table without rows yet. Where its first column `hasLongNames`, it has a line of its own on a phone, above the others.
    init(_ caption: String, _ columns: [Column], isSearchable: Bool = false, hasLongNames: Bool = false) {
        (self.caption, self.columns, self.isSearchable) = (caption, columns, isSearchable)
        self.hasLongNames = hasLongNames
    }

    var isEmpty: Bool { rows.isEmpty }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    var html: String {
        var html = "<div class=\"table\(hasLongNames ? " lead" : "")\">"
        if isSearchable {
            html += "<input type=\"search\" placeholder=\"Search\" aria-label=\"Search in: \(HTML.text(caption))\">"
        }
        html += "<div class=\"scroll\"><table><caption><span>\(HTML.text(caption))</span></caption><thead><tr>"
        for column in columns {
            html += "<th scope=\"col\"\(column.isNumber ? " class=\"n\"" : "")>"
            html += column.title.isEmpty ? "" : "<button type=\"button\">\(HTML.text(column.title))</button>"
            html += "</th>"
        }
        html += "</tr></thead><tbody>\n"
        for row in rows {
            html += "<tr>"
            for (column, cell) in zip(columns, row) {
                let key = cell.key.map { " data-k=\"\($0)\"" } ?? ""
                html += "<td\(column.isNumber ? " class=\"n\"" : "")\(key)>\(cell.html)</td>"
            }
            html += "</tr>\n"
        }
        return html + "</tbody></table></div></div>\n"
    }
}
