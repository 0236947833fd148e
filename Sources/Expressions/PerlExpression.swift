import Values

/// An expression as Perl source has it: `/…/i`, `m{…}xs`, `qr!…!`.
public struct PerlExpression: Sendable, Hashable {
    /// What stands between the delimiters, with what PCRE2 reads otherwise than Perl put in its words.
    public let pattern: [UInt8]
    public let options: Expression.Options

    /// A pattern without delimiters.
    public init(pattern: [UInt8], options: Expression.Options = []) {
        (self.pattern, self.options) = (PerlExpression.translated(pattern), options)
    }

    /// Reads `source`, which has to have delimiters (perlop: "Regexp Quote-Like Operators").
    public init(_ source: [UInt8]) throws(ExpressionError) {
        var start = 0
        var closing: UInt8
        if source.first == .ascii("/") {
            (start, closing) = (1, .ascii("/"))
        } else {
            if source.starts(with: Array("qr".utf8)) { start = 2 } else if source.first == .ascii("m") { start = 1 }
            guard start > 0, source.count > start, !source[start].isAlphanumeric, source[start] != .ascii("_"),
                source[start] != .backslash, !source[start].isFoldingWhitespace
            else { throw ExpressionError("an expression stands between delimiters, as in /…/ or m{…}") }
            closing = source[start]
            switch closing {
            case .ascii("{"): closing = .ascii("}")
            case .ascii("("): closing = .ascii(")")
            case .ascii("["): closing = .ascii("]")
            case .ascii("<"): closing = .ascii(">")
            default: break
            }
            start += 1
        }
        guard let end = source.lastIndex(of: closing), end >= start else {
            throw ExpressionError("the closing delimiter is missing", offset: source.count)
        }
        var options: Expression.Options = []
        for (position, letter) in source.enumerated().dropFirst(end + 1) {
            switch letter {
            case .ascii("i"): options.insert(.ignoringCase)
            case .ascii("m"): options.insert(.multiline)
            case .ascii("s"): options.insert(.dotMatchesAll)
            case .ascii("x"): options.insert(options.contains(.extended) ? .extendedMore : .extended)
            case .ascii("n"): options.insert(.capturingNothing)
            // Character sets and how the match is gone about: bytes are bytes here.
            case .ascii("a"), .ascii("d"), .ascii("l"), .ascii("u"), .ascii("p"), .ascii("o"), .ascii("g"), .ascii("c"):
                break
            default:
                throw ExpressionError("\"\(Unicode.Scalar(letter))\" is no modifier of an expression", offset: position)
            }
        }
        let body = Array(source[start..<end])
        // perlre: (?{ }) and (??{ }) run code.
        for place in body.indices.dropLast(2) where body[place] == .ascii("(") && body[place + 1] == .ascii("?") {
            let next = body[place + 2] == .ascii("?") ? place + 3 : place + 2
            if next < body.count, body[next] == .ascii("{") {
                throw ExpressionError("an expression that runs Perl code is not accepted", offset: place + start)
            }
        }
        self.init(pattern: body, options: options)
    }

    /// `pattern` with the few things that PCRE2 refuses or reads otherwise when subjects are bytes.
    private static func translated(_ pattern: [UInt8]) -> [UInt8] {
        guard pattern.contains(.backslash) else { return pattern }
        var result: [UInt8] = []
        result.reserveCapacity(pattern.count)
        var index = 0
        while index < pattern.count {
            let byte = pattern[index]
            guard byte == .backslash, index + 1 < pattern.count else {
                result.append(byte)
                index += 1
                continue
            }
            let next = pattern[index + 1]
            // \x{2019}: no byte is that character, so nothing matches it.
            if next == .ascii("x"), index + 2 < pattern.count, pattern[index + 2] == .ascii("{"),
                let end = pattern[(index + 3)...].firstIndex(of: .ascii("}")),
                let value = UInt32(String(decoding: pattern[(index + 3)..<end], as: UTF8.self), radix: 16), value > 0xFF
            {
                result += Array("(?!)".utf8)
                index = end + 1
                continue
            }
            result += [byte, next]
            index += 2
        }
        return result
    }
}
