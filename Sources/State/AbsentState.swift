import Values

/// The state of a run that keeps none: every verb fails, so that nothing can be mistaken for "not seen before".
public struct AbsentState: StateStore {
    /// A store that answers nothing.
    public init() {}

    private static let absence = StateError("no state is kept in this run")

    public func get(_ key: StateKey, at: Timestamp) throws -> StateEntry? { throw AbsentState.absence }

    public func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp
    ) throws -> (entry: StateEntry, inserted: Bool) {
        throw AbsentState.absence
    }

    public func put(_ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp) throws {
        throw AbsentState.absence
    }

    public func increment(_ key: StateKey, by amount: Int, window: Duration, at: Timestamp) throws -> Int {
        throw AbsentState.absence
    }

    public func remove(_ key: StateKey, at: Timestamp) throws { throw AbsentState.absence }
}
