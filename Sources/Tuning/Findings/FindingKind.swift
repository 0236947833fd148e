import Screening

/// What findings of one sort share: who found what, when, and about whom. It is all that weighing looks at.
public struct FindingKind: Sendable, Hashable {
    /// The stage that found it.
    public let stage: String
    /// The phase in which it was found.
    public let phase: Phase
    /// What was found.
    public let symbol: Symbol
    /// What it is about.
    public let scope: Finding.Scope

    /// Findings of `symbol` that `stage` makes in `phase` about `scope`.
    public init(stage: String, phase: Phase, symbol: Symbol, scope: Finding.Scope) {
        (self.stage, self.phase, self.symbol, self.scope) = (stage, phase, symbol, scope)
    }
}
