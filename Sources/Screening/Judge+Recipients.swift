import Values

extension Judge {
    /// The verdict at the message where some findings are about single recipients: each accepted recipient is judged
    /// by what concerns it, and `rule` folds the outcomes into the one reply the protocol has.
    func verdict(
        at phase: Phase, on findings: [WeighedFinding], foldingBy rule: MixedRecipients,
        accepted recipients: @autoclosure () -> [Int]
    ) -> Verdict {
        let perRecipient = findings.contains { if case .recipient = $0.finding.scope { true } else { false } }
        guard perRecipient else { return verdict(at: phase, on: findings) }
        let accepted = recipients()
        guard !accepted.isEmpty else { return verdict(at: phase, on: findings) }
        let verdicts = accepted.map { recipient in
            verdict(
                at: phase,
                on: findings.filter { finding in
                    if case .recipient(let other) = finding.finding.scope { other == recipient } else { true }
                })
        }
        let disposition = fold(verdicts.map(\.disposition), by: rule)
        return verdicts.first { $0.disposition == disposition } ?? verdict(at: phase, on: findings)
    }
}
