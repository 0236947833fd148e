import Values

/// One lexical token of a structured header field (RFC 5322 §3.2).
struct StructuredToken {
    enum Kind: Equatable {
        /// A run of atext, or of anything that has no meaning of its own: 8-bit bytes, controls, stray quotes.
        case atom
        /// A quoted string; the range takes its quotes in.
        case quoted
        /// A comment; the range takes its parentheses in.
        case comment
        /// Text in square brackets; the range takes the brackets in.
        case literal
        /// One of `< > : ; @ , . ) ]`.
        case special(UInt8)
    }

    var kind: Kind
    var range: Range<Int>
    /// Whether white space or a comment stands before the token.
    var spaced: Bool
}

/// Cuts a structured field into tokens, one at a time, in time linear to its length.
///
/// Nothing is refused: what opens and never closes (quotes, parentheses, brackets) is an ordinary character, since in
/// real mail it mostly is one.
struct StructuredLexer {
    let bytes: [UInt8]
    private(set) var position = 0
    /// Whether something was opened and never closed, or nested too deep.
    private(set) var sawUnclosed = false
    /// A search for the end of a comment that fails costs the rest of the field, so only a few may fail.
    private var commentAttempts = 4
    private var quotesClose = true

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next token, or nil at the end.
    mutating func next() -> StructuredToken? {
        let before = position
        while position < bytes.count, bytes[position].isFoldingWhitespace { position += 1 }
        guard position < bytes.count else { return nil }
        let start = position
        let kind = take()
        return StructuredToken(kind: kind, range: start..<position, spaced: start > before)
    }

    private mutating func take() -> StructuredToken.Kind {
        let byte = bytes[position]
        switch byte {
        case .ascii("<"), .ascii(">"), .colon, .semicolon, .at, .comma, .dot, .ascii(")"), .ascii("]"):
            position += 1
            return .special(byte)
        case .ascii("("):
            if commentAttempts > 0 {
                if let end = Comment.end(in: bytes, openedAt: position) {
                    position = end
                    return .comment
                }
                commentAttempts -= 1
            }
        case .quote:
            if quotesClose {
                if let end = endOfQuotedString(from: position + 1) {
                    position = end
                    return .quoted
                }
                quotesClose = false
            }
        case .ascii("["):
            if let end = endOfLiteral(from: position + 1) {
                position = end
                return .literal
            }
        default:
            takeAtom()
            return .atom
        }
        sawUnclosed = true
        position += 1
        takeAtom()
        return .atom
    }

    private func endOfQuotedString(from start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case .quote: return position + 1
            case .backslash: position += 2
            default: position += 1
            }
        }
        return nil
    }

    /// RFC 5321 §4.5.3.1.2: a domain has at most 255 octets, so longer brackets are just brackets.
    private func endOfLiteral(from start: Int) -> Int? {
        var position = start
        let end = min(bytes.count, start + 256)
        while position < end {
            switch bytes[position] {
            case .ascii("]"): return position + 1
            case .ascii("["), .ascii("<"), .ascii(">"), .at, .quote: return nil
            case .backslash: position += 2
            default: position += 1
            }
        }
        return nil
    }

    private mutating func takeAtom() {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == .equals, let end = endOfEncodedWord() {
                position = end
            } else if byte == .backslash, position + 1 < bytes.count, bytes[position + 1].isEscapable {
                position += 2
            } else if byte.isStructural || byte.isFoldingWhitespace {
                return
            } else {
                position += 1
            }
        }
    }

    /// RFC 2047 §5 (3): an encoded word in a phrase may not hold specials, but in real mail does; the comma within
    /// `=?utf-8?q?Doe,_Jane?=` separates nothing.
    private func endOfEncodedWord() -> Int? {
        guard position + 1 < bytes.count, bytes[position + 1] == .ascii("?") else { return nil }
        guard let charsetEnd = questionMark(from: position + 2), charsetEnd > position + 2,
            charsetEnd + 2 < bytes.count, bytes[charsetEnd + 2] == .ascii("?"),
            [.ascii("b"), .ascii("q")].contains(bytes[charsetEnd + 1].lowercased),
            let textEnd = questionMark(from: charsetEnd + 3), textEnd + 1 < bytes.count,
            bytes[textEnd + 1] == .equals
        else { return nil }
        return textEnd + 2
    }

    private func questionMark(from start: Int) -> Int? {
        var position = start
        while position < bytes.count, !bytes[position].isFoldingWhitespace {
            if bytes[position] == .ascii("?") { return position }
            position += 1
        }
        return nil
    }
}

extension StructuredLexer {
    /// The content of a quoted string or domain literal at `range`: delimiters off, quoted pairs resolved, line ends
    /// of folds dropped.
    static func content(of bytes: [UInt8], in range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        var position = range.lowerBound + 1
        let end = range.upperBound - 1
        while position < end {
            var byte = bytes[position]
            position += 1
            if byte == .cr || byte == .lf { continue }
            if byte == .backslash, position < end {
                byte = bytes[position]
                position += 1
            }
            output.append(byte)
        }
        return output
    }
}

extension UInt8 {
    /// RFC 5322 §3.2.3: the specials, without the backslash.
    fileprivate var isStructural: Bool {
        switch self {
        case .ascii("("), .ascii(")"), .ascii("<"), .ascii(">"), .ascii("["), .ascii("]"), .colon, .semicolon, .at,
            .comma, .dot, .quote:
            true
        default: false
        }
    }

    /// What a backslash outside quotes makes an ordinary character (RFC 822 §3.3 let it quote anything).
    fileprivate var isEscapable: Bool {
        switch self {
        case .quote, .backslash, .ascii("("), .ascii(")"), .at, .comma: true
        default: false
        }
    }

    /// RFC 5322 §3.2.3 atext; RFC 6532 §3.2 adds everything above ASCII.
    public var isAtomText: Bool {
        if isAlphanumeric || self > 127 { return true }
        switch self {
        case .ascii("!"), .ascii("#"), .ascii("$"), .ascii("%"), .ascii("&"), .ascii("'"), .ascii("*"), .ascii("+"),
            .hyphen, .ascii("/"), .equals, .ascii("?"), .ascii("^"), .ascii("_"), .ascii("`"), .ascii("{"),
            .ascii("|"), .ascii("}"), .ascii("~"):
            return true
        default:
            return false
        }
    }
}
