import Values

/// Values written so that YAML, this program's and any other's, reads back the same.
enum YAMLText {
    /// The text as a plain scalar where every YAML reader takes it for that text, quoted where not.
    static func scalar(_ text: String) -> String {
        if isPlain(text) { return text }
        return text.unicodeScalars.contains(where: isUnprintable) ? doubleQuoted(text) : singleQuoted(text)
    }

    /// The same for a value that a syntax of its own reads: numbers stand without quotes.
    static func value(_ text: String) -> String {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { $0.isDigit || $0 == .dot || $0 == .hyphen }
        return isNumber && text.utf8.contains(where: \.isDigit) ? text : scalar(text)
    }

    /// A list in flow style.
    static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

    private static func isPlain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, last != .space,
            first.isAlphanumeric || [.ascii("/"), .ascii("_"), .dot].contains(first),
            bytes.allSatisfy({ $0.isAlphanumeric || plainMarks.contains($0) })
        else { return false }
        return !words.contains(text.asciiLowercased) && !looksNumeric(bytes)
    }

    private static let plainMarks = Set(" ._/-+=@".utf8)
    /// What YAML 1.1 reads as a truth value, null or a number in words.
    private static let words: Set<String> = [
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan",
    ]

    /// Whether YAML 1.1 could read the text as a number, a date or a time of day.
    private static func looksNumeric(_ bytes: [UInt8]) -> Bool {
        guard bytes.contains(where: \.isDigit) else { return false }
        if bytes.starts(with: [0x30, .ascii("x")]) || bytes.starts(with: [0x30, .ascii("b")]) {
            return true
        }
        let dots = bytes.count { $0 == .dot }
        return dots <= 1
            && bytes.allSatisfy {
                $0.isDigit || [.dot, .hyphen, .ascii("+"), .ascii("_")].contains($0) || $0 | 0x20 == 0x65
            }
            && bytes.first.map { $0.isDigit || $0 == .dot } == true
    }

    /// Scalar by scalar: a quote with a combining mark after it is one character, and still ends the text.
    private static func singleQuoted(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { result += "'" }
            result.unicodeScalars.append(scalar)
        }
        return result + "'"
    }

    /// What a file may not hold as it is, all of it below U+10000.
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    private static func doubleQuoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                guard isUnprintable(scalar) else {
                    result.unicodeScalars.append(scalar)
                    continue
                }
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
