import Values

extension RawSpan {
    /// Whether `range` holds a tab or two spaces in a row: what relaxed canonicalization has to rewrite. Read eight
    /// bytes at a time, which is what makes clean lines, nearly all of them, cheap.
    func hasReducibleWhitespace(in range: Range<Int>) -> Bool {
        let range = range.clamped(to: 0..<byteCount)
        var position = range.lowerBound
        // Each word overlaps the next by one byte, so that no pair of spaces falls between two.
        while position + 8 <= range.upperBound {
            let word = unsafe unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let spaces = RawSpan.zeroBytes(word ^ 0x2020_2020_2020_2020)
            if spaces & (spaces << 8) != 0 || RawSpan.zeroBytes(word ^ 0x0909_0909_0909_0909) != 0 { return true }
            position += 7
        }
        while position < range.upperBound {
            if self[position] == .tab { return true }
            if self[position] == .space, position + 1 < range.upperBound, self[position + 1] == .space { return true }
            position += 1
        }
        return false
    }

    /// The high bit of each byte of `word` that is zero; exact, borrows do not spill into the next byte.
    private static func zeroBytes(_ word: UInt64) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        return ~(((word & low) &+ low) | word | low)
    }
}
