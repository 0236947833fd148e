import State
import Values

/// State in memory that lets other tests have their turn at each question: a long replay holds up nobody.
struct YieldingState: StateStore {
    private let base = MemoryState()

    func get(_ key: StateKey, at now: Timestamp) async throws -> StateEntry? {
        await Task.yield()
        return base.get(key, at: now)
    }

    func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at now: Timestamp
    ) async throws -> (entry: StateEntry, inserted: Bool) {
        await Task.yield()
        return base.insertIfAbsent(key, value, expires: expires, at: now)
    }

    func put(_ key: StateKey, _ value: String, expires: Timestamp, at now: Timestamp) async throws {
        base.put(key, value, expires: expires, at: now)
    }

    func increment(_ key: StateKey, by amount: Int, window: Duration, at now: Timestamp) async throws -> Int {
        await Task.yield()
        return base.increment(key, by: amount, window: window, at: now)
    }

    func remove(_ key: StateKey, at now: Timestamp) async throws { base.remove(key, at: now) }
}
