import SMTP
import Values

/// What was recorded of a session at one moment.
public struct RecordedEntry: Sendable {
    /// What it is.
    public enum Content: Sendable {
        /// An event of a transcript.
        case event(TranscriptEvent, TranscriptLine.Marks)
        /// The record of a transaction, from which the verdict's line is made where there is time for it.
        case verdict(TransactionRecord)
    }

    /// When it happened.
    public let time: Timestamp
    /// Its place among all of the session, from 1.
    public let number: Int
    /// What it is.
    public internal(set) var content: Content
}

/// Where the record of one session goes, part by part.
public protocol RecordingSink: Sendable {
    /// Takes what came since the last part. It must not wait; what it cannot keep it counts.
    func take(_ entries: [RecordedEntry], isLast: Bool)
}
