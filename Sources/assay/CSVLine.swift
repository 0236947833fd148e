/// A record of comma-separated values (RFC 4180 §2).
enum CSVLine {
    /// The record with its line end.
    static func text(_ cells: [String]) -> String { cells.map(field).joined(separator: ",") + "\r\n" }

    /// RFC 4180 §2, rules 5 to 7: a field with a comma, a quote or a line break stands in quotes, its quotes doubled.
    private static func field(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
