import Screening

extension NextHopConfiguration {
    /// The servers behind as a policy's section `agent` has them.
    public init(_ agent: AgentSettings) {
        self.init(agent.nextHop)
        protection = agent.nextHopTLS
        identification = agent.identification
        timeouts.connect = agent.timeouts.connect
        timeouts.command = agent.timeouts.answer
        timeouts.dataEnd = agent.timeouts.delivery
    }
}
