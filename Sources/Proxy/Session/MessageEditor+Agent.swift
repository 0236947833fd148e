import Screening

extension MessageEditor {
    /// An editor that does as a policy's section `agent` says; `hostname` is the name of this host. In shadow nothing
    /// is changed.
    public init(_ agent: AgentSettings, hostname: String) {
        self.init(addsVerdictField: agent.addsVerdictField && !agent.isShadow)
        guard !agent.isShadow else { return }
        subjectTag = agent.enforcement.subjectTag
        receivedBy = agent.enforcement.addsReceivedField ? hostname : nil
    }
}
