/// What the effects of stages have exempted a session from so far. The first reason for anything stands.
public struct GrantedExemptions: Sendable {
    private var stages: [String: StageReport.Omission] = [:]
    private var classes: [Exemption: StageReport.Omission] = [:]

    /// Nothing granted.
    public init() {}

    /// Takes over what `effect` grants; most effects grant nothing.
    public mutating func add(_ effect: Effect) {
        switch effect {
        case .exempt(let stages, let reason):
            for stage in stages where self.stages[stage] == nil { self.stages[stage] = StageReport.Omission(reason) }
        case .countAs(let exemption, let reason):
            if classes[exemption] == nil { classes[exemption] = reason }
        case .delayReply, .limitRate, .shareRate, .addHeader, .removeHeader, .signDKIM, .sealARC, .rewriteReversePath,
            .rewriteRecipient, .editContent, .copy, .redirect, .later, .writeHeader, .withholdTLS:
            break
        }
    }

    /// Why the stage with this id is left out, whatever the policy says of its exemptions.
    func reason(toLeaveOut stage: String) -> StageReport.Omission? { stages[stage] }

    /// Why the client counts among `exemption`, for the stages that exempt them.
    func reason(toCountAs exemption: Exemption) -> StageReport.Omission? { classes[exemption] }
}
