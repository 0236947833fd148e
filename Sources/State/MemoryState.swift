import Synchronization
import Values

/// State kept in this process's memory: for replays, and for an agent that may forget at a restart.
public final class MemoryState: StateInventory {
    fileprivate struct Table {
        var entries: [String: StateEntry] = [:]
        /// The size at which entries that are of no use any more are looked for next.
        var sweepAt = 1024
        let limit: Int
        /// Entries given up for want of room since somebody asked.
        var forgotten = 0
    }

    private let table: Mutex<Table>

    /// An empty store of at most `limit` entries: beyond, those that would expire first are given up.
    public init(limit: Int = .max) { table = Mutex(Table(limit: max(limit, 16))) }

    /// How many entries there are, expired ones that nobody has swept away yet among them.
    public var count: Int { table.withLock { $0.entries.count } }

    /// How many entries were given up for want of room since this was last asked.
    public func takeForgotten() -> Int {
        table.withLock { table in
            defer { table.forgotten = 0 }
            return table.forgotten
        }
    }

    public func get(_ key: StateKey, at: Timestamp) -> StateEntry? {
        let text = key.text
        return table.withLock { $0.live(text, at: at) }
    }

    public func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp
    ) -> (entry: StateEntry, inserted: Bool) {
        change(key, at: at) { live in
            if let live { return (nil, (live, false)) }
            let entry = StateEntry(value: value, created: at, expires: expires)
            return (entry, (entry, true))
        }
    }

    public func put(_ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp) {
        change(key, at: at) { (StateEntry.replacing($0, value, expires: expires, at: at), ()) }
    }

    public func increment(_ key: StateKey, by amount: Int, window: Duration, at: Timestamp) -> Int {
        change(key, at: at) { live in
            let (entry, count) = StateEntry.counting(live, by: amount, window: window, at: at)
            return (entry, count)
        }
    }

    private func change<Answer: Sendable>(
        _ key: StateKey, at: Timestamp, _ decide: (StateEntry?) -> (StateEntry?, Answer)
    ) -> Answer {
        let text = key.text
        return table.withLock { $0.change(text, at: at, decide) }
    }

    public func remove(_ key: StateKey, at: Timestamp) {
        table.withLock { _ = $0.entries.removeValue(forKey: key.text) }
    }

    public func entries(under prefix: String, _ body: ([HeldEntry]) async throws -> Bool) async throws {
        let held = table.withLock { table in
            table.entries.compactMap { text, entry -> HeldEntry? in
                guard text.utf8.starts(with: prefix.utf8), let key = StateKey(text: text) else { return nil }
                return HeldEntry(key, entry)
            }
        }
        _ = try await body(held.sorted { $0.key < $1.key })
    }

    public func restore(_ entries: [HeldEntry]) {
        table.withLock { table in
            for held in entries { table.store(held.entry, under: held.key.text, at: held.entry.created) }
        }
    }

    public func remove(_ keys: [StateKey]) {
        table.withLock { table in
            for key in keys { table.entries.removeValue(forKey: key.text) }
        }
    }

    public func close() {}
}

extension MemoryState.Table {
    func live(_ key: String, at: Timestamp) -> StateEntry? {
        entries[key].flatMap { $0.isLive(at: at) ? $0 : nil }
    }

    /// Stores what `decide` makes of the entry under `key`, where it makes anything. It is looked for once.
    mutating func change<Answer>(
        _ key: String, at: Timestamp, _ decide: (StateEntry?) -> (StateEntry?, Answer)
    ) -> Answer {
        let answer = MemoryState.Table.change(&entries[key], at: at, decide)
        sweep(at: at)
        return answer
    }

    private static func change<Answer>(
        _ held: inout StateEntry?, at: Timestamp, _ decide: (StateEntry?) -> (StateEntry?, Answer)
    ) -> Answer {
        let (entry, answer) = decide(held.flatMap { $0.isLive(at: at) ? $0 : nil })
        if let entry { held = entry }
        return answer
    }

    mutating func store(_ entry: StateEntry, under key: String, at: Timestamp) {
        entries[key] = entry
        sweep(at: at)
    }

    /// Whenever the table has doubled, expired entries go first, so that memory follows the number of live entries at a
    /// constant cost per store.
    private mutating func sweep(at: Timestamp) {
        guard entries.count >= sweepAt else { return }
        let start = at - StateSlack.duration
        entries = entries.filter { $0.value.expires > start }
        if entries.count > limit / 4 * 3 { giveUp(entries.count - limit / 2) }
        sweepAt = min(max(1024, entries.count * 2), limit)
    }

    /// Removes `count` entries, those first that would expire first.
    private mutating func giveUp(_ count: Int) {
        let order = entries.map { (expires: $0.value.expires, key: $0.key) }
            .sorted { ($0.expires, $0.key) < ($1.expires, $1.key) }
        for victim in order.prefix(count) { entries.removeValue(forKey: victim.key) }
        forgotten += count
    }
}
