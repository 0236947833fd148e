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
        var lookups = SPFLookups(dns: dns)
        while true {
            var evaluation = SPFEvaluation(query: query, lookups: lookups.restarted(), limits: limits)
            let step = evaluation.step(record: record)
            switch step {
            case .done(let outcome): return outcome
            case .waiting(let question):
                // An answer that is not at hand is waited for, and the check made anew with it: that costs little beside
                // the wait, and nothing where all answers are at hand. Each turn has a new question, and the limits
                // bound those.
                lookups = evaluation.lookups
                lookups.add(question, await dns.answer(to: question))
            }
        }
    }
}

extension SPFEvaluation {
    /// Where a check stands.
    fileprivate enum Step {
        case done(SPFOutcome)
        case waiting(DNSQuestion)
    }

    /// The whole check, as far as the answers at hand go.
    fileprivate mutating func step(record: SPFRecord?) -> Step {
        let domain = SPFDomain(query.domain.map { SPFQuery.ascii($0.utf8) } ?? sender.domain)
        var verdict: Verdict
        do {
            verdict = try checkHost(domain, given: record)
        } catch {
            switch error {
            case .failure(let result, let reason): verdict = Verdict(result: result, reason: reason)
            case .waiting(let question): return .waiting(question)
            }
        }
        let unrecorded = lookups.unrecorded
        var text: String?
        if unrecorded.isEmpty, verdict.result == .fail, let source = verdict.explanation {
            do {
                text = try explanation(from: source)
            } catch {
                // A fail stays a fail without its explanation.
                if case .waiting(let question) = error { return .waiting(question) }
            }
        }
        if let first = unrecorded.first {
            verdict = Verdict(result: nil, reason: "no recorded answer for \(first)")
        }
        return .done(
            SPFOutcome(
                result: verdict.result, reason: verdict.reason, matches: verdict.matches, explanation: text,
                domain: domain.text, lookups: terms, voidLookups: voidTerms, answersUsed: lookups.exchanges,
                unrecorded: unrecorded, explanationUnrecorded: Array(lookups.wanted.dropFirst(unrecorded.count))))
    }
}
