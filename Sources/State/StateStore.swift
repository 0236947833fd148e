import Values

/// What stages remember between events: greylist entries, counters, bans.
///
/// A few atomic verbs, the same on memory, SQLite and Redis. Each takes `at:`, the event's time, and an entry whose
/// expiry is not after it does not exist: expiry is compared with event time, never with the wall clock, so that a
/// replay sees what live saw. A backend's own expiry is only garbage collection.
public protocol StateStore: Sendable {
    /// The entry under `key` at time `at`, or nil. Throws `StateError` when the backend does not answer.
    func get(_ key: StateKey, at: Timestamp) async throws -> StateEntry?

    /// Stores an entry unless one is there already; returns the one that is there afterwards and whether it is new.
    func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp
    ) async throws -> (entry: StateEntry, inserted: Bool)

    /// Stores an entry, replacing what was there but keeping its time of creation.
    func put(_ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp) async throws

    /// Adds `amount` to a counter whose window opened at its first increment and closes `window` later; returns the
    /// count within the window.
    func increment(_ key: StateKey, by amount: Int, window: Duration, at: Timestamp) async throws -> Int

    /// Removes the entry under `key`, if any.
    func remove(_ key: StateKey, at: Timestamp) async throws
}

/// A state backend that could not answer.
public struct StateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Cause: Sendable, Hashable {
        /// The backend does not answer: asking again at once is of no use.
        case away
        /// It answered, and not with what was asked for; others may be answered.
        case refused
    }

    /// What happened, for logs and evidence.
    public let description: String
    /// What kind of failure it is.
    public let cause: Cause

    /// An error with its cause in words.
    public init(_ description: String, cause: Cause = .away) { (self.description, self.cause) = (description, cause) }
}
