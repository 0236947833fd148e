import Values

/// The parts of a Received field before its date.
enum TraceItem {
    /// A run without white space; brackets and angle brackets are kept.
    case word(Range<Int>)
    /// A comment's content, parentheses off.
    case comment(Range<Int>)
}

/// Cuts a Received field at white space and comments, in time linear to its length.
struct TraceLexer {
    private let bytes: [UInt8]
    private(set) var items: [TraceItem] = []
    /// Where the date starts: after the last semicolon outside comments, or else after the last semicolon at all.
    private(set) var dateStart: Int?

    private static let itemLimit = 200
    /// Longer words and comments are no part of any known shape; they are passed over.
    private static let lengthLimit = 2000

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        items.reserveCapacity(24)
        var position = 0
        var attempts = 4
        var dateItems = 0
        var undelimited: (start: Int, items: Int)?
        while position < bytes.count {
            let start = position
            let byte = bytes[position]
            if byte.isFoldingWhitespace {
                position += 1
            } else if byte == .semicolon {
                position += 1
                (dateStart, dateItems) = (position, items.count)
            } else if byte == .ascii("("), attempts > 0 {
                if let end = Comment.end(in: bytes, openedAt: position) {
                    position = end
                    if end - start - 2 <= TraceLexer.lengthLimit { add(.comment(start + 1..<end - 1)) }
                } else {
                    attempts -= 1
                    position += 1
                }
            } else if byte == .ascii("("), attempts == 0 {
                position += 1
            } else {
                position = TraceLexer.endOfWord(bytes, from: start)
                let word = start..<position
                guard word.count <= TraceLexer.lengthLimit else { continue }
                if dateStart == nil, undelimited == nil, opensDate(word) { undelimited = (start, items.count) }
                add(.word(word))
            }
        }
        if dateStart == nil, let undelimited { (dateStart, dateItems) = undelimited }
        if dateStart != nil {
            items.removeSubrange(dateItems...)
        } else {
            dateStart = bytes.lastIndex(of: .semicolon).map { $0 + 1 }
        }
    }

    /// The bytes in `range` read as UTF-8.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The bytes in `range`.
    func word(_ range: Range<Int>) -> TraceWord { bytes[range] }

    /// Whether the bytes in `range` are `text`, which is in lower case, but for the case of ASCII letters.
    func isText(_ text: StaticString, _ range: Range<Int>) -> Bool {
        unsafe bytes.span.bytes.equalsIgnoringCase(text, in: range)
    }

    /// Whether a word opens a date that the program wrote without a semicolon before it: a day's name and a comma,
    /// or `2024-05-01`.
    private func opensDate(_ word: Range<Int>) -> Bool {
        switch word.count {
        case 4: bytes[word.upperBound - 1] == .comma && TraceLexer.days.contains { isText($0, word) }
        case 10:
            zip(bytes[word], "0000-00-00".utf8).allSatisfy { byte, shape in
                shape == .hyphen ? byte == .hyphen : byte.isDigit
            }
        default: false
        }
    }

    private static let days: [StaticString] = ["mon,", "tue,", "wed,", "thu,", "fri,", "sat,", "sun,"]

    private mutating func add(_ item: TraceItem) {
        if items.count < TraceLexer.itemLimit { items.append(item) }
    }

    /// A word may hold a semicolon within angle brackets: `<rfc822;user@example.org>`.
    private static func endOfWord(_ bytes: [UInt8], from start: Int) -> Int {
        let bytes = bytes.span
        var position = start
        var isBracketed = false
        while position < bytes.count {
            let byte = bytes[position]
            // Letters, digits, dots and hyphens, of which nearly every word is made, are none of those below.
            if byte > .ascii(">") || (.ascii(")") ... .colon).contains(byte) {
                position += 1
                continue
            }
            if byte.isFoldingWhitespace { break }
            switch byte {
            case .ascii("<"): isBracketed = true
            case .ascii(">"): isBracketed = false
            case .ascii("("): return max(position, start + 1)
            case .semicolon: if !isBracketed { return max(position, start + 1) }
            default: break
            }
            position += 1
        }
        return position
    }
}
