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

/// A value kept in state, with the times that matter to who reads it.
public struct StateEntry: Sendable, Hashable {
    /// What the stage stored.
    public let value: String
    /// When the entry was first stored.
    public let created: Timestamp
    /// From when on the entry does not exist.
    public let expires: Timestamp

    /// An entry as a backend holds it.
    public init(value: String, created: Timestamp, expires: Timestamp) {
        (self.value, self.created, self.expires) = (value, created, expires)
    }
}

/// A state backend that could not answer.
public struct StateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened, for logs and evidence.
    public let description: String

    /// An error with its cause in words.
    public init(_ description: String) { self.description = description }
}
