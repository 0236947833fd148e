/// How chains are validated.
public struct ARCOptions: Sendable {
    /// What keys and algorithms must be. Unsigned fields besides signed ones are another matter: `From` alone counts.
    public var requirements: DKIMRequirements
    /// Chains of more sets fail. RFC 8617 §5.2 sets 50, the most that is taken here.
    public var maximumSets: Int
    /// Keys read before; share one among all messages.
    public var keys: DKIMKeyCache

    public init(
        requirements: DKIMRequirements = .standard, maximumSets: Int = 50, keys: DKIMKeyCache = DKIMKeyCache()
    ) {
        (self.requirements, self.maximumSets, self.keys) = (requirements, maximumSets, keys)
    }
}
