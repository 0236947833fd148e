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
        var line = FoldedLine(name: name)
        var previous: String?
        for word in words {
            line.add(word, opensLine: previous.map { opensLine(word, $0) } ?? false)
            previous = word
        }
        return line.text
    }
}

/// A header field's value written word by word, folded so that lines have at most 78 columns where words allow
/// (RFC 5322 §2.1.1).
struct FoldedLine {
    private var bytes: [UInt8] = []
    private var column: Int
    private var isEmpty = true

    /// No words yet of the field `name`.
    init(name: String) {
        column = name.utf8.count + 2
        bytes.reserveCapacity(256)
    }

    /// The value. Lines end in CRLF, the last excepted.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Adds a word, which has no white space that may be folded, in up to four pieces; where `opensLine` it begins a
    /// line.
    mutating func add(
        _ word: String, _ second: String = "", _ third: String = "", _ fourth: String = "", opensLine: Bool = false
    ) {
        let start = bytes.count
        bytes.append(.space)
        bytes.append(utf8Of: word)
        if !second.isEmpty { bytes.append(utf8Of: second) }
        if !third.isEmpty { bytes.append(utf8Of: third) }
        if !fourth.isEmpty { bytes.append(utf8Of: fourth) }
        endWord(from: start, opensLine: opensLine)
    }

    /// Adds a text as a comment (RFC 5322 §3.2.2), which may be folded between its words; nothing for a blank one.
    mutating func add(comment text: String) {
        let clean = FieldText.clean(text, .comment, allowsUTF8: false)
        let span = clean.utf8.span
        var end = span.count
        while end > 0, span[end - 1] == .space { end -= 1 }
        var isFirst = true
        var place = 0
        while place < end {
            guard span[place] != .space else {
                place += 1
                continue
            }
            let wordStart = place
            while place < end, span[place] != .space { place += 1 }
            let start = bytes.count
            bytes.append(.space)
            if isFirst { bytes.append(.ascii("(")) }
            isFirst = false
            unsafe bytes.append(span.bytes, in: wordStart..<place)
            // No space stands at the end, so the last word ends there.
            if place == end { bytes.append(.ascii(")")) }
            endWord(from: start, opensLine: false)
        }
    }

    /// Puts white space before the word that begins at `start` with a space.
    private mutating func endWord(from start: Int, opensLine: Bool) {
        // A character is as many bytes as it has, of which only the first is none of these.
        var width = 0
        for offset in start + 1..<bytes.count where bytes[offset] & 0xC0 != 0x80 { width += 1 }
        defer { isEmpty = false }
        if isEmpty {
            bytes.remove(at: start)
            column += width
        } else if column + 1 + width > 78 || opensLine {
            bytes.replaceSubrange(start...start, with: [.cr, .lf, .tab])
            // RFC 5322 leaves the width of a tab open; eight is the common one.
            column = 8 + width
        } else {
            column += 1 + width
        }
    }
}

/// Text of others made fit for a field that is written here.
enum FieldText {
    /// Bytes of a text that are written: with all of them escaped, a line stays below 998 (RFC 5322 §2.1.1).
    static let longest = 400

    /// A quoted string (RFC 5322 §3.2.4).
    static func quoted(_ text: String, allowsUTF8: Bool = false) -> String {
        "\"" + clean(text, .quotedString, allowsUTF8: allowsUTF8) + "\""
    }

    /// A comment (RFC 5322 §3.2.2) in the words that it may be folded between; none for a blank text.
    static func comment(_ text: String, allowsUTF8: Bool = false) -> [String] {
        var words = clean(text, .comment, allowsUTF8: allowsUTF8).utf8.split(separator: .space).map {
            String(Substring($0))
        }
        guard !words.isEmpty else { return [] }
        words[0] = "(" + words[0]
        words[words.count - 1] += ")"
        return words
    }

    /// What a text is put into, which says what is escaped in it.
    fileprivate enum Place {
        case quotedString, comment

        fileprivate func isSpecial(_ byte: UInt8) -> Bool {
            switch self {
            case .quotedString: byte == .quote || byte == .backslash
            case .comment: byte == .ascii("(") || byte == .ascii(")") || byte == .backslash
            }
        }
    }

    /// `text` without what could end a line or a field: controls, and text beyond ASCII unless it is allowed, are `?`.
    fileprivate static func clean(_ text: String, _ place: Place, allowsUTF8: Bool) -> String {
        // Nearly every text is plain and can stay as it is.
        if text.utf8.count <= longest, isPlain(text.utf8.span, place) { return text }
        var output = String.UnicodeScalarView()
        var length = 0
        for scalar in text.unicodeScalars {
            length += UTF8.width(scalar)
            guard length <= longest else { break }
            guard isWritable(scalar, allowsUTF8) else {
                output.append("?")
                continue
            }
            if scalar.isASCII, place.isSpecial(UInt8(ascii: scalar)) { output.append("\\") }
            output.append(scalar)
        }
        return String(output)
    }

    private static func isPlain(_ bytes: Span<UInt8>, _ place: Place) -> Bool {
        for offset in bytes.indices {
            let byte = bytes[offset]
            if byte < 0x20 || byte >= 0x7F || place.isSpecial(byte) { return false }
        }
        return true
    }

    private static func isWritable(_ scalar: Unicode.Scalar, _ allowsUTF8: Bool) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        // C1 controls and the line and paragraph separators end lines for some readers.
        return allowsUTF8 && scalar.value >= 0xA0 && scalar.value != 0x2028 && scalar.value != 0x2029
    }
}
