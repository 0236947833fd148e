extension Judge {
    /// What this judge's policy makes of what was found in `record` under another one: findings are weighed anew and
    /// each checkpoint is ruled on anew, without a look at the message or the DNS.
    ///
    /// What stages that the policy turns off had found is left out. What they would have found under other settings is
    /// not known here.
    public func rejudge(_ record: TransactionRecord) -> TransactionRecord.Judgement {
        let old = record.judgement
        let disabled = Set(policy.stages.filter { !$0.isEnabled }.map(\.manifest.id))
        var new = TransactionRecord.Judgement(
            findings: [], effects: old.effects, notEvaluated: old.notEvaluated.filter { !disabled.contains($0.stage) },
            evaluations: old.evaluations.filter { !disabled.contains($0.stage) }, verdicts: [])
        var left = old.findings[...]
        var recipient = 0
        for phase in record.checkpoints {
            // Findings stand in the order of the verdicts that answer them.
            while let finding = left.first, finding.isAnswered(at: phase, recipient: recipient) {
                left.removeFirst()
                new.weighAnew(finding, by: self, leavingOut: disabled)
            }
            if phase == .rcpt { recipient += 1 }
            new.add(verdict(at: phase, on: new))
        }
        for finding in left { new.weighAnew(finding, by: self, leavingOut: disabled) }
        return new
    }
}

extension TransactionRecord {
    /// The checkpoints that were ruled on, one at RCPT for each recipient, as far as they matter: where nothing was
    /// found before the last one, nothing was refused.
    fileprivate var checkpoints: [Phase] {
        let told = (judgement.verdicts.map(\.phase) + judgement.findings.map(\.phase)).filter { $0 != .observe }
        guard let furthest = id == nil ? told.max() : Phase.message else { return [] }
        var checkpoints: [Phase] = []
        for finding in judgement.findings where finding.phase < .rcpt && finding.phase != checkpoints.last {
            checkpoints.append(finding.phase)
        }
        checkpoints += recipients.indices.map { _ in .rcpt }
        return checkpoints.last == furthest ? checkpoints : checkpoints + [furthest]
    }
}

extension WeighedFinding {
    /// Whether a verdict at `phase`, at RCPT the one on the recipient with this number, is the first to answer it.
    fileprivate func isAnswered(at phase: Phase, recipient: Int) -> Bool {
        if self.phase == .observe { return true }
        guard self.phase == phase else { return false }
        if phase == .rcpt, case .recipient(let number) = finding.scope { return number == recipient }
        return true
    }
}
