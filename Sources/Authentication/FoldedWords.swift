import Values

/// A header field's value made of words that white space may stand between.
struct FoldedWords {
    /// The words, none of them with white space that may be folded.
    var words: [String] = []

    /// The value on one line.
    var line: String { words.joined(separator: " ") }

    /// The value of the field `name`, folded so that lines have at most 78 columns where words allow (RFC 5322 §2.1.1).
    /// Each word that `opensLine` is true of opens a line. Lines end in CRLF, the last excepted.
    func folded(name: String, opensLine: (_ word: String, _ previous: String) -> Bool = { _, _ in false }) -> String {
        guard var previous = words.first else { return "" }
        var text = previous
        var column = name.utf8.count + 2 + previous.unicodeScalars.count
        for word in words.dropFirst() {
            let width = word.unicodeScalars.count
            if column + 1 + width > 78 || opensLine(word, previous) {
                text += "\r\n\t" + word
                // RFC 5322 leaves the width of a tab open; eight is the common one.
                column = 8 + width
            } else {
                text += " " + word
                column += 1 + width
            }
            previous = word
        }
        return text
    }
}

/// Text of others made fit for a field that is written here.
enum FieldText {
    /// Bytes of a text that are written: with all of them escaped, a line stays below 998 (RFC 5322 §2.1.1).
    static let longest = 400

    /// A quoted string (RFC 5322 §3.2.4).
    static func quoted(_ text: String, allowsUTF8: Bool = false) -> String {
        "\"" + clean(text, escaping: [.quote, .backslash], allowsUTF8: allowsUTF8) + "\""
    }

    /// A comment (RFC 5322 §3.2.2) in the words that it may be folded between; none for a blank text.
    static func comment(_ text: String, allowsUTF8: Bool = false) -> [String] {
        let special: [UInt8] = [.ascii("("), .ascii(")"), .backslash]
        var words = clean(text, escaping: special, allowsUTF8: allowsUTF8).split(separator: " ").map(String.init)
        guard !words.isEmpty else { return [] }
        words[0] = "(" + words[0]
        words[words.count - 1] += ")"
        return words
    }

    /// `text` without what could end a line or a field: controls, and text beyond ASCII unless it is allowed, are `?`.
    private static func clean(_ text: String, escaping special: [UInt8], allowsUTF8: Bool) -> String {
        var output = String.UnicodeScalarView()
        var length = 0
        for scalar in text.unicodeScalars {
            length += UTF8.width(scalar)
            guard length <= longest else { break }
            guard isWritable(scalar, allowsUTF8) else {
                output.append("?")
                continue
            }
            if scalar.isASCII, special.contains(UInt8(ascii: scalar)) { output.append("\\") }
            output.append(scalar)
        }
        return String(output)
    }

    private static func isWritable(_ scalar: Unicode.Scalar, _ allowsUTF8: Bool) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        // C1 controls and the line and paragraph separators end lines for some readers.
        return allowsUTF8 && scalar.value >= 0xA0 && scalar.value != 0x2028 && scalar.value != 0x2029
    }
}
