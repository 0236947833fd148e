import Values

/// Sizes in bytes as policies write them: `1000`, `64K`, `10 MiB`. `K`, `M`, `G` and `T`, with or without `B` or `iB`
/// after them, are powers of 1024.
public enum SizeText {
    private static let units: [(letter: String, shift: Int)] = [("t", 40), ("g", 30), ("m", 20), ("k", 10)]

    /// The number of bytes, or nil when the text is no size.
    public static func parse(_ text: String) -> Int? {
        let lower = text.asciiLowercased.utf8
        let digits = lower.prefix(while: \.isDigit)
        let word = String(decoding: lower.dropFirst(digits.count).drop(while: \.isWhitespace), as: UTF8.self)
        guard !digits.isEmpty, digits.count <= 18,
            let count = Int(String(decoding: digits, as: UTF8.self))
        else { return nil }
        if ["", "b", "byte", "bytes"].contains(word) { return count }
        guard
            let unit = units.first(where: {
                [$0.letter, $0.letter + "b", $0.letter + "ib"].contains(word)
            })
        else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << unit.shift)
        return overflow ? nil : bytes
    }

    /// The size in the largest unit that divides it: `10M`, `64K`, `1000`.
    public static func render(_ bytes: Int) -> String {
        for unit in units where bytes != 0 && bytes % (1 << unit.shift) == 0 {
            return "\(bytes >> unit.shift)\(unit.letter.uppercased())"
        }
        return String(bytes)
    }
}
