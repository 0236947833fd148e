import DNS
import Values

/// DMARC (RFC 7489 §6.6, RFC 9091; RFC 9989 where the options say so): is the author's domain authenticated, and what
/// does its owner ask for when it is not?
///
/// Pure apart from the DNS look-ups: the same query and the same answers give the same outcome. For an author domain
/// and each identifier eight questions at most are asked, and three more where `np=` calls for it.
public enum DMARCCheck {
    /// Evaluates `query` by the policies published in `dns`.
    public static func evaluate(
        _ query: DMARCQuery, dns: any DNSView, options: DMARCOptions = DMARCOptions()
    ) async -> DMARCOutcome {
        var evaluation = DMARCEvaluation(query: query, dns: dns, options: options)
        var domains: [DMARCOutcome.Domain] = []
        for domain in query.author.domains { domains.append(await evaluation.evaluate(domain)) }
        let deciding = domains.first { $0.domain == decisive(domains)?.domain }

        var result = deciding?.result
        var reasons = deciding?.reasons ?? []
        let author = query.author
        let isUnreadable = author.isUnreadable && (deciding.map { weight($0) <= unseenWeight } ?? true)
        if isUnreadable {
            // RFC 7489 §6.6.1: an author whom nobody saw may be anybody. A failure of those that were seen stands.
            result = .permerror
            reasons.insert(
                author.isIncomplete ? "header too large to be read whole" : "From too large to be read whole", at: 0)
        } else if deciding == nil {
            // RFC 7489 §11.2: `none` when "no aligned identifier could be extracted".
            result = DMARCResult.none
            reasons = [author.fieldCount == 0 ? "no From field" : "no domain in From"]
        } else if domains.count > 1 {
            reasons.append("\(domains.count) author domains, of which \(deciding?.domain.relativeText ?? "") decides")
        }
        if author.isCutOff { reasons.append("more author domains than are looked at") }
        if author.fieldCount > 1 { reasons.append("\(author.fieldCount) From fields") }
        return DMARCOutcome(
            result: result, isUnreadable: isUnreadable, disposition: deciding?.disposition ?? .none, domains: domains,
            deciding: deciding,
            identifiers: query.identifiers, reasons: reasons, answersUsed: evaluation.lookups.exchanges,
            unrecorded: evaluation.lookups.wanted)
    }

    /// RFC 7489 §6.6.1: each domain of From is checked, and "the most strict policy selected among the checks that
    /// fail" is applied. Where none fails, the message passes only when all do.
    private static func decisive(_ domains: [DMARCOutcome.Domain]) -> DMARCOutcome.Domain? {
        var best: DMARCOutcome.Domain?
        for domain in domains where best.map({ weight(domain) > weight($0) }) ?? true { best = domain }
        return best
    }

    /// The weight of a From field beyond what is read of a header: that of `permerror`.
    private static let unseenWeight = 2

    private static func weight(_ domain: DMARCOutcome.Domain) -> Int {
        switch domain.result {
        case .fail?:
            switch domain.disposition {
            case .reject: 7
            case .quarantine: 6
            case .none: 5
            }
        case nil: 4
        case .temperror?: 3
        case .permerror?: unseenWeight
        case .some(.none): 1
        case .pass?: 0
        }
    }
}
