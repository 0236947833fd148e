import Values

/// What a state store answered to one verb: enough to answer the same again in a replay.
public struct RecordedStateAnswer: Sendable, Hashable {
    /// What was asked of the store.
    public let verb: Verb
    /// The key in its text form.
    public let key: String
    /// The entry afterwards; nil when there is none.
    public let value: String?
    /// When the entry was first stored.
    public let created: Timestamp?
    /// From when on the entry does not exist.
    public let expires: Timestamp?
    /// For `insertIfAbsent`: whether the entry is new.
    public let inserted: Bool?
    /// For `increment`: the count within the window.
    public let count: Int?
    /// What the store reported instead of an answer.
    public let error: String?

    /// The verbs of a state store.
    public enum Verb: String, Sendable, Hashable, CaseIterable {
        case get, insertIfAbsent, put, increment, remove
    }

    /// An answer, field by field.
    public init(
        verb: Verb, key: String, value: String? = nil, created: Timestamp? = nil, expires: Timestamp? = nil,
        inserted: Bool? = nil, count: Int? = nil, error: String? = nil
    ) {
        (self.verb, self.key, self.value, self.created, self.expires) = (verb, key, value, created, expires)
        (self.inserted, self.count, self.error) = (inserted, count, error)
    }
}
