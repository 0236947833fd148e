import Values

/// One line of a transcript: what happened when, in which session. The format is NDJSON, see `assay-transcript(5)`.
public struct TranscriptLine: Sendable, Hashable {
    /// Names the session; lines of several sessions may stand between each other.
    public let session: String
    /// When it happened.
    public let time: Timestamp
    /// What happened.
    public let event: TranscriptEvent
    /// The line's place among those of its session, from 1; nil where it was not recorded.
    public let number: Int?
    /// What there is to know about a line of the client besides its bytes.
    public let marks: Marks

    /// What a recorder notes about a line of the client.
    public struct Marks: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// More had been sent already when the server took the line.
        public static let more = Marks(rawValue: 1)
        /// The line was longer than a line may be; what is recorded is its beginning.
        public static let cut = Marks(rawValue: 2)
    }

    /// A line of a session.
    public init(
        session: String, time: Timestamp, event: TranscriptEvent, number: Int? = nil, marks: Marks = []
    ) {
        (self.session, self.time, self.event) = (session, time, event)
        (self.number, self.marks) = (number, marks)
    }
}
