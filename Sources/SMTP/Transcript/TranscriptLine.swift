import Values

/// One line of a transcript: what happened when, in which session. The format is NDJSON, see `assay-transcript(5)`.
public struct TranscriptLine: Sendable, Hashable {
    /// Names the session; lines of several sessions may stand between each other.
    public let session: String
    /// When it happened.
    public let time: Timestamp
    /// What happened.
    public let event: TranscriptEvent

    /// A line of a session.
    public init(session: String, time: Timestamp, event: TranscriptEvent) {
        (self.session, self.time, self.event) = (session, time, event)
    }
}
