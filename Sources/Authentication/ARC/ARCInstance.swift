import Values

/// Instance numbers (RFC 8617 §4.2.1).
enum ARCInstance {
    /// The numbers there are.
    static let range = 1...50

    /// The number that an `i=` writes: `position = 1*2DIGIT ; 1 - 50`. A longer one is beyond the limit, whatever it
    /// is, and comes out as one more than the greatest; nil is no number, or zero.
    static func number(_ text: Bytes) -> Int? {
        guard !text.isEmpty, text.allSatisfy(\.isDigit) else { return nil }
        let significant = text[(text.firstIndex { $0 != .ascii("0") } ?? text.count)..<text.count]
        guard !significant.isEmpty else { return nil }
        guard significant.count <= 2 else { return range.upperBound + 1 }
        return min(significant.reduce(0) { $0 * 10 + Int($1 - .ascii("0")) }, range.upperBound + 1)
    }
}
