import Synchronization
import Values

/// State kept in this process's memory: for replays, and for an agent that may forget at a restart.
public final class MemoryState: StateStore {
    fileprivate struct Table {
        var entries: [String: StateEntry] = [:]
        /// The size at which expired entries are looked for next.
        var sweepAt = 1024
    }

    private let table = Mutex(Table())

    /// An empty store.
    public init() {}

    public func get(_ key: StateKey, at: Timestamp) -> StateEntry? {
        table.withLock { $0.live(key.text, at: at) }
    }

    public func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp
    ) -> (entry: StateEntry, inserted: Bool) {
        table.withLock { table in
            if let entry = table.live(key.text, at: at) { return (entry, false) }
            let entry = StateEntry(value: value, created: at, expires: expires)
            table.store(entry, under: key.text, at: at)
            return (entry, true)
        }
    }

    public func put(_ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp) {
        table.withLock { table in
            let created = table.live(key.text, at: at)?.created ?? at
            table.store(StateEntry(value: value, created: created, expires: expires), under: key.text, at: at)
        }
    }

    public func increment(_ key: StateKey, by amount: Int, window: Duration, at: Timestamp) -> Int {
        table.withLock { table in
            let counter = table.live(key.text, at: at)
            let count = (counter.flatMap { Int($0.value) } ?? 0).addingReportingOverflow(amount).partialValue
            let created = counter?.created ?? at
            table.store(
                StateEntry(value: String(count), created: created, expires: created + window), under: key.text, at: at)
            return count
        }
    }

    public func remove(_ key: StateKey, at: Timestamp) {
        table.withLock { _ = $0.entries.removeValue(forKey: key.text) }
    }
}

extension MemoryState.Table {
    func live(_ key: String, at: Timestamp) -> StateEntry? {
        entries[key].flatMap { $0.expires > at ? $0 : nil }
    }

    /// Stores an entry; whenever the table has doubled, expired entries go first, so that memory follows the number
    /// of live entries at a constant cost per store.
    mutating func store(_ entry: StateEntry, under key: String, at: Timestamp) {
        entries[key] = entry
        guard entries.count >= sweepAt else { return }
        entries = entries.filter { $0.value.expires > at }
        sweepAt = max(1024, entries.count * 2)
    }
}
