/// Holds a stream of bytes to a number a second: what comes faster has to wait.
struct TokenBucket: Sendable {
    /// Bytes a second; nil for any number.
    var rate: Int?
    private var level = 0.0
    /// Bytes that nobody used while the bucket was full, since somebody asked.
    private var unused = 0.0
    private var filledAt: ContinuousClock.Instant

    /// A bucket that begins full at `now`: it holds what may pass in a second.
    init(rate: Int? = nil, at now: ContinuousClock.Instant) {
        (self.rate, filledAt) = (rate, now)
        level = Double(rate ?? 0)
    }

    /// Takes `count` bytes at `now`; how long to wait before more is let pass.
    mutating func spend(_ count: Int, at now: ContinuousClock.Instant) -> Duration {
        guard let rate, rate > 0 else { return .zero }
        let passed = filledAt.duration(to: now) / .seconds(1)
        let filled = level + max(0, passed) * Double(rate)
        unused += max(0, filled - Double(rate))
        (level, filledAt) = (min(Double(rate), filled) - Double(count), max(filledAt, now))
        // Nobody waits longer than an hour for one thing.
        return level >= 0 ? .zero : .seconds(min(3600, -level / Double(rate)))
    }

    /// Takes what others used since this was called last, but for what was there for the taking while nobody here wanted
    /// any.
    mutating func spendElsewhere(_ count: Int) {
        level -= max(0, Double(count) - unused)
        unused = 0
    }
}
