/// Counts by name, of which only the frequent ones are kept where there are very many.
public struct LogTop: Sendable, Hashable {
    /// How many different names were let go of: the counts of those that are left may be too low where there are some.
    public private(set) var forgottenCount = 0
    private var counts: [String: Int] = [:]
    private let limit: Int

    /// Counts nothing yet; at most twice `limit` names are held.
    public init(limit: Int = 20_000) { self.limit = limit }

    mutating func add(_ name: String, _ count: Int = 1) {
        counts[name, default: 0] += count
        guard counts.count > 2 * limit else { return }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        forgottenCount += sorted.count - limit
        counts = Dictionary(uniqueKeysWithValues: sorted.prefix(limit).map { ($0.key, $0.value) })
    }

    /// How many names are held.
    public var count: Int { counts.count }

    /// The sum of all counts that are held.
    public var total: Int { counts.values.reduce(0, +) }

    /// The most frequent names.
    public func top(_ count: Int) -> [(name: String, count: Int)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { (name: $0.key, count: $0.value) }
    }

    /// The count of a name.
    public subscript(_ name: String) -> Int { counts[name] ?? 0 }
}
