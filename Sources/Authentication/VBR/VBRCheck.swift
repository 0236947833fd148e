import DNS
import Mail
import Values

/// Checks whether somebody trusted vouches for a message (RFC 5518 §3).
///
/// Pure apart from the DNS lookups. What a message says of itself is believed only about domains that are known to
/// answer for it.
public enum VBRCheck {
    /// The fields of a message that are looked at.
    public static let maximumFields = 100

    /// Checks the VBR-Info fields of a header. `identities` are the domains that DKIM and SPF have authenticated,
    /// `undecided` those of which they could not tell for now. At most `maximumLookups` certifiers are asked, one after
    /// the other, until one vouches.
    public static func evaluate(
        _ header: HeaderBlock, identities: [VBRIdentity], undecided: [String] = [], trusting trust: VBRTrust,
        dns: any DNSView, maximumLookups: Int = 10
    ) async -> VBROutcome {
        var evaluation = VBREvaluation(dns: dns, maximumLookups: maximumLookups)
        return await evaluation.outcome(
            of: header.all("VBR-Info").prefix(maximumFields).map(Claim.init), identities: identities,
            undecided: undecided, trust: trust)
    }

    /// A field, read.
    struct Claim: Sendable {
        let range: Range<Int>
        let info: Result<VBRInfo, VBRSyntaxError>

        init(_ field: HeaderField) { (range, info) = (field.range, VBRInfo.parse(field.rawValue)) }
    }
}

/// One check on its way.
private struct VBREvaluation {
    let dns: any DNSView
    let maximumLookups: Int
    private var exchanges: [DNSExchange] = []
    private var answers: [DNSQuestion: VBROutcome.Reason] = [:]

    init(dns: any DNSView, maximumLookups: Int) { (self.dns, self.maximumLookups) = (dns, maximumLookups) }

    /// A claim about an authenticated domain, or the first about any.
    private struct Subject {
        let range: Range<Int>
        let info: VBRInfo
        var method: VBRIdentity.Method?
    }

    mutating func outcome(
        of claims: [VBRCheck.Claim], identities: [VBRIdentity], undecided: [String], trust: VBRTrust
    ) async -> VBROutcome {
        let subjects = claims.compactMap { claim in
            (try? claim.info.get()).map { Subject(range: claim.range, info: $0) }
        }
        guard let first = subjects.first else {
            guard let claim = claims.first, case .failure(let fault) = claim.info else { return none(.noField) }
            return none(.syntax, fault: fault.description, range: claim.range)
        }
        // RFC 5518 §4: all VBR-Info fields of a message MUST have identical mc= values; RFC 6212 §3: else it fails.
        guard subjects.allSatisfy({ $0.info.content == first.info.content }) else {
            return made(.fail, .contentsDiffer, first)
        }
        let authenticated = VBREvaluation.authenticated(subjects, by: identities)
        guard let leading = authenticated.first else {
            let open = Set(undecided.compactMap { VBRInfo.domain($0) })
            if let subject = subjects.first(where: { open.contains($0.info.domain) }) {
                return made(.temperror, .undecided, subject)
            }
            return made(VBRResult.none, .unauthenticated, first)
        }
        return await ask(about: authenticated, leading: leading, trust)
    }

    /// RFC 5518 §7: the claims whose `md=` is a domain that an authentication method gave, the rest left out.
    private static func authenticated(_ subjects: [Subject], by identities: [VBRIdentity]) -> [Subject] {
        var methods: [DomainName: VBRIdentity.Method] = [:]
        for identity in identities {
            guard let name = VBRInfo.domain(identity.domain), methods[name] == nil else { continue }
            methods[name] = identity.method
        }
        return subjects.compactMap { subject in
            guard let method = methods[subject.info.domain] else { return nil }
            var subject = subject
            subject.method = method
            return subject
        }
    }

    /// RFC 5518 §4: each field in turn until a certifier is found that satisfies.
    private mutating func ask(
        about subjects: [Subject], leading: Subject, _ trust: VBRTrust
    ) async -> VBROutcome {
        var reasons: [VBROutcome.Reason] = []
        for subject in subjects {
            for certifier in trust.certifiers(for: subject.info) {
                guard let reason = await ask(certifier, about: subject.info) else {
                    return made(.pass, nil, subject, certifier)
                }
                reasons.append(reason)
                if reason == .tooMany { break }
            }
        }
        if reasons.isEmpty { return made(VBRResult.none, .noCertifier, leading) }
        if reasons.contains(.unrecorded) { return made(nil, .unrecorded, leading) }
        if reasons.contains(.unavailable) { return made(.temperror, .unavailable, leading) }
        // The reason that says the most: a record that is there tells more than one that is not.
        let telling: [VBROutcome.Reason] = [.otherContent, .severalRecords, .tooMany]
        return made(.fail, telling.first(where: reasons.contains) ?? .notVouched, leading)
    }

    /// Nil when `certifier` vouches.
    private mutating func ask(_ certifier: DomainName, about info: VBRInfo) async -> VBROutcome.Reason? {
        guard let question = info.question(to: certifier) else { return .notVouched }
        if let known = answers[question] { return known }
        guard exchanges.count < maximumLookups else { return .tooMany }
        let answer = await dns.answer(to: question)
        exchanges.append(DNSExchange(question, answer))
        let reason = VBREvaluation.reason(answer, content: info.content)
        if let reason { answers[question] = reason }
        return reason
    }

    private static func reason(_ answer: DNSAnswer, content: String) -> VBROutcome.Reason? {
        switch answer {
        case .records(let data, authentic: _):
            let records = data.lazy.compactMap { data in
                if case .txt(let strings) = data { VBRRecord(strings) } else { nil }
            }.prefix(2)
            guard let record = records.first else { return .notVouched }
            // RFC 5518 §5: the VBR record MUST have only one TXT record. Which of several is meant nobody can say.
            if records.count > 1 { return .severalRecords }
            return record.vouches(for: content) ? nil : .otherContent
        case .noData, .nameError: return .notVouched
        case .serverFailure, .timeout: return .unavailable
        case .unrecorded: return .unrecorded
        }
    }

    private func none(
        _ reason: VBROutcome.Reason, fault: String? = nil, range: Range<Int>? = nil
    ) -> VBROutcome {
        VBROutcome(
            result: VBRResult.none, reason: reason, fault: fault, info: nil, method: nil, certifier: nil,
            fieldRange: range, exchanges: [])
    }

    private func made(
        _ result: VBRResult?, _ reason: VBROutcome.Reason?, _ subject: Subject, _ certifier: DomainName? = nil
    ) -> VBROutcome {
        VBROutcome(
            result: result, reason: reason, fault: nil, info: subject.info, method: subject.method,
            certifier: certifier, fieldRange: subject.range, exchanges: exchanges)
    }
}
