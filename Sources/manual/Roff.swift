/// Text in the form mdoc(7) takes it.
enum Roff {
    /// The width that source lines keep within where words allow.
    private static let width = 78

    /// The date that all pages carry, so that the same sources give the same pages on any day.
    static let edition = "November 24, 2026"

    /// An argument of a macro: never taken for a macro's name, a delimiter or several arguments.
    static func argument(_ text: some StringProtocol) -> String {
        let escaped = escape(text, isLiteral: true).replacing("\"", with: "\\(dq")
        let isPlain = escaped.allSatisfy { $0.isLetter || $0.isNumber || "-_\\".contains($0) } && escaped.count > 3
        if isPlain { return escaped }
        return escaped.contains(" ") ? "\"\\&\(escaped)\"" : "\\&" + escaped
    }

    /// Paragraphs of prose as text lines: one sentence begins a line, paragraphs (apart by an empty line) are parted
    /// by `.Pp`. What stands between backticks is set as typed.
    static func prose(_ text: String) -> [String] {
        let paragraphs = text.split(separator: "\n\n")
        return Array(paragraphs.map { sentences(String($0)) }.joined(separator: [".Pp"]))
    }

    private static func sentences(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        var isLiteral = false
        func escaped(_ word: Substring) -> String {
            var output = ""
            for (index, part) in word.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
                if index > 0 {
                    isLiteral.toggle()
                    output += isLiteral ? "\\fB" : "\\fR"
                }
                output += escape(part, isLiteral: isLiteral || part.hasPrefix("-"))
            }
            return output
        }
        for word in text.split(whereSeparator: \.isWhitespace) {
            let isNewSentence = line.last.map { ".?!".contains($0) } ?? false && !isAbbreviation(line) && !isLiteral
            let next = escaped(word)
            if !line.isEmpty, isNewSentence || line.count + next.count >= width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + next
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&" + $0 : $0 }
    }

    private static func isAbbreviation(_ line: String) -> Bool {
        ["e.g.", "i.e.", "etc."].contains { line.hasSuffix($0) }
    }

    /// The text with what roff would act on made harmless. Literal text keeps its hyphens and quotes as typed.
    static func escape(_ text: some StringProtocol, isLiteral: Bool = false) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += "\\e"
            case "-" where isLiteral: output += "\\-"
            case "'" where isLiteral: output += "\\(aq"
            case "`": output += "\\(ga"
            case _ where scalar.value > 126:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                output += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// A list of terms, each with what is said of it.
    static func tagged(_ items: [(term: String, lines: [String])], options: String = "-tag -width Ds") -> [String] {
        [".Bl \(options)"] + items.flatMap { [".It \($0.term)"] + $0.lines } + [".El"]
    }
}
