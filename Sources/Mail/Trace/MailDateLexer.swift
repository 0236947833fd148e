import Values

/// The parts a date is written with.
enum MailDateItem: Equatable {
    /// Digits; a value of more than nine digits is cut there, `width` counts them all.
    case number(Int, width: Int)
    /// Letters, in lower case.
    case word(String)
    /// Any other character but white space.
    case mark(UInt8)
}

/// Cuts a date into at most 48 items; white space and comments part them and are dropped.
struct MailDateLexer {
    private(set) var items: [MailDateItem] = []
    /// The first comment after a colon, where some mailers put the zone.
    private(set) var comment: Range<Int>?

    private static let itemLimit = 48

    init(_ bytes: [UInt8], in range: Range<Int>) {
        var position = range.lowerBound
        let end = range.upperBound
        while position < end, items.count < MailDateLexer.itemLimit {
            let byte = bytes[position]
            let start = position
            if byte.isFoldingWhitespace {
                position += 1
            } else if byte == .ascii("(") {
                guard let close = Comment.end(in: bytes, openedAt: position), close <= end else { return }
                position = close
                if comment == nil, items.contains(.mark(.colon)) { comment = start + 1..<close - 1 }
            } else if byte.isDigit {
                while position < end, bytes[position].isDigit { position += 1 }
                let value = bytes[start..<min(position, start + 9)].reduce(0) { $0 * 10 + Int($1 - 0x30) }
                items.append(.number(value, width: position - start))
            } else if byte.isLetter {
                while position < end, bytes[position].isLetter { position += 1 }
                position = MailDateLexer.endOfRuleZone(bytes, from: position, length: position - start, end: end)
                let letters = bytes[start..<min(position, start + 16)].map(\.lowercased)
                items.append(.word(String(decoding: letters, as: UTF8.self)))
            } else {
                items.append(.mark(byte))
                position += 1
            }
        }
    }

    /// `EST5EDT`, a zone as POSIX writes it, is one word.
    private static func endOfRuleZone(_ bytes: [UInt8], from start: Int, length: Int, end: Int) -> Int {
        var position = start
        while position < end, position < start + 2, bytes[position].isDigit { position += 1 }
        guard length >= 3, position > start, position < end, bytes[position].isLetter else { return start }
        while position < end, bytes[position].isLetter { position += 1 }
        return position
    }
}
