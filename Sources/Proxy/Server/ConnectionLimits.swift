import Screening

/// The most connections that there may be at once.
public struct ConnectionLimits: Sendable, Hashable {
    /// Of all clients.
    public var total = Int.max
    /// Of one address.
    public var perAddress = Int.max
    /// Of one network; never fewer than of one address.
    public var perNetwork = Int.max
    /// How many bits of an IPv4 address name its network.
    public var prefix4 = 24
    /// How many bits of an IPv6 address name its network.
    public var prefix6 = 64

    /// No limits.
    public init() {}
}

extension ConnectionLimits {
    /// The limits of a policy's section `agent`.
    public init(_ agent: AgentSettings) {
        self.init()
        (total, perAddress) = (agent.maximumConnections, agent.maximumConnectionsPerAddress)
        perNetwork = agent.operation.maximumConnectionsPerNetwork
        (prefix4, prefix6) = (agent.operation.networkPrefix4, agent.operation.networkPrefix6)
    }
}
