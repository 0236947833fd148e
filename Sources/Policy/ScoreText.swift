import Values

/// Scores as policies write them: points with at most three decimals, kept as whole thousandths so that sums are
/// exact.
public enum ScoreText {
    /// The largest magnitude, in thousandths: 100,000 points.
    public static let limit = 100_000_000

    /// The thousandths of `2.5`, `-0.125`, `+3` or `.5`; nil for other text, a fourth decimal or more than 100,000
    /// points.
    public static func parse(_ text: String) -> Int? {
        var rest = text.utf8[...]
        let isNegative = rest.first == .hyphen
        if isNegative || rest.first == .ascii("+") { rest.removeFirst() }
        let parts = rest.split(separator: .dot, maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.allSatisfy(\.isDigit), whole.count <= 9 else { return nil }
        var thousandths = 0
        for digit in whole { thousandths = thousandths * 10 + Int(digit - 0x30) }
        thousandths *= 1000
        if parts.count == 2 {
            guard (1...3).contains(parts[1].count), parts[1].allSatisfy(\.isDigit) else { return nil }
            var unit = 100
            for digit in parts[1] {
                thousandths += Int(digit - 0x30) * unit
                unit /= 10
            }
        } else if whole.isEmpty {
            return nil
        }
        guard thousandths <= limit else { return nil }
        return isNegative ? -thousandths : thousandths
    }

    /// The shortest exact decimal of a number of thousandths.
    public static func render(_ thousandths: Int) -> String { JSON.decimal(thousandths: thousandths) }
}
