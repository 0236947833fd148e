import Cryptography
import DNS
import Values

/// The evaluation of one message: its look-ups are shared by all author domains and identifiers.
struct DMARCEvaluation {
    let query: DMARCQuery
    let options: DMARCOptions
    var lookups: DMARCLookups
    /// The organizational domains found so far.
    var organizations: [DomainName: Organization] = [:]

    /// An organizational domain, or why there is none to be had.
    enum Organization { case found(DomainName), unavailable, unrecorded }

    init(query: DMARCQuery, dns: any DNSView, options: DMARCOptions) {
        (self.query, self.options, lookups) = (query, options, DMARCLookups(dns: dns))
    }

    /// What is to be said of one author domain.
    mutating func evaluate(_ domain: DomainName) async -> DMARCOutcome.Domain {
        var outcome = DMARCOutcome.Domain(domain)
        let discovery = await discover(domain)
        outcome.policyDomain = discovery.policyDomain
        outcome.organizationalDomain = discovery.organizationalDomain
        outcome.record = discovery.record
        guard let published = discovery.record, let policyDomain = discovery.policyDomain else {
            outcome.result = discovery.result
            outcome.reasons = [discovery.reason].compactMap(\.self)
            return outcome
        }
        outcome.reasons = published.faults.map { "record: \($0)" }
        guard let record = published.effective else {
            // RFC 7489 §6.6.3 step 6: no processing. §11.2 has a word for a record that is there and of no use.
            outcome.result = .permerror
            outcome.reasons.insert("the record has no policy that can be followed", at: 0)
            return outcome
        }
        if await align(domain, by: record, in: &outcome) { return outcome }

        guard let (policy, tag) = await policy(of: record, at: policyDomain, for: domain) else {
            outcome.result = nil
            outcome.reasons.append("not recorded whether \(domain.relativeText) exists")
            return outcome
        }
        (outcome.result, outcome.policy, outcome.policyTag) = (.fail, policy, tag)
        outcome.disposition = disposition(policy, record, &outcome.reasons)
        return outcome
    }

    /// Looks for an aligned pass. False when there is none, nor anything that may have been one: the message fails.
    private mutating func align(
        _ domain: DomainName, by record: DMARCRecord, in outcome: inout DMARCOutcome.Domain
    ) async -> Bool {
        var open: [DMARCIdentifier] = []
        for identifier in query.identifiers where identifier.status != .fail {
            let mode = identifier.method == .spf ? record.spfAlignment : record.dkimAlignment
            switch await isAligned(identifier.domain, with: domain, mode) {
            case .yes where identifier.status == .pass: outcome.aligned.append(identifier)
            case .yes: open.append(identifier)
            case .unrecorded: open.append(DMARCIdentifier(identifier.method, identifier.domain, .unknown))
            case .unavailable: open.append(DMARCIdentifier(identifier.method, identifier.domain, .temperror))
            case .no: break
            }
        }
        // RFC 7489 §4.2: one aligned pass is enough.
        if !outcome.aligned.isEmpty {
            outcome.result = .pass
            return true
        }
        if let unknown = open.first(where: { $0.status == .unknown }) {
            outcome.result = nil
            outcome.reasons.append("\(unknown.method.rawValue.uppercased()) may have passed and was not evaluated")
            return true
        }
        if let failed = open.first(where: { $0.status == .temperror }) {
            // RFC 7489 §6.6.2: what a transient error leaves open is no failure.
            outcome.result = .temperror
            outcome.reasons.append("\(failed.method.rawValue.uppercased()) may pass another time")
            return true
        }
        outcome.reasons.append("no aligned identifier is authenticated")
        return false
    }

    private enum Answer { case yes, no, unavailable, unrecorded }

    /// RFC 7489 §3.1.1, §3.1.2: strict alignment wants the same name, relaxed the same organizational domain. A name
    /// that is not known may be any.
    private mutating func isAligned(
        _ name: DomainName?, with author: DomainName, _ mode: DMARCRecord.Alignment
    ) async -> Answer {
        guard let name else { return .yes }
        if name == author { return .yes }
        // Names without a common end have no common organizational domain.
        guard mode == .relaxed, name != .root, name.labels.last == author.labels.last else { return .no }
        switch (await organization(of: author), await organization(of: name)) {
        case (.found(let one), .found(let other)): return one == other ? .yes : .no
        case (.unrecorded, _), (_, .unrecorded): return .unrecorded
        case (.unavailable, _), (_, .unavailable): return .unavailable
        }
    }

    /// The policy that `record` has for mail from `domain`, and its tag; nil when a question that decides was not
    /// recorded.
    private mutating func policy(
        of record: DMARCRecord, at policyDomain: DomainName, for domain: DomainName
    ) async -> (DMARCPolicy, String)? {
        let own = (record.policy ?? .none, "p")
        // RFC 7489 §6.6.3: the domain's own record says `p=`; one found above it `sp=`, where it has that.
        guard domain != policyDomain else { return own }
        let existing = record.subdomainPolicy.map { ($0, "sp") } ?? own
        guard let nonexistent = record.nonexistentPolicy, nonexistent != existing.0 else { return existing }
        switch await exists(domain) {
        case .yes, .unavailable: return existing
        case .no: return (nonexistent, "np")
        case .unrecorded: return nil
        }
    }

    /// RFC 9091 §2.7: a domain does not exist when there are neither A nor AAAA nor MX records of its name.
    private mutating func exists(_ domain: DomainName) async -> Answer {
        var unrecorded: [DNSQuestion] = []
        for type in [RecordType.a, .aaaa, .mx] {
            let question = DNSQuestion(domain, type)
            switch await lookups.answer(to: question) {
            case .records: return .yes
            case .nameError: return .no
            case .noData: continue
            case .serverFailure, .timeout: return .unavailable
            case .unrecorded: unrecorded.append(question)
            }
        }
        guard unrecorded.isEmpty else {
            lookups.want(unrecorded)
            return .unrecorded
        }
        return .no
    }

    /// What `policy` comes to for this message.
    private func disposition(
        _ policy: DMARCPolicy, _ record: DMARCRecord, _ reasons: inout [String]
    ) -> DMARCPolicy {
        guard policy != .none else { return .none }
        // RFC 9989 `t=y`: the owner is testing, and wants one step less. RFC 7489 §6.3 does not know the tag: "Unknown
        // tags MUST be ignored".
        if options.isTreeWalk, record.isTesting {
            reasons.append("the policy is being tested (t=y)")
            return policy.lowered
        }
        if record.isTesting { reasons.append("t=y counts with the tree walk alone (RFC 9989)") }
        guard !options.isTreeWalk, record.percentage < 100, !isDrawn(record.percentage) else { return policy }
        // RFC 7489 §6.6.4: what is not drawn gets the next less strict policy.
        reasons.append("left out by pct=\(record.percentage)")
        return policy.lowered
    }

    /// Whether this message is among the `percentage` of all that the policy is for. The lot is drawn by the message's
    /// own bytes: the same message is always in, or always out.
    private func isDrawn(_ percentage: Int) -> Bool {
        guard percentage > 0 else { return false }
        let digest = SHA256.hash(query.sample)
        return digest.prefix(4).reduce(0) { $0 << 8 | Int($1) } % 100 < percentage
    }
}
