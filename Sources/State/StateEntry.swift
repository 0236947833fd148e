import Values

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

/// What the verbs make of what is there: one definition for every backend, so that none differs from another.
extension StateEntry {
    /// Whether the entry exists at time `at`: it ends at its expiry, not after it.
    public func isLive(at: Timestamp) -> Bool { expires > at }

    /// What `put` stores where `live` is there.
    public static func replacing(_ live: StateEntry?, _ value: String, expires: Timestamp, at: Timestamp) -> StateEntry
    {
        StateEntry(value: value, created: live?.created ?? at, expires: expires)
    }

    /// What `increment` stores where `live` is there: the window opened at the first increment.
    public static func counting(
        _ live: StateEntry?, by amount: Int, window: Duration, at: Timestamp
    ) -> (entry: StateEntry, count: Int) {
        let count = StateCount.sum(live?.value, amount)
        let created = live?.created ?? at
        return (StateEntry(value: String(count), created: created, expires: created + window), count)
    }
}

/// Counters as they are kept: decimal numbers that stop at what every backend can add exactly (Redis' scripts count in
/// IEEE 754 doubles).
public enum StateCount {
    /// The most that a counter counts to, and the least with a minus sign.
    public static let limit = (1 << 53) - 1

    /// The count that `text` stands for; 0 where it stands for none.
    public static func value(_ text: String) -> Int {
        let digits = text.utf8.first == .hyphen ? text.utf8.dropFirst() : text.utf8[...]
        guard (1...16).contains(digits.count), digits.allSatisfy(\.isDigit), let value = Int(text),
            value.magnitude <= limit.magnitude
        else { return 0 }
        return value
    }

    /// A counter, or none yet, with `amount` more.
    static func sum(_ text: String?, _ amount: Int) -> Int {
        clamped((text.map(value) ?? 0) + clamped(amount))
    }

    /// The nearest number that can be counted to.
    public static func clamped(_ number: Int) -> Int { min(max(number, -limit), limit) }
}
