extension Judge {
    /// The verdict at `phase` on what a transaction holds so far. At RCPT only what no verdict has answered yet counts,
    /// as it is about the recipient at hand; at the message findings about single recipients are judged per recipient
    /// and folded.
    func verdict(at phase: Phase, on judgement: TransactionRecord.Judgement) -> Verdict {
        var findings = judgement.findings
        // An observation has no reply of its own: a refusal that it asks for is given to the next command.
        for index in judgement.ruledCount..<findings.count where findings[index].phase == .observe {
            findings[index] = findings[index].asked(at: phase)
        }
        switch phase {
        case .rcpt:
            let verdict = verdict(at: phase, on: Array(findings[judgement.ruledCount...]))
            return Verdict(
                phase: phase, disposition: verdict.disposition, score: judgement.score, reply: verdict.reply,
                grounds: verdict.grounds)
        case .message:
            return verdict(
                at: .message, on: findings, foldingBy: policy.mixedRecipients, accepted: judgement.acceptedRecipients)
        case .connect, .helo, .tls, .auth, .mail, .observe:
            return verdict(at: phase, on: findings)
        }
    }
}
