/// How far a replay is.
public struct Progress: Sendable {
    /// Messages done.
    public internal(set) var messages = 0
    /// Bytes of the archives read, as they lie on disk.
    public internal(set) var bytes = 0
    /// What is being done.
    public internal(set) var phase = Phase.screening

    /// So far: messages, and bytes of the archives.
    public init(messages: Int = 0, bytes: Int = 0) { (self.messages, self.bytes) = (messages, bytes) }

    /// The parts of a replay.
    public enum Phase: Sendable {
        /// Reading the archives to learn the order of events.
        case sorting
        /// Screening messages.
        case screening
    }
}
