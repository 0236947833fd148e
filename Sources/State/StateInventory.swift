import Values

/// An entry together with its key.
public struct HeldEntry: Sendable, Hashable {
    /// Where it is kept.
    public let key: StateKey
    /// What is kept.
    public let entry: StateEntry

    /// An entry under a key.
    public init(_ key: StateKey, _ entry: StateEntry) { (self.key, self.entry) = (key, entry) }
}

/// A store whose entries can be listed and put back whole: for people who look after it, never for stages.
public protocol StateInventory: StateStore {
    /// Gives `body` all entries whose keys' texts begin with `prefix`, expired ones too, in the order of their keys, a
    /// batch at a time, until it answers false. What other programs change meanwhile may be there or not.
    func entries(under prefix: String, _ body: ([HeldEntry]) async throws -> Bool) async throws

    /// Stores entries as they are, their times included, over those that are there; expired ones too.
    func restore(_ entries: [HeldEntry]) async throws

    /// Removes the entries under `keys`.
    func remove(_ keys: [StateKey]) async throws

    /// Lets go of what the store holds open.
    func close() async
}

/// How long backends keep an entry after it has expired: event time may go back by as much, as when a clock is set, and
/// all of them still give the same answers.
public enum StateSlack {
    /// An hour.
    public static let duration: Duration = .seconds(3600)
}
