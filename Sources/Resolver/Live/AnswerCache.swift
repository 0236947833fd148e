import DNS

/// Values kept until they expire, at most so many of them.
///
/// There are two generations: when the younger is full it becomes the elder, and what nobody asked for since goes. So
/// room is made in constant time, and what is in use stays.
struct AnswerCache<Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let expiry: ContinuousClock.Instant
    }

    private let generationSize: Int
    private var young: [DNSQuestion: Entry] = [:]
    private var old: [DNSQuestion: Entry] = [:]

    /// An empty cache for at most `limit` values.
    init(limit: Int) { generationSize = max(1, limit / 2) }

    /// How many values there are, expired ones among them.
    var count: Int { young.count + old.count }

    /// The value for `question` and how long it holds.
    mutating func value(
        for question: DNSQuestion, at now: ContinuousClock.Instant
    ) -> (value: Value, remaining: Duration)? {
        if let entry = young[question] {
            return entry.expiry > now ? (entry.value, now.duration(to: entry.expiry)) : nil
        }
        guard let entry = old.removeValue(forKey: question), entry.expiry > now else { return nil }
        insert(entry, for: question)
        return (entry.value, now.duration(to: entry.expiry))
    }

    /// Keeps a value until `expiry`, in place of an earlier one.
    mutating func keep(_ value: Value, for question: DNSQuestion, until expiry: ContinuousClock.Instant) {
        old.removeValue(forKey: question)
        insert(Entry(value: value, expiry: expiry), for: question)
    }

    private mutating func insert(_ entry: Entry, for question: DNSQuestion) {
        if young.count >= generationSize, young[question] == nil { (old, young) = (young, [:]) }
        young[question] = entry
    }
}
