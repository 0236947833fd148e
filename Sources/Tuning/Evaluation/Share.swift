import Glibc

/// A share of a number of messages, with the interval in which the true share lies in 95 of 100 cases.
public struct Share: Sendable, Hashable {
    /// The messages counted.
    public let count: Int
    /// The messages they are a share of.
    public let total: Int

    /// `count` of `total`.
    public init(_ count: Int, of total: Int) { (self.count, self.total) = (count, total) }

    /// The share, from 0 to 1; nil of nothing.
    public var value: Double? { total > 0 ? Double(count) / Double(total) : nil }

    /// The interval by Wilson's score method, which holds for small counts and for none; nil of nothing.
    public var interval: ClosedRange<Double>? {
        guard let value else { return nil }
        let (number, quantile) = (Double(total), 1.959963984540054)
        let square = quantile * quantile
        let centre = (value + square / (2 * number)) / (1 + square / number)
        let spread =
            quantile / (1 + square / number) * sqrt(value * (1 - value) / number + square / (4 * number * number))
        return max(0, centre - spread)...min(1, centre + spread)
    }
}
