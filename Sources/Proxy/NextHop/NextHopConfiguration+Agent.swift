import Screening

extension NextHopConfiguration {
    /// The servers behind as a policy's section `agent` has them; `tls` makes the handshakes.
    public init(_ agent: AgentSettings, tls: TLSConnector?) {
        self.init(agent.nextHop)
        let settings = agent.nextHopTLS
        protection = settings.protection
        isImplicitTLS = settings.isImplicit
        self.tls = tls
        requiresTLS = { settings.isRequired(for: $0) }
        identification = agent.identification
        timeouts.connect = agent.timeouts.connect
        timeouts.command = agent.timeouts.answer
        timeouts.greeting = min(timeouts.greeting, agent.timeouts.answer)
        // RFC 5321 §4.5.3.2.4: DATA has two minutes; whoever gives other commands less means this one too.
        timeouts.dataBegin = min(timeouts.dataBegin, agent.timeouts.answer)
        timeouts.dataEnd = agent.timeouts.delivery
        timeouts.handshake = agent.tls.handshakeTimeout
    }
}
