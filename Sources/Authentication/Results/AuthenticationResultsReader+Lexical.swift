import Values

extension AuthenticationResultsReader {
    /// Comments nest no deeper.
    private static let nestingLimit = 100

    /// Whether a word ends at `byte`: white space, a semicolon, a comment or a quoted string.
    func endsWord(_ byte: UInt8) -> Bool {
        byte.isFoldingWhitespace || byte == .semicolon || byte == .ascii("(") || byte == .quote && quotesClose
    }

    /// The bytes up to the end of the word, or the first of `stops`.
    mutating func takeWord(upTo stops: [UInt8] = []) -> [UInt8] {
        let start = position
        while position < bytes.count, !endsWord(bytes[position]), !stops.contains(bytes[position]) { position += 1 }
        return Array(bytes[start..<position])
    }

    /// Skips [CFWS] (RFC 5322 §3.2.2) and keeps the comments. Whether anything was skipped.
    @discardableResult
    mutating func skipBlank() throws(Fault) -> Bool {
        let start = position
        while position < bytes.count {
            if bytes[position].isFoldingWhitespace {
                position += 1
            } else if bytes[position] == .ascii("(") {
                try skipComment()
            } else {
                break
            }
        }
        return position > start
    }

    private mutating func skipComment() throws(Fault) {
        let start = position
        if commentsBalance, let end = endOfComment(nests: true) {
            position = end
        } else {
            if commentsBalance { try note(.unclosedComment, at: start, upToSemicolon: true) }
            commentsBalance = false
            position = endOfComment(nests: false) ?? bytes.count
        }
        guard comments.count < limits.comments else { return try note(.tooMuch, at: start, upToSemicolon: true) }
        let isClosed = bytes[position - 1] == .ascii(")")
        let text = content(of: start + 1..<max(start + 1, isClosed ? position - 1 : position), isComment: true)
        comments.append(text)
    }

    /// The offset after the parenthesis that closes the comment opened here.
    private func endOfComment(nests: Bool) -> Int? {
        var depth = 0
        var offset = position
        while offset < bytes.count {
            switch bytes[offset] {
            case .ascii("("):
                if nests || depth == 0 { depth += 1 }
                if depth > AuthenticationResultsReader.nestingLimit { return nil }
            case .ascii(")"):
                depth -= 1
                if depth == 0 { return offset + 1 }
            case .backslash:
                offset += 1
            default:
                break
            }
            offset += 1
        }
        return nil
    }

    /// The content of the quoted string that opens here; nil, and the quote an ordinary letter, when nothing closes it.
    mutating func takeQuoted() throws(Fault) -> String? {
        guard quotesClose else { return nil }
        var offset = position + 1
        while offset < bytes.count, bytes[offset] != .quote { offset += bytes[offset] == .backslash ? 2 : 1 }
        guard offset < bytes.count else {
            quotesClose = false
            try note(.unclosedQuote, at: position, upToSemicolon: true)
            return nil
        }
        defer { position = offset + 1 }
        return content(of: position + 1..<offset, isComment: false)
    }

    /// Quoted pairs resolved, line ends of folds dropped (RFC 5322 §3.2.2), in comments runs of white space one space.
    private func content(of range: Range<Int>, isComment: Bool) -> String {
        var output: [UInt8] = []
        var offset = range.lowerBound
        while offset < range.upperBound, output.count < limits.valueLength {
            var byte = bytes[offset]
            offset += 1
            if byte == .cr || byte == .lf { continue }
            if isComment, byte.isWhitespace {
                if let last = output.last, last != .space { output.append(.space) }
                continue
            }
            if byte == .backslash, offset < range.upperBound {
                byte = bytes[offset]
                offset += 1
            }
            output.append(byte)
        }
        while isComment, output.last == .space { output.removeLast() }
        return text(output)
    }

    /// Goes on past the quoted string or the single byte that stands here.
    mutating func skipByteOrQuoted() throws(Fault) {
        if bytes[position] == .quote, try takeQuoted() != nil { return }
        position += 1
    }

    /// Goes on to the next semicolon outside of comments and quoted strings, or to the end.
    mutating func skipToSemicolon() throws(Fault) {
        while !isAtEnd, !isAtSemicolon {
            if try skipBlank() { continue }
            try skipByteOrQuoted()
        }
        comments = []
    }

    /// The comments kept so far, which belong to what was just read.
    mutating func takeComments() -> [String] {
        defer { comments = [] }
        return comments
    }

    /// 1*DIGIT of at most nine.
    func number(_ digits: [UInt8]) -> Int? {
        guard (1...9).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// RFC 8601 §2.2 Keyword (RFC 5321 §4.1.2): letters, digits and hyphens, the last no hyphen. Underscores are in use
    /// and taken in the tolerant way.
    func isKeyword(_ word: [UInt8], strictly: Bool? = nil) -> Bool {
        guard let last = word.last, last != .hyphen else { return false }
        return word.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || !(strictly ?? isStrict) && $0 == .ascii("_") }
    }

    func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension UInt8 {
    /// RFC 2045 §5.1: what a token is made of.
    var isTokenText: Bool {
        switch self {
        case .ascii("("), .ascii(")"), .ascii("<"), .ascii(">"), .at, .comma, .semicolon, .colon, .backslash, .quote,
            .ascii("/"), .ascii("["), .ascii("]"), .ascii("?"), .equals:
            false
        default: isVisible
        }
    }
}
