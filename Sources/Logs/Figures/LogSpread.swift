/// How durations are spread, in memory that does not grow: each is known to a sixteenth of its size.
public struct LogSpread: Sendable, Hashable {
    /// How many there are.
    public private(set) var count = 0
    /// The longest, in milliseconds.
    public private(set) var maximum = 0
    private var buckets: [Int] = []

    /// None yet.
    public init() {}

    mutating func add(milliseconds: Int) {
        let value = max(0, milliseconds)
        count += 1
        maximum = max(maximum, value)
        let index = LogSpread.bucket(of: value)
        if buckets.count <= index { buckets += Array(repeating: 0, count: index + 1 - buckets.count) }
        buckets[index] += 1
    }

    /// The duration that `percent` of all are not longer than, in milliseconds; nil where there are none.
    public func percentile(_ percent: Int) -> Int? {
        guard count > 0 else { return nil }
        let rank = max(1, (count * percent + 99) / 100)
        var seen = 0
        for (index, number) in buckets.enumerated() {
            seen += number
            if seen >= rank { return min(maximum, LogSpread.upperBound(of: index)) }
        }
        return maximum
    }

    private static func bucket(of value: Int) -> Int {
        if value < 16 { return value }
        let shift = Int.bitWidth - value.leadingZeroBitCount - 5
        return (shift + 1) * 16 + (value >> shift) - 16
    }

    private static func upperBound(of bucket: Int) -> Int {
        if bucket < 16 { return bucket }
        let shift = bucket / 16 - 1
        return ((bucket % 16 + 17) << shift) - 1
    }
}
