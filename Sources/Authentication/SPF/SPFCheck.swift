import DNS
import Values

/// check_host() of RFC 7208: does the domain's published policy authorise the client?
///
/// Pure apart from the DNS lookups: the same query and the same answers give the same outcome.
public enum SPFCheck {
    /// Checks the identity of `query` against the policy published in `dns`; against `record`, where one is given, as if
    /// the identity's domain had published that.
    public static func evaluate(
        _ query: SPFQuery, dns: any DNSView, limits: SPFLimits = SPFLimits(), record: SPFRecord? = nil
    ) async -> SPFOutcome {
        var evaluation = SPFEvaluation(query: query, lookups: SPFLookups(dns: dns), limits: limits)
        let domain = query.domain.map { SPFQuery.ascii($0.utf8) } ?? evaluation.sender.domain
        var verdict: SPFEvaluation.Verdict
        do {
            verdict = try await evaluation.checkHost(domain, given: record)
        } catch {
            verdict = SPFEvaluation.Verdict(result: error.result, reason: error.reason)
        }
        let unrecorded = evaluation.lookups.unrecorded
        var explanation: String?
        if unrecorded.isEmpty, verdict.result == .fail, let source = verdict.explanation {
            explanation = await evaluation.explanation(from: source)
        }
        if let first = unrecorded.first {
            verdict = SPFEvaluation.Verdict(result: nil, reason: "no recorded answer for \(first)")
        }
        return SPFOutcome(
            result: verdict.result, reason: verdict.reason, matches: verdict.matches, explanation: explanation,
            domain: SPFText.printable(domain), lookups: evaluation.terms, voidLookups: evaluation.voidTerms,
            answersUsed: evaluation.lookups.exchanges, unrecorded: unrecorded,
            explanationUnrecorded: Array(evaluation.lookups.wanted.dropFirst(unrecorded.count)))
    }
}
