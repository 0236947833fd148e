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
        guard pattern.contains(where: { $0 == .backslash || $0 == .ascii("{") }) else { return pattern }
        var result: [UInt8] = []
        result.reserveCapacity(pattern.count)
        var index = 0
        // Where the class that is open may end at the earliest.
        var classStart: Int?
        while index < pattern.count {
            let byte = pattern[index]
            if byte == .backslash, index + 1 < pattern.count {
                let next = pattern[index + 1]
                // \x{2019}: no byte is that character, so nothing matches it.
                if next == .ascii("x"), index + 2 < pattern.count, pattern[index + 2] == .ascii("{"),
                    let end = pattern[(index + 3)...].firstIndex(of: .ascii("}")),
                    let value = UInt32(String(decoding: pattern[(index + 3)..<end], as: UTF8.self), radix: 16),
                    value > 0xFF
                {
                    result += Array("(?!)".utf8)
                    index = end + 1
                    continue
                }
                result += [byte, next]
                index += 2
                continue
            }
            if let start = classStart {
                if byte == .ascii("]"), index > start { classStart = nil }
            } else if byte == .ascii("[") {
                classStart = index + (pattern.dropFirst(index + 1).first == .ascii("^") ? 2 : 1)
            } else if byte == .ascii("{"), index > 0, let (text, end) = quantifier(in: pattern, at: index) {
                result += text
                index = end
                continue
            }
            result.append(byte)
            index += 1
        }
        return result
    }

    /// A quantifier at `start`, in the form that every PCRE2 knows, and where it ends: since Perl 5.34 the least number may
    /// be left out, and blanks may stand around numbers (perlre, "Quantifiers").
    private static func quantifier(in pattern: [UInt8], at start: Int) -> (text: [UInt8], end: Int)? {
        guard let end = pattern[(start + 1)...].prefix(32).firstIndex(of: .ascii("}")) else { return nil }
        let numbers = pattern[(start + 1)..<end].split(separator: .comma, omittingEmptySubsequences: false)
            .map { part in
                let head = part.drop { $0 == .space || $0 == .tab }
                return head.prefix(head.count - head.reversed().prefix { $0 == .space || $0 == .tab }.count)
            }
        guard (1...2).contains(numbers.count), numbers.allSatisfy({ $0.allSatisfy(\.isDigit) }),
            numbers.contains(where: { !$0.isEmpty })
        else { return nil }
        let least = numbers[0].isEmpty ? [.ascii("0")] : Array(numbers[0])
        let most = numbers.count == 2 ? [.comma] + Array(numbers[1]) : []
        return ([.ascii("{")] + least + most + [.ascii("}")], end + 1)
    }
}
