import Screening
import Values

/// A condition on what changes, for a build that should fail on it: `ham: accept->reject > 0`, `changed > 2%`.
///
///     condition = [label ":"] pattern operator number ["%"]
///     label     = "ham" / "spam" / "unlabelled" / "all"
///     pattern   = "changed" / fate "->" fate         ; fate: a disposition, or * for any
///     operator  = ">" / ">=" / "<" / "<=" / "=" / "==" / "!="
///
/// A percentage is of all messages with that label.
public struct ChangeCondition: Sendable, Hashable, CustomStringConvertible {
    /// The condition as it was written.
    public let description: String
    private let label: RunFindings.Label?
    private let pattern: ChangePattern
    private let comparison: Comparison
    /// The number that is compared with, in thousandths.
    private let limit: Int
    private let isShare: Bool

    private enum Comparison: String, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case equalTwice = "=="
        case different = "!="
        case above = ">"
        case below = "<"
        case equal = "="

        func holds(_ left: Int, _ right: Int) -> Bool {
            switch self {
            case .atLeast: left >= right
            case .atMost: left <= right
            case .equal, .equalTwice: left == right
            case .different: left != right
            case .above: left > right
            case .below: left < right
            }
        }
    }

    /// Reads a condition; nil when `text` is none.
    public init?(_ text: String) {
        description = text
        var rest = Substring(text.filter { !$0.isWhitespace })
        if let colon = rest.firstIndex(of: ":") {
            let word = String(rest[..<colon])
            guard word == "all" || RunFindings.Label.allCases.contains(where: { $0.name == word }) else { return nil }
            label = RunFindings.Label.allCases.first { $0.name == word }
            rest = rest[rest.index(after: colon)...]
        } else {
            label = nil
        }
        // The arrow of a pattern holds a `>` too: what compares is the last of its kind.
        guard
            let (comparison, range) = Comparison.allCases.lazy.compactMap({ comparison in
                rest.ranges(of: comparison.rawValue).last.map { (comparison, $0) }
            }).filter({ !rest[..<$0.1.lowerBound].hasSuffix("-") }).first,
            let pattern = ChangePattern(rest[..<range.lowerBound])
        else { return nil }
        var number = rest[range.upperBound...]
        isShare = number.last == "%"
        if isShare { number.removeLast() }
        guard let limit = ChangeCondition.thousandths(number) else { return nil }
        (self.comparison, self.pattern, self.limit) = (comparison, pattern, limit)
    }

    /// Whether the condition holds for `counts`, and the number of messages that it is about.
    public func evaluate(_ counts: ChangeCounts) -> (holds: Bool, count: Int, of: Int) {
        let count = counts.count(label: label, where: pattern.matches)
        let total = counts.count(label: label)
        // A share of nothing is nothing. Both sides are multiplied, so that no division rounds.
        let holds =
            isShare
            ? comparison.holds(count * 100_000, limit * total) : comparison.holds(count * 1000, limit)
        return (holds, count, total)
    }

    private static func thousandths(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int(parts[0]), (0...1_000_000_000).contains(whole) else {
            return nil
        }
        guard parts.count == 2 else { return whole * 1000 }
        guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isDigit),
            let fraction = Int((parts[1] + "00").prefix(3))
        else { return nil }
        return whole * 1000 + fraction
    }
}
