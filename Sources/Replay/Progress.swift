/// How far a replay is.
public struct Progress: Sendable {
    /// Messages done.
    public internal(set) var messages = 0
    /// Bytes of the archives read, as they lie on disk.
    public internal(set) var bytes = 0
    /// What is being done.
    public internal(set) var phase = Phase.screening

    /// The parts of a replay.
    public enum Phase: Sendable {
        /// Reading the archives to learn the order of events.
        case sorting
        /// Screening messages.
        case screening
    }
}
