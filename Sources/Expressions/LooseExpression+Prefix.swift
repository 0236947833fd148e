import Values

extension LooseExpression {
    /// A beginning of `pattern` of about `limit` bytes: where the whole matches, it does too. The pattern itself where
    /// it is short; nil where its beginnings say too little, or nothing because alternatives part it.
    static func prefix(of pattern: [UInt8], limit: Int) -> [UInt8]? {
        guard pattern.count > limit else { return pattern }
        guard let elements = elements(of: pattern) else { return alternatives(of: pattern, limit: limit) }
        var (end, mandatory) = (0, 0)
        for element in elements {
            guard element.range.upperBound <= limit || mandatory < leastElements else { break }
            // One long element would make the beginning as dear as the whole.
            guard element.range.count <= 3 * limit else {
                // Of a group that has to come, a beginning has to come too.
                if element.isMandatory, let inner = group(pattern, element.range),
                    let part = prefix(of: inner, limit: limit)
                {
                    return pattern[..<element.range.lowerBound] + Array("(?:".utf8) + part + Array(")".utf8)
                }
                break
            }
            end = element.range.upperBound
            if element.isMandatory { mandatory += 1 }
        }
        return mandatory >= leastElements ? Array(pattern[..<end]) : nil
    }

    private static let leastElements = 3
    private static let leastLimit = 60
    private static let alternativeLimit = 12

    /// The beginnings of the alternatives that part `pattern`, each short; nil where one of them says too little.
    private static func alternatives(of pattern: [UInt8], limit: Int) -> [UInt8]? {
        var pieces: [[UInt8]] = []
        var (start, index) = (0, 0)
        while index < pattern.count {
            switch pattern[index] {
            case .backslash: index += 1
            case .ascii("["): index = classEnd(pattern, from: index)
            case .ascii("("):
                guard let close = closing(pattern, from: index) else { return nil }
                index = close
            case .ascii("|"):
                pieces.append(Array(pattern[start..<index]))
                start = index + 1
            default: break
            }
            index += 1
        }
        guard start <= pattern.count, !pieces.isEmpty, pieces.count < alternativeLimit else { return nil }
        pieces.append(Array(pattern[start...]))
        var parts: [[UInt8]] = []
        for piece in pieces {
            guard let part = prefix(of: piece, limit: max(leastLimit, limit / pieces.count)), !part.isEmpty else {
                return nil
            }
            parts.append(part)
        }
        return Array(parts.joined(separator: [.ascii("|")]))
    }

    private struct Element {
        let range: Range<Int>
        /// Whether it has to match something.
        let isMandatory: Bool
    }

    /// The inside of the plain group at `range`; nil where it is none.
    private static func group(_ pattern: [UInt8], _ range: Range<Int>) -> [UInt8]? {
        guard pattern[range].starts(with: Array("(?:".utf8)), let close = closing(pattern, from: range.lowerBound)
        else {
            return nil
        }
        return Array(pattern[(range.lowerBound + 3)..<close])
    }

    /// The parenthesis that closes the one at `start`.
    private static func closing(_ pattern: [UInt8], from start: Int) -> Int? {
        var (index, depth) = (start, 0)
        while index < pattern.count {
            switch pattern[index] {
            case .backslash: index += 1
            case .ascii("["): index = classEnd(pattern, from: index)
            case .ascii("("): depth += 1
            case .ascii(")"):
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The bracket that closes the class at `start`, or the last byte where none does.
    private static func classEnd(_ pattern: [UInt8], from start: Int) -> Int {
        var index = start + 1
        if index < pattern.count, pattern[index] == .ascii("^") { index += 1 }
        if index < pattern.count, pattern[index] == .ascii("]") { index += 1 }
        while index < pattern.count, pattern[index] != .ascii("]") {
            if pattern[index] == .backslash { index += 1 }
            if pattern[index...].starts(with: [.ascii("["), .colon]),
                let end = pattern[(index + 2)...].firstIndex(of: .ascii("]"))
            {
                index = end
            }
            index += 1
        }
        return min(index, pattern.count - 1)
    }

    /// What follows one after another in `pattern`; nil where alternatives part it, or it is not understood.
    private static func elements(of pattern: [UInt8]) -> [Element]? {
        var result: [Element] = []
        var index = 0
        while index < pattern.count {
            let start = index
            var consumes = true
            switch pattern[index] {
            case .ascii("|"): return nil
            case .ascii("^"), .ascii("$"):
                consumes = false
                index += 1
            case .ascii("["): index = classEnd(pattern, from: index) + 1
            case .ascii("("):
                guard let close = closing(pattern, from: index) else { return nil }
                // Only plain groups surely take something.
                consumes =
                    !pattern[index...].starts(with: Array("(?".utf8))
                    || pattern[index...].starts(with: Array("(?:".utf8))
                index = close + 1
            case .backslash:
                guard index + 1 < pattern.count else { return nil }
                let letter = pattern[index + 1]
                index += 2
                switch letter {
                case .ascii("b"), .ascii("B"), .ascii("A"), .ascii("z"), .ascii("Z"), .ascii("G"): consumes = false
                case .ascii("x"):
                    if index < pattern.count, pattern[index] == .ascii("{") {
                        index = (pattern[index...].firstIndex(of: .ascii("}")) ?? pattern.count - 1) + 1
                    } else {
                        for _ in 0..<2 where index < pattern.count && pattern[index].hexDigitValue != nil { index += 1 }
                    }
                case .ascii("Q"), .ascii("c"), .ascii("g"), .ascii("k"), .ascii("N"), .ascii("o"), .ascii("p"),
                    .ascii("P"):
                    return nil
                default: if letter.isDigit { while index < pattern.count, pattern[index].isDigit { index += 1 } }
                }
            default: index += 1
            }
            if index < pattern.count {
                switch pattern[index] {
                case .ascii("*"), .ascii("?"):
                    consumes = false
                    index += 1
                case .ascii("+"): index += 1
                case .ascii("{"):
                    guard let end = pattern[index...].firstIndex(of: .ascii("}")) else { break }
                    if pattern[(index + 1)..<end].allSatisfy({ $0.isDigit || $0 == .comma }), end > index + 1 {
                        if pattern[index + 1] == .ascii("0") { consumes = false }
                        index = end + 1
                    }
                default: break
                }
                if index < pattern.count, pattern[index] == .ascii("?"), index > start + 1 { index += 1 }
            }
            result.append(Element(range: start..<index, isMandatory: consumes))
        }
        return result
    }
}
