import DNS
import Mail
import Values

extension DKIMVerifier {
    /// What each DKIM-Signature field of `message` is worth, topmost first, as far as it is made with a key that
    /// `published` knows the record of, by its domain and selector. Nobody asks the DNS: whoever has the private key
    /// knows what is published.
    public static func verify(
        _ message: Message, by published: (_ domain: DomainName, _ selector: DomainName) -> DKIMKeyText?,
        now: Timestamp, options: DKIMOptions = DKIMOptions()
    ) -> [DKIMOutcome] {
        var evaluation = DKIMEvaluation(message: message, now: now, options: options)
        return read(message, maximum: options.maximumSignatures).compactMap { candidate in
            guard let signature = candidate.signature, let record = published(signature.domain, signature.selector)
            else { return nil }
            let answer = DNSAnswer.records([.txt([Bytes(record.text)])], authentic: false)
            var outcome = candidate.outcome
            evaluation.evaluate(signature, at: candidate.index, answer: answer, outcome: &outcome)
            return outcome
        }
    }
}
