import Values

/// Text that is put into the text of messages: a footer, a disclaimer, a warning.
public struct Disclaimer: Sendable, Hashable {
    /// Where in the text it stands.
    public enum Place: String, Sendable, Hashable, CaseIterable {
        case top, bottom
    }

    /// The lines for parts of plain text.
    public let text: String
    /// The markup for parts of HTML.
    public let html: String
    /// Where it stands.
    public let place: Place

    /// A disclaimer; without markup of its own the text serves for HTML too.
    public init(text: String, html: String? = nil, place: Place = .bottom) {
        self.text = text
        self.html = html ?? Disclaimer.markup(of: text)
        self.place = place
    }

    /// Several in one, an empty line between their texts; nil for none.
    init?(joining disclaimers: [Disclaimer], at place: Place) {
        guard let first = disclaimers.first else { return nil }
        if disclaimers.count == 1 {
            self = first
            return
        }
        self.init(
            text: disclaimers.map { $0.lines.joined(separator: "\n") }.joined(separator: "\n\n"),
            html: disclaimers.map(\.html).joined(separator: "\n"), place: place)
    }

    /// The text's lines, without white space at their ends: before a line end it would mean "goes on" in flowed text
    /// (RFC 3676 §4.2).
    var lines: [Substring] {
        var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
        return lines.map { line in
            var line = line
            while line.last?.isWhitespace == true { line.removeLast() }
            return line
        }
    }

    /// The markup in ASCII, whatever charset it is put into: other characters as references.
    var asciiMarkup: [UInt8] {
        var output: [UInt8] = []
        for scalar in html.unicodeScalars {
            if scalar.isASCII {
                output.append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                output += Array("&#\(scalar.value);".utf8)
            }
        }
        return output
    }

    private static func markup(of text: String) -> String {
        var output = "<div>"
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if index > 0 { output += "<br>" }
            for character in line {
                switch character {
                case "&": output += "&amp;"
                case "<": output += "&lt;"
                case ">": output += "&gt;"
                default: output.append(character)
                }
            }
        }
        return output + "</div>"
    }
}
