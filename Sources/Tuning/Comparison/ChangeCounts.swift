import Screening

/// How many messages meet which two fates under two policies, by label.
public struct ChangeCounts: Sendable {
    private var counts: [Key: Int] = [:]

    private struct Key: Hashable {
        let change: PolicyComparison.Change
        let label: RunFindings.Label
    }

    /// No messages yet.
    public init() {}

    /// Adds `count` messages.
    public mutating func add(_ change: PolicyComparison.Change, _ label: RunFindings.Label, count: Int = 1) {
        counts[Key(change: change, label: label), default: 0] += count
    }

    /// The number of messages that meet `from` and then `to`, nil being any fate, of `label`, nil being any label.
    public func count(from: Disposition? = nil, to: Disposition? = nil, label: RunFindings.Label? = nil) -> Int {
        count(label: label) { change in (from ?? change.from) == change.from && (to ?? change.to) == change.to }
    }

    /// The number of messages of `label`, nil being any, whose change `isMeant`.
    func count(label: RunFindings.Label?, where isMeant: (PolicyComparison.Change) -> Bool) -> Int {
        counts.reduce(0) { sum, entry in
            (label ?? entry.key.label) == entry.key.label && isMeant(entry.key.change) ? sum + entry.value : sum
        }
    }

    /// The fates that occur, least severe first.
    public var dispositions: [Disposition] {
        Set(counts.keys.flatMap { [$0.change.from, $0.change.to] }).sorted()
    }

    /// The changes that occur, gravest outcome first.
    public var changes: [PolicyComparison.Change] {
        Set(counts.keys.map(\.change)).filter { $0.from != $0.to }.sorted()
    }

    /// The labels that occur.
    public var labels: [RunFindings.Label] {
        RunFindings.Label.allCases.filter { label in counts.keys.contains { $0.label == label } }
    }
}
