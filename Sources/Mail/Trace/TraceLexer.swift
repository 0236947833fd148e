import Values

/// The parts of a Received field before its date.
enum TraceItem {
    /// A run without white space; brackets and angle brackets are kept.
    case word(String)
    /// A comment's content, parentheses off.
    case comment(String)
}

/// Cuts a Received field at white space and comments, in time linear to its length.
struct TraceLexer {
    private(set) var items: [TraceItem] = []
    /// Where the date starts: after the last semicolon outside comments, or else after the last semicolon at all.
    private(set) var dateStart: Int?

    private static let itemLimit = 200
    /// Longer words and comments are no part of any known shape; they are passed over.
    private static let lengthLimit = 2000

    init(_ bytes: [UInt8]) {
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
                    if let text = TraceLexer.text(bytes, start + 1..<end - 1) { add(.comment(text)) }
                } else {
                    attempts -= 1
                    position += 1
                }
            } else if byte == .ascii("("), attempts == 0 {
                position += 1
            } else {
                position = TraceLexer.endOfWord(bytes, from: start)
                guard let text = TraceLexer.text(bytes, start..<position) else { continue }
                if dateStart == nil, undelimited == nil, TraceLexer.opensDate(text) {
                    undelimited = (start, items.count)
                }
                add(.word(text))
            }
        }
        if dateStart == nil, let undelimited { (dateStart, dateItems) = undelimited }
        if dateStart != nil {
            items.removeSubrange(dateItems...)
        } else {
            dateStart = bytes.lastIndex(of: .semicolon).map { $0 + 1 }
        }
    }

    /// Whether a word opens a date that the program wrote without a semicolon before it: a day's name and a comma,
    /// or `2024-05-01`.
    private static func opensDate(_ word: String) -> Bool {
        if ["mon,", "tue,", "wed,", "thu,", "fri,", "sat,", "sun,"].contains(word.asciiLowercased) { return true }
        let shape = word.utf8.map { $0.isDigit ? UInt8(ascii: "0") : $0 }
        return shape.elementsEqual("0000-00-00".utf8)
    }

    private mutating func add(_ item: TraceItem) {
        if items.count < TraceLexer.itemLimit { items.append(item) }
    }

    /// A word may hold a semicolon within angle brackets: `<rfc822;user@example.org>`.
    private static func endOfWord(_ bytes: [UInt8], from start: Int) -> Int {
        var position = start
        var isBracketed = false
        while position < bytes.count, !bytes[position].isFoldingWhitespace {
            switch bytes[position] {
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

    private static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
        guard range.count <= lengthLimit else { return nil }
        return String(decoding: bytes[range], as: UTF8.self)
    }
}
