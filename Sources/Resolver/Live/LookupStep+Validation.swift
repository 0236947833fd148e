import DNS

extension LookupStep {
    private static let dname: UInt16 = 39

    /// The step as DNSSEC lets it stand: authentic when the records and every alias that leads to them are secure, a
    /// failure when one of them is bogus (RFC 4035 §5.5). That something does not exist is authentic where NSEC or NSEC3
    /// records prove it. Where a zone that is secure shows no such record at all, they have been taken away: bogus. What is
    /// shown and is no proof here (`DenialOfExistence`) is told all the same, as not authentic.
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
        switch outcome {
        case .answer(.noData), .answer(.nameError):
            let type = outcome == .answer(.noData) ? question.type.code : nil
            guard isSecure else { return with(ttl: lifetime, isAuthentic: false) }
            switch await LookupStep.denial(of: name, type, message, chain, allowance, inquiry) {
            case .proven(let seconds): return with(ttl: lifetime.map { min($0, seconds) }, isAuthentic: true)
            case .unproven: return with(ttl: lifetime, isAuthentic: false)
            case .missing: break
            }
            let nothing = SignedSet(owner: name, type: question.type.code, ttl: 0, records: [], signatures: [])
            switch await chain.verdict(on: nothing, allowance: allowance, asking: inquiry) {
            case .secure, .bogus: return LookupStep(failure: .serverFailure)
            case .indeterminate: return LookupStep(failure: .timeout)
            case .insecure: return with(ttl: lifetime, isAuthentic: false)
            }
        case .answer, .alias: return with(ttl: lifetime, isAuthentic: isSecure)
        }
    }

    /// What the authority section of an answer says of something that does not exist.
    private enum Denial {
        /// It proves it, for so many seconds.
        case proven(seconds: Int)
        /// It shows records of the zone's that prove nothing here.
        case unproven
        /// It shows none.
        case missing
    }

    /// Whether the authority section of `message` proves that `name` does not exist, or with `type` has no records of it.
    private static func denial(
        of name: DomainName, _ type: UInt16?, _ message: DNSMessage, _ chain: ChainOfTrust,
        _ allowance: VerificationAllowance, _ inquiry: ChainOfTrust.Inquiry
    ) async -> Denial {
        let all = SignatureWire.sets(of: message.wire, inAuthority: true) ?? []
        let kinds = [DenialOfExistence.nsec, DenialOfExistence.nsec3]
        let sets = all.filter { kinds.contains($0.type) }.prefix(DenialOfExistence.maximumSets)
        guard let zone = sets.first?.signatures.first?.signer else { return .missing }
        var proven: [SignedSet] = []
        var lifetime = Int.max
        for set in sets where set.signatures.allSatisfy({ $0.signer == zone }) && set.owner.isEqualOrBelow(zone) {
            guard case .secure(let seconds) = await chain.verdict(on: set, allowance: allowance, asking: inquiry) else {
                continue
            }
            proven.append(set)
            lifetime = min(lifetime, seconds)
        }
        guard !proven.isEmpty else { return .missing }
        return DenialOfExistence(sets: proven, zone: zone).denies(name, type: type)
            ? .proven(seconds: lifetime) : .unproven
    }

    /// The same with another time to live and authenticity.
    private func with(ttl: Int?, isAuthentic: Bool) -> LookupStep {
        switch outcome {
        case .answer(.records(let data, _)):
            LookupStep(outcome: .answer(.records(data, authentic: isAuthentic)), ttl: ttl, isAuthentic: isAuthentic)
        case .alias: LookupStep(outcome: outcome, ttl: ttl, isAuthentic: isAuthentic)
        case .answer: LookupStep(outcome: outcome, ttl: ttl, isAuthentic: isAuthentic)
        }
    }
}
