import Policy

extension Judge {
    /// What this judge's policy makes of what was found in `record` under another one: findings are weighed anew and
    /// each checkpoint is ruled on anew, without a look at the message or the DNS.
    ///
    /// What stages that the policy turns off had found is left out. What they would have found under other settings is
    /// not known here; but what depends on the score and on other findings alone is found anew, and where that cannot be
    /// told, `notEvaluated` says so.
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
            var answered: [WeighedFinding] = []
            while let finding = left.first, finding.isAnswered(at: phase, recipient: recipient) {
                left.removeFirst()
                if !disabled.contains(finding.stage) { answered.append(finding) }
            }
            if phase == .rcpt { recipient += 1 }
            if phase == .message {
                reconsider(answered, in: &new)
            } else {
                for finding in answered { new.weighAnew(finding, by: self) }
            }
            new.add(verdict(at: phase, on: new))
        }
        for finding in left where !disabled.contains(finding.stage) { new.weighAnew(finding, by: self) }
        if old.verdicts.contains(where: { $0.phase == .observe }) {
            let ends = new.findings.filter { $0.phase == .observe }.map { verdict(at: .observe, on: [$0]) }
            if let end = ends.first(where: { $0.disposition == .disconnect }) { new.add(end) }
        }
        return new
    }

    /// Weighs anew what was found in a message. Stages that go by what others had found before have their say again.
    private func reconsider(_ findings: [WeighedFinding], in judgement: inout TransactionRecord.Judgement) {
        let stages = policy.stages.enumerated().filter { _, stage in
            stage.isEnabled && stage.phases.contains(.message) && stage.settings.reconsiders
        }
        guard !stages.isEmpty else {
            for finding in findings { judgement.weighAnew(finding, by: self) }
            return
        }
        var left = findings[...]
        let places = Dictionary(
            policy.stages.enumerated().map { ($0.element.manifest.id, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        for (place, stage) in stages {
            // What was seen between checkpoints is of no stage's turn.
            while let finding = left.first, finding.phase == .observe || places[finding.stage] ?? 0 < place {
                judgement.weighAnew(finding, by: self)
                left.removeFirst()
            }
            let count = left.prefix { $0.stage == stage.manifest.id && $0.phase == .message }.count
            let own = left.prefix(count)
            left = left.dropFirst(count)
            let earlier = EarlierFindings(judgement.findings.map(\.finding)) { policy.weight(of: $0).value }
            let report = stage.settings.reconsidered(own.map(\.finding), after: earlier)
            for finding in report?.findings ?? own.map(\.finding) {
                judgement.add(weigh(finding, stage: stage.manifest.id, phase: .message))
            }
            judgement.add((report?.notEvaluated ?? []).map { NotEvaluated(stage: stage.manifest.id, omission: $0) })
        }
        for finding in left { judgement.weighAnew(finding, by: self) }
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
