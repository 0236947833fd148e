import Values

/// Patterns that match wherever another one does, and are cheaper to look for.
enum LooseExpression {
    /// A repeat of more than this is taken for one without end; in a long pattern, any repeat is.
    private static let longestRepeat = 16
    private static let longPattern = 300

    /// `pattern` without what Hyperscan does not have (atomic groups, possessive repeats) and without long bounded
    /// repeats, of which it would have to keep a state for each length.
    static func loosened(_ pattern: [UInt8]) -> [UInt8] {
        let longestRepeat = pattern.count > longPattern ? 1 : LooseExpression.longestRepeat
        var result: [UInt8] = []
        result.reserveCapacity(pattern.count)
        var index = 0
        var isClass = false
        /// Whether the last thing written was a repeat, so that a plus after it makes it possessive.
        var isAfterRepeat = false
        while index < pattern.count {
            let byte = pattern[index]
            if byte == .backslash, index + 1 < pattern.count {
                result += [byte, pattern[index + 1]]
                (index, isAfterRepeat) = (index + 2, false)
                continue
            }
            if isClass {
                if byte == .ascii("["), index + 1 < pattern.count, pattern[index + 1] == .colon,
                    let end = pattern[(index + 2)...].firstIndex(of: .ascii("]"))
                {
                    result += pattern[index...end]
                    index = end + 1
                    continue
                }
                result.append(byte)
                if byte == .ascii("]") { isClass = false }
                index += 1
                continue
            }
            switch byte {
            case .ascii("["):
                isClass = true
                isAfterRepeat = false
                result.append(byte)
                index += 1
                if index < pattern.count, pattern[index] == .ascii("^") {
                    result.append(pattern[index])
                    index += 1
                }
                // A bracket that comes first closes nothing.
                if index < pattern.count, pattern[index] == .ascii("]") {
                    result += [.backslash, .ascii("]")]
                    index += 1
                }
            case .ascii("(") where pattern[index...].starts(with: Array("(?>".utf8)):
                result += Array("(?:".utf8)
                (index, isAfterRepeat) = (index + 3, false)
            case .ascii("+") where isAfterRepeat:
                (index, isAfterRepeat) = (index + 1, false)
            case .ascii("*"), .ascii("+"), .ascii("?"):
                result.append(byte)
                isAfterRepeat = byte != .ascii("?") || !isAfterRepeat
                index += 1
            case .ascii("{"):
                guard let (low, high, next) = bounds(in: pattern, at: index) else {
                    result.append(byte)
                    (index, isAfterRepeat) = (index + 1, false)
                    continue
                }
                let least = min(low, longestRepeat)
                let most = high.flatMap { $0 > longestRepeat || least < low ? nil : $0 }
                result += Array((most == least ? "{\(least)}" : "{\(least),\(most.map(String.init) ?? "")}").utf8)
                (index, isAfterRepeat) = (next, true)
            default:
                result.append(byte)
                (index, isAfterRepeat) = (index + 1, false)
            }
        }
        return result
    }

    /// The bounds of `{n}`, `{n,}` or `{n,m}` at `start`, and where it ends; nil where the brace is a plain one.
    private static func bounds(in pattern: [UInt8], at start: Int) -> (low: Int, high: Int?, next: Int)? {
        var index = start + 1
        func number() -> Int? {
            var value: Int?
            while index < pattern.count, pattern[index].isDigit {
                value = min((value ?? 0) * 10 + Int(pattern[index] - 0x30), 1 << 20)
                index += 1
            }
            return value
        }
        guard let low = number(), index < pattern.count else { return nil }
        if pattern[index] == .ascii("}") { return (low, low, index + 1) }
        guard pattern[index] == .comma else { return nil }
        index += 1
        let high = number()
        guard index < pattern.count, pattern[index] == .ascii("}") else { return nil }
        return (low, high, index + 1)
    }
}
