import DNS

extension LookupStep {
    private static let dname: UInt16 = 39

    /// The step as DNSSEC lets it stand: authentic when the records and every alias that leads to them are secure, a
    /// failure when one of them is bogus (RFC 4035 §5.5). What does not exist is never authentic, as its proof is not
    /// read.
    func validated(
        _ message: DNSMessage, to question: DNSQuestion, by chain: ChainOfTrust, asking inquiry: ChainOfTrust.Inquiry
    ) async -> LookupStep {
        guard let sets = SignatureWire.sets(of: message.wire) else { return LookupStep(failure: .serverFailure) }
        let allowance = VerificationAllowance()
        var isSecure = true
        var lifetime = ttl
        var name = question.name
        for _ in 0...LookupStep.maximumLinks {
            let own = sets.first { $0.owner == name && $0.type == question.type.code }
            let alias = sets.first { $0.owner == name && $0.type == RecordType.cname.code }
            guard let set = alias ?? own else { break }
            let isSynthetic = sets.contains { other in
                other.type == LookupStep.dname && name != other.owner && name.isEqualOrBelow(other.owner)
            }
            if set.type == RecordType.cname.code, set.signatures.isEmpty, isSynthetic {
                // RFC 6672 §5.3.1: a CNAME made of a DNAME has no signature; it is not made anew here, and not secure.
                isSecure = false
            } else {
                switch await chain.verdict(on: set, allowance: allowance, asking: inquiry) {
                case .secure(let seconds): lifetime = lifetime.map { min($0, seconds) }
                case .insecure: isSecure = false
                case .bogus: return LookupStep(failure: .serverFailure)
                case .indeterminate: return LookupStep(failure: .timeout)
                }
            }
            guard alias != nil, question.type != .cname, let target = set.records.first,
                let (next, _) = DomainName.reading(target[...])
            else { break }
            name = next
        }
        return with(ttl: lifetime, isAuthentic: isSecure)
    }

    /// The same with another time to live and authenticity; only records and aliases can be authentic.
    private func with(ttl: Int?, isAuthentic: Bool) -> LookupStep {
        switch outcome {
        case .answer(.records(let data, _)):
            LookupStep(outcome: .answer(.records(data, authentic: isAuthentic)), ttl: ttl, isAuthentic: isAuthentic)
        case .alias: LookupStep(outcome: outcome, ttl: ttl, isAuthentic: isAuthentic)
        case .answer: LookupStep(outcome: outcome, ttl: ttl, isAuthentic: false)
        }
    }
}
