import DNS
import Values

extension SPFEvaluation {
    /// A domain-spec expanded (RFC 7208 §4.8), or nil when the term can never match because the local-part has octets
    /// past ASCII (RFC 8616 §4).
    mutating func target(_ spec: SPFMacroString, domain: SPFDomain) throws(Interruption) -> SPFDomain? {
        if let literal = spec.literalDomain, macroBudget >= spec.text.utf8.count {
            macroBudget -= spec.text.utf8.count
            return literal
        }
        let validated = spec.usesValidatedName ? try validatedName(for: domain) : []
        guard let expansion = spec.expanded(with: values(domain: domain, validated: validated), budget: &macroBudget)
        else {
            throw SPFEvaluation.permanent("macros expand to more than \(limits.macroOctets) octets")
        }
        guard expansion.allSatisfy({ $0 < 0x80 }) else { return nil }
        return SPFDomain(SPFMacroString.fitted(expansion))
    }

    /// The name a mechanism asks about: its domain-spec's, or the current domain. Nil when the expansion is no domain
    /// name (an empty label, one over 63 octets): RFC 7208 §4.8 leaves it open, and we take such a name for one that
    /// does not exist, because a sender could otherwise turn any policy with macros into a permerror.
    mutating func targetName(_ spec: SPFMacroString?, domain: SPFDomain) throws(Interruption) -> DomainName? {
        guard let spec else { return domain.name }
        return try target(spec, domain: domain)?.name
    }

    func values(domain: SPFDomain, validated: [UInt8]) -> SPFMacroValues {
        SPFMacroValues(
            sender: sender, domain: domain.bytes, ip: query.ip, helo: helo, validatedName: validated,
            receiver: query.receiver, now: query.now)
    }

    /// The text of an `exp=` (RFC 7208 §6.2), or nil when anything is wrong with it: a fail stays a fail without one.
    mutating func explanation(
        from source: (spec: SPFMacroString, domain: SPFDomain)
    ) throws(Interruption) -> String? {
        lookups.startExplanation()
        let target: SPFDomain?
        do {
            target = try self.target(source.spec, domain: source.domain)
        } catch {
            guard case .failure = error else { throw error }
            return nil
        }
        guard let name = target?.name else { return nil }
        let question = DNSQuestion(name, .txt)
        let answer = try lookups.answer(to: question)
        if answer == .unrecorded { lookups.want([question]) }
        guard case .records(let records, _) = answer, records.count == 1, case .txt(let strings)? = records.first
        else { return nil }
        let text = strings.flatMap { $0 }
        guard let explanation = try? SPFMacroString(text[...], place: .explanation, term: text[...]) else { return nil }
        let validated = explanation.usesValidatedName ? try validatedName(for: source.domain) : []
        var budget = min(macroBudget, limits.macroOctets)
        guard
            let expansion = explanation.expanded(
                with: values(domain: source.domain, validated: validated), budget: &budget),
            expansion.count <= limits.explanationOctets
        else { return nil }
        return SPFText.printable(expansion)
    }
}
