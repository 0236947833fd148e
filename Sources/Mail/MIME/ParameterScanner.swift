import Values

/// Reads a MIME header field's value token by token, as the grammar of RFC 2045 §5.1 has it and as real mail
/// breaks it: semicolons missing, specials unquoted, quotes unclosed. One pass: no byte is looked at more than a
/// few times, whatever the field holds.
struct ParameterScanner {
    /// How many `name=value` pairs are read; the rest is ignored. Real fields have fewer than ten, or some dozens of
    /// RFC 2231 sections.
    static let pairLimit = 512

    let bytes: [UInt8]
    var position = 0
    private let value: Bytes
    /// False once a value turned out to begin with a bracket: no byte is to be looked at again for each of them.
    private var looksBehindComments = true

    init(_ value: Bytes) { (bytes, self.value) = (value.array, value) }

    var isAtEnd: Bool { position >= bytes.count }

    /// Skips white space and comments (RFC 5322 §3.2.2). Nested comments are counted, not recursed into.
    mutating func skipCommentsAndSpace() {
        while position < bytes.count {
            if bytes[position].isFoldingWhitespace {
                position += 1
            } else if bytes[position] == .ascii("(") {
                var depth = 0
                while position < bytes.count {
                    let byte = bytes[position]
                    position += 1
                    if byte == .backslash { position += 1 }
                    if byte == .ascii("(") { depth += 1 }
                    if byte == .ascii(")") { depth -= 1 }
                    if depth == 0 { break }
                }
                position = min(position, bytes.count)
            } else {
                return
            }
        }
    }

    /// A run of bytes up to white space, a comment, a semicolon or, when asked for, a slash; quotes left out.
    mutating func word(endingAtSlash: Bool) -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte.isFoldingWhitespace || byte == .semicolon || byte == .ascii("(") { break }
            if endingAtSlash, byte == .ascii("/") { break }
            position += 1
        }
        let run = value[start..<position]
        guard run.contains(.quote) else { return run.lowercasedText }
        return Bytes(run.filter { $0 != .quote }).lowercasedText
    }

    /// The parameters from here to the end of the field.
    mutating func parameters() -> MIMEParameters {
        var sections = ParameterSections()
        for _ in 0..<ParameterScanner.pairLimit {
            skipSeparators()
            guard !isAtEnd else { break }
            let name = parameterName()
            skipCommentsAndSpace()
            guard !isAtEnd, bytes[position] == .equals else { continue }
            position += 1
            skipToValue()
            let value = !isAtEnd && bytes[position] == .quote ? quotedValue() : bareValue()
            sections.add(name: name, value: value)
        }
        return sections.joined()
    }

    /// Skips white space, and comments before a quoted string: elsewhere `name=(1).txt` is a value as people write it.
    private mutating func skipToValue() {
        while !isAtEnd, bytes[position].isFoldingWhitespace { position += 1 }
        guard looksBehindComments, !isAtEnd, bytes[position] == .ascii("(") else { return }
        let start = position
        skipCommentsAndSpace()
        if isAtEnd || bytes[position] != .quote { (position, looksBehindComments) = (start, false) }
    }

    private mutating func skipSeparators() {
        skipCommentsAndSpace()
        while !isAtEnd, bytes[position] == .semicolon || bytes[position] == .comma {
            position += 1
            skipCommentsAndSpace()
        }
    }

    private mutating func parameterName() -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte.isFoldingWhitespace || byte == .semicolon || byte == .equals || byte == .ascii("(") { break }
            position += 1
        }
        return value[start..<position].lowercasedText
    }

    /// A quoted string (RFC 5322 §3.2.4) without its quotes, escapes and folds; to the end of the field when the
    /// closing quote is missing. What follows the closing quote up to a separator is dropped.
    private mutating func quotedValue() -> [UInt8] {
        var value: [UInt8] = []
        position += 1
        var isClosed = false
        while position < bytes.count, !isClosed {
            let byte = bytes[position]
            position += 1
            switch byte {
            case .quote: isClosed = true
            case .cr, .lf: break
            case .backslash where position < bytes.count:
                value.append(bytes[position])
                position += 1
            default: value.append(byte)
            }
        }
        while position < bytes.count, bytes[position] != .semicolon, !bytes[position].isFoldingWhitespace {
            position += 1
        }
        return value
    }

    /// A value without quotes: to the semicolon that ends it, or the white space before a trailing comment or before
    /// what reads as the next parameter.
    private mutating func bareValue() -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != .semicolon {
            guard bytes[position].isFoldingWhitespace else {
                position += 1
                continue
            }
            let end = position
            var next = position
            while next < bytes.count, bytes[next].isFoldingWhitespace { next += 1 }
            if next == bytes.count || isTrailingComment(at: next) || isParameterStart(at: next) {
                position = next
                return Array(bytes[start..<end])
            }
            position = next
        }
        return Array(bytes[start..<position])
    }

    /// Whether a flat comment starts at `start` with nothing but white space between it and the value's end.
    private func isTrailingComment(at start: Int) -> Bool {
        guard bytes[start] == .ascii("(") else { return false }
        var next = start + 1
        while next < bytes.count, bytes[next] != .ascii(")") {
            if bytes[next] == .ascii("(") { return false }
            next += 1
        }
        guard next < bytes.count else { return false }
        next += 1
        while next < bytes.count, bytes[next].isFoldingWhitespace { next += 1 }
        return next == bytes.count || bytes[next] == .semicolon
    }

    /// Whether `token=` stands at `start`, as it does where a semicolon is missing.
    private func isParameterStart(at start: Int) -> Bool {
        var next = start
        while next < bytes.count,
            bytes[next].isAlphanumeric || bytes[next] == .hyphen || bytes[next] == .ascii("*")
                || bytes[next] == .ascii("_")
        {
            next += 1
        }
        return next > start && next < bytes.count && bytes[next] == .equals
    }
}
