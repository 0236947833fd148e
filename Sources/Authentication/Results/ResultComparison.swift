import Values

/// What a method found at one time beside what it found at another, about the same domain.
public struct ResultComparison: Sendable, Hashable {
    /// How the two stand to each other.
    public enum Outcome: Sendable, Hashable {
        /// They say the same.
        case agrees
        /// They say something else.
        case differs
        /// One of them is not there, for this reason.
        case notComparable(String)
    }

    /// The method: `spf`, `dkim`, `dmarc` or `arc`.
    public let method: String
    /// The domain that it is about, where there is one.
    public let domain: String?
    /// The result then, by the name that the method has for it now; nil where none was written.
    public let then: String?
    /// The result now; nil where there is none.
    public let now: String?
    /// Why the result now is not a better one, where that is known.
    public let reason: String?
    /// How the two stand to each other.
    public let outcome: Outcome

    /// The methods that are compared, in the order of comparisons.
    public static let methods = ["spf", "dkim", "dmarc", "arc"]

    /// Compares what was found `then` with what is found `now`, method by method and DKIM domain by domain; a method that
    /// neither speaks of is left out. `absence` tells why a method has no result now.
    public static func compare(
        then: [AuthenticationMethodResult], now: [AuthenticationMethodResult], absence: [String: String] = [:]
    ) -> [ResultComparison] {
        methods.flatMap { method in
            let old = then.filter { $0.method == method }
            let new = now.filter { $0.method == method }
            let why = absence[method]
            return switch method {
            case "spf": spf(old, new, why)
            case "dkim": dkim(old, new, why)
            default: single(method, old, new, why)
            }
        }
    }

    /// The identity that the result then was about decides which of those now is held against it.
    private static func spf(
        _ then: [AuthenticationMethodResult], _ now: [AuthenticationMethodResult], _ absence: String?
    ) -> [ResultComparison] {
        guard let old = then.first(where: { !$0.isOfHelo }) ?? then.first else {
            return now.last.map { [unwritten("spf", $0)] } ?? []
        }
        let isOfHelo = old.isOfHelo && old.value(of: "smtp.mailfrom") == nil
        let new =
            now.last { $0.isOfHelo == isOfHelo }
            // The null reverse-path is checked by the HELO name (RFC 7208 §2.4).
            ?? (old.domain == nil || old.domain == now.last?.domain ? now.last : nil)
        if let new, let then = old.domain, let now = new.domain, then != now {
            return [
                ResultComparison(
                    method: "spf", domain: then, then: old.currentResult, now: nil, reason: nil,
                    outcome: .notComparable("another domain is checked now"))
            ]
        }
        return [comparison("spf", old, new, absence)]
    }

    private static func single(
        _ method: String, _ then: [AuthenticationMethodResult], _ now: [AuthenticationMethodResult], _ absence: String?
    ) -> [ResultComparison] {
        guard let old = then.first else { return now.last.map { [unwritten(method, $0)] } ?? [] }
        return [comparison(method, old, now.last, absence)]
    }

    private static func dkim(
        _ then: [AuthenticationMethodResult], _ now: [AuthenticationMethodResult], _ absence: String?
    ) -> [ResultComparison] {
        guard !then.isEmpty else { return now.first.map { [unwritten("dkim", $0)] } ?? [] }
        let signed = now.filter { $0.result != "none" }
        let written = then.filter { $0.result != "none" }
        if written.isEmpty || signed.isEmpty && now.contains(where: { $0.result == "none" }) {
            // "none" on one side: it is held against the other side's best.
            guard let old = best(then) else { return [] }
            return [comparison("dkim", old, best(now), absence)]
        }
        var comparisons: [ResultComparison] = []
        var used: Set<Int> = []
        for domain in domains(of: written) {
            let old = written.filter { $0.domain == domain }
            let matching = signed.indices.filter { signed[$0].isAbout(domain) }
            used.formUnion(matching)
            guard let result = best(old) else { continue }
            if matching.isEmpty, !signed.isEmpty, domain != nil {
                comparisons.append(
                    ResultComparison(
                        method: "dkim", domain: domain, then: result.currentResult, now: nil,
                        reason: "no signature of this domain was found", outcome: .differs))
            } else {
                let new = domain == nil ? best(signed) : best(matching.map { signed[$0] })
                comparisons.append(comparison("dkim", result, new, absence))
                if domain == nil { used.formUnion(signed.indices) }
            }
        }
        for domain in domains(of: signed.indices.filter { !used.contains($0) }.map { signed[$0] }) {
            if let new = best(signed.filter { $0.domain == domain }) { comparisons.append(unwritten("dkim", new)) }
        }
        return comparisons
    }

    /// The domains in the order in which they come.
    private static func domains(of results: [AuthenticationMethodResult]) -> [String?] {
        var seen: Set<String?> = []
        return results.map(\.domain).filter { seen.insert($0).inserted }
    }

    /// One signature that holds is enough (RFC 6376 §4.2).
    private static func best(_ results: [AuthenticationMethodResult]) -> AuthenticationMethodResult? {
        results.first { $0.currentResult == "pass" } ?? results.first
    }

    private static func unwritten(_ method: String, _ new: AuthenticationMethodResult) -> ResultComparison {
        ResultComparison(
            method: method, domain: new.domain, then: nil, now: new.result, reason: new.reason,
            outcome: .notComparable("not written then"))
    }

    private static func comparison(
        _ method: String, _ old: AuthenticationMethodResult, _ new: AuthenticationMethodResult?, _ absence: String?
    ) -> ResultComparison {
        let then = old.currentResult
        guard let new else {
            return ResultComparison(
                method: method, domain: old.domain, then: then, now: nil, reason: nil,
                outcome: .notComparable(absence ?? "nothing is found now"))
        }
        return ResultComparison(
            method: method, domain: old.domain ?? new.domain, then: then, now: new.result, reason: new.reason,
            outcome: then == new.result ? .agrees : .differs)
    }
}

extension AuthenticationMethodResult {
    fileprivate var isOfHelo: Bool { value(of: "smtp.helo") != nil && value(of: "smtp.mailfrom") == nil }

    /// Whether the result is about `domain`, as a field names it: by the signer's domain, or by that of its identity,
    /// which may be one below (RFC 6376 §3.5).
    fileprivate func isAbout(_ domain: String?) -> Bool {
        guard let domain, let own = self.domain else { return domain == nil }
        return own == domain || domain.hasSuffix("." + own)
    }

    /// The result by the name that the method has for it now: hosts have written others.
    fileprivate var currentResult: String {
        switch (method, result) {
        // RFC 5451 §2.4; RFC 6577.
        case (_, "hardfail"): "fail"
        // RFC 4408 appendix A had "error" and "unknown" in its drafts.
        case ("spf", "error"), (_, "timeout"): "temperror"
        case ("spf", "unknown"): "permerror"
        // No policy was published; one was guessed.
        case ("dmarc", "bestguesspass"): "none"
        default: result
        }
    }
}
