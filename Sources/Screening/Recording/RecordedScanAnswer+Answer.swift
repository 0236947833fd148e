import SMTP

extension RecordedScanAnswer {
    /// The answer to `question`, written down.
    public init(_ question: ScanQuestion, _ answer: ScanAnswer) {
        self.init(
            scanner: question.scanner.name, sha256: question.digest,
            outcome: Outcome(rawValue: answer.outcome.kind.rawValue) ?? .error, detail: answer.outcome.detail,
            signatures: answer.signatures, repaired: answer.repaired)
    }

    /// What the scanner answered.
    public var answer: ScanAnswer {
        let kind = ScanOutcome.Kind(rawValue: outcome.rawValue) ?? .failed
        return ScanAnswer(ScanOutcome(kind, detail: detail ?? ""), signatures: signatures, repaired: repaired)
    }
}
