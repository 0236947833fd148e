/// The features of a message: numbers of 24 bits, each once in its group, in the order in which they were met.
public struct MessageFeatures: Sendable, Hashable {
    /// The features of each group, in the order of `FeatureGroup`.
    public internal(set) var groups: [[UInt32]]

    init() { groups = Array(repeating: [], count: FeatureGroup.allCases.count) }

    /// Features of groups, in the order of `FeatureGroup`.
    init(groups: [[UInt32]]) { self.groups = groups }

    /// How many features there are.
    public var count: Int { groups.reduce(0) { $0 + $1.count } }
}
