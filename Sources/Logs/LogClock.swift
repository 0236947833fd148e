import Values

/// What logs leave out of their times: most have neither a year nor a zone.
public struct LogClock: Sendable, Hashable {
    /// A time that no line is much later than: now for a log that is written, or when a file was last changed.
    public var reference: Timestamp
    /// How far the log's local time is ahead of UTC.
    public var offset: Duration

    /// A clock for a log whose last line is not after `reference`, in a zone `offset` ahead of UTC.
    public init(reference: Timestamp, offset: Duration = .zero) { (self.reference, self.offset) = (reference, offset) }

    /// The time that a date without a year stands for: the last one that is not more than a day ahead of the reference.
    func time(month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Timestamp? {
        let latest = reference + .seconds(86_400)
        let year = CivilTime(latest).year
        // 29 February comes once in four years, and in eight around 1900 and 2100.
        for candidate in stride(from: year, through: max(0, year - 8), by: -1) {
            guard
                let civil = CivilTime(
                    year: candidate, month: month, day: day, hour: hour, minute: minute, second: second)
            else { continue }
            let time = civil.timestamp - offset
            if time <= latest { return time }
        }
        return nil
    }
}
