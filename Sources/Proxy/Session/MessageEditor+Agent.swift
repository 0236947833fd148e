import Screening

extension MessageEditor {
    /// An editor that does as a policy's section `agent` says; `hostname` is the name of this host, `program` that of the
    /// program and its version, `required` the score from which on messages are tagged. In shadow nothing is changed.
    public init(_ agent: AgentSettings, hostname: String, program: String = "assay", required: Int? = nil) {
        self.init(addsVerdictField: agent.addsVerdictField && !agent.isShadow)
        self.hostname = hostname
        guard !agent.isShadow else { return }
        subjectTag = agent.enforcement.subjectTag
        if agent.enforcement.headers == .spamassassin {
            spamFields = SpamReportFields(hostname: hostname, program: program, required: required)
        }
        receivedBy = agent.enforcement.addsReceivedField ? hostname : nil
    }
}
