/// What a tuning goes by.
public struct TuningOptions: Sendable {
    /// The share of ham that may be refused, from 0 to 1.
    public var refusedHam = 0.001
    /// What a ham that is caught costs, a spam let through being 1. A ham refused costs ten times as much.
    public var costRatio = 10.0
    /// The most that a weight may become, in thousandths of a point, above zero or below; one that is more stays at most
    /// what it is.
    public var cap = 5000
    /// The messages with a symbol below which its weight is left as it is.
    public var minimumHits = 5
    /// The share of the messages, the newest, that nothing is learned from and results are told for.
    public var holdout = 0.3
    /// Whether weights are learned; else thresholds alone are.
    public var learnsWeights = true
    /// Whether symbols that weigh nothing so far may be given a weight.
    public var weighsNeutral = false

    /// The defaults.
    public init() {}
}
