import DNS
import Values

extension SPFEvaluation {
    /// A domain-spec expanded (RFC 7208 §4.8): octets fit for a name, or nil when the term can never match because the
    /// local-part has octets past ASCII (RFC 8616 §4).
    mutating func target(_ spec: SPFMacroString, domain: [UInt8]) async throws(Failure) -> [UInt8]? {
        let validated = spec.usesValidatedName ? await validatedName(for: domain) : []
        guard let expansion = spec.expanded(with: values(domain: domain, validated: validated), budget: &macroBudget)
        else {
            throw SPFEvaluation.permanent("macros expand to more than \(limits.macroOctets) octets")
        }
        guard expansion.allSatisfy({ $0 < 0x80 }) else { return nil }
        return SPFMacroString.fitted(expansion)
    }

    /// The name a mechanism asks about: its domain-spec's, or the current domain. Nil when the expansion is no domain
    /// name (an empty label, one over 63 octets): RFC 7208 §4.8 leaves it open, and we take such a name for one that
    /// does not exist, because a sender could otherwise turn any policy with macros into a permerror.
    mutating func targetName(_ spec: SPFMacroString?, domain: [UInt8]) async throws(Failure) -> DomainName? {
        guard let spec else { return DomainName(unescaped: domain) }
        return try await target(spec, domain: domain).flatMap { DomainName(unescaped: $0) }
    }

    func values(domain: [UInt8], validated: [UInt8]) -> SPFMacroValues {
        SPFMacroValues(
            sender: sender, domain: domain, ip: query.ip, helo: helo, validatedName: validated,
            receiver: SPFQuery.ascii((query.receiver ?? "unknown").utf8), now: query.now)
    }

    /// The text of an `exp=` (RFC 7208 §6.2), or nil when anything is wrong with it: a fail stays a fail without one.
    mutating func explanation(from source: (spec: SPFMacroString, domain: [UInt8])) async -> String? {
        lookups.startExplanation()
        guard let target = try? await target(source.spec, domain: source.domain),
            let name = DomainName(unescaped: target)
        else { return nil }
        let question = DNSQuestion(name, .txt)
        let answer = await lookups.answer(to: question)
        if answer == .unrecorded { lookups.want([question]) }
        guard case .records(let records, _) = answer, records.count == 1, case .txt(let strings)? = records.first
        else { return nil }
        let text = strings.flatMap { $0 }
        guard let explanation = try? SPFMacroString(text[...], place: .explanation, term: text[...]) else { return nil }
        let validated = explanation.usesValidatedName ? await validatedName(for: source.domain) : []
        var budget = min(macroBudget, limits.macroOctets)
        guard
            let expansion = explanation.expanded(
                with: values(domain: source.domain, validated: validated), budget: &budget),
            expansion.count <= limits.explanationOctets
        else { return nil }
        return SPFText.printable(expansion)
    }
}
