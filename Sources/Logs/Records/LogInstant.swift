import Values

/// When a log says that something happened, and how far that can be trusted.
public struct LogInstant: Sendable, Hashable {
    /// The time, as well as it is known.
    public var time: Timestamp
    /// How finely the log tells it.
    public var precision: Precision
    /// Whether the log states the year; where it does not, the last one is taken that fits the clock.
    public var hasYear: Bool
    /// Whether the log states its zone; where it does not, the clock's is taken.
    public var hasZone: Bool

    /// How finely a time is told.
    public enum Precision: String, Sendable, Hashable, CaseIterable {
        case day, minute, second, millisecond, microsecond
    }

    /// A time of a log.
    public init(_ time: Timestamp, precision: Precision = .second, hasYear: Bool = true, hasZone: Bool = true) {
        (self.time, self.precision, self.hasYear, self.hasZone) = (time, precision, hasYear, hasZone)
    }
}
