import Values

/// A date and time as mail writes it (RFC 5322 §3.3).
public struct MailDate: Sendable, Hashable {
    /// The instant named. Where the zone is missing or unknown the time of day is taken for UTC.
    public let timestamp: Timestamp
    /// The zone's offset from UTC in minutes, east positive; nil when the date has no zone, or one whose meaning is
    /// not known (military letters, RFC 5322 §4.3). `-0000` is 0.
    public let zoneOffsetMinutes: Int?
    /// What RFC 5322 §3.3 does not allow in what was written.
    public let defects: MailDateDefects

    init(timestamp: Timestamp, zoneOffsetMinutes: Int?, defects: MailDateDefects) {
        (self.timestamp, self.zoneOffsetMinutes, self.defects) = (timestamp, zoneOffsetMinutes, defects)
    }

    /// Reads a date-time: RFC 5322 §3.3, its obsolete forms (§4.3), and what else is found in Date fields: asctime,
    /// ISO 8601, numeric months, `GMT+0200`, zones in parentheses, missing parts. Nil without a readable date and
    /// time of day. Folds and comments may stand anywhere.
    public init?(_ bytes: Bytes) {
        if let date = MailDate(common: bytes) {
            self = date
            return
        }
        var reader = MailDateReader(bytes.array)
        guard let date = reader.read() else { return nil }
        self = date
    }

    /// Reads the date of an mbox "From " line: `Wed Feb  7 12:00:00 2001`, with or without seconds, a zone before
    /// or after the year. Nil unless it starts with day and month names in that order.
    public init?(asctime bytes: Bytes) {
        var reader = MailDateReader(bytes.array)
        guard reader.hasAsctimeShape, let date = reader.read() else { return nil }
        self = date
    }
}

/// What is irregular in a date. Each is met in real mail; none stops the date from being read.
public struct MailDateDefects: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No zone: the time was taken for UTC.
    public static let missingZone = MailDateDefects(rawValue: 1 << 0)
    /// A zone name without a known meaning: the time was taken for UTC.
    public static let unknownZone = MailDateDefects(rawValue: 1 << 1)
    /// A zone by name (RFC 5322 §4.3).
    public static let namedZone = MailDateDefects(rawValue: 1 << 2)
    /// A year of two or three digits (RFC 5322 §4.3).
    public static let shortYear = MailDateDefects(rawValue: 1 << 3)
    /// A day of the week that the date does not fall on.
    public static let wrongWeekday = MailDateDefects(rawValue: 1 << 4)
    /// An order or spelling of parts that neither RFC 5322 nor its obsolete syntax has.
    public static let foreignForm = MailDateDefects(rawValue: 1 << 5)

    /// Each defect's name, for evidence, in a fixed order.
    public var names: [String] {
        let all: [(MailDateDefects, String)] = [
            (.missingZone, "missing-zone"), (.unknownZone, "unknown-zone"), (.namedZone, "named-zone"),
            (.shortYear, "short-year"), (.wrongWeekday, "wrong-weekday"), (.foreignForm, "foreign-form"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
