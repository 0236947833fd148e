/// A table of the latest keys: of more than twice its limit, those that came first are forgotten.
struct RecentTable<Value: Sendable>: Sendable {
    private var values: [[UInt8]: Value] = [:]
    private var order: [[UInt8]] = []
    private let limit: Int

    /// An empty table.
    init(limit: Int) { self.limit = limit }

    subscript(key: [UInt8]) -> Value? {
        get { values[key] }
        set {
            guard let newValue else { return remove(key) }
            if values.updateValue(newValue, forKey: key) == nil { note(key) }
        }
    }

    subscript(key: [UInt8], default value: @autoclosure () -> Value) -> Value {
        get { values[key] ?? value() }
        set { self[key] = newValue }
    }

    mutating func remove(_ key: [UInt8]) { values[key] = nil }

    /// Remembers that a key has come. Keys that are gone stay in the order until it is twice as long as the table may be.
    private mutating func note(_ key: [UInt8]) {
        order.append(key)
        guard order.count > 2 * limit else { return }
        for old in order.prefix(limit) { values[old] = nil }
        order.removeFirst(limit)
    }
}
