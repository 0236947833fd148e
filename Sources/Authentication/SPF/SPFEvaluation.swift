import DNS
import Values

/// One check under way: the limits used up so far and the lookups made.
///
/// After an unrecorded answer the evaluation goes on as if the term did not match, only to learn which other answers
/// would be needed; its result is then dropped.
struct SPFEvaluation: Sendable {
    let query: SPFQuery
    let sender: SPFQuery.Sender
    /// The HELO name, in A-label form.
    let helo: [UInt8]
    let limits: SPFLimits
    var lookups: SPFLookups
    /// Terms counted against the limit of RFC 7208 §4.6.4.
    var terms = 0
    var voidTerms = 0
    var macroBudget: Int
    /// The client's validated names, once they were needed.
    var validatedNames: [DomainName]?

    init(query: SPFQuery, lookups: SPFLookups, limits: SPFLimits) {
        (self.query, self.lookups, self.limits) = (query, lookups, limits)
        self.sender = query.sender
        self.helo = SPFQuery.ascii(query.helo.utf8)
        self.macroBudget = limits.macroOctets
    }

    /// What check_host() returns.
    struct Verdict: Sendable {
        var result: SPFResult?
        var reason: String?
        var matches: [SPFMatch] = []
        /// The `exp=` that goes with a fail, and the domain it belongs to.
        var explanation: (spec: SPFMacroString, domain: SPFDomain)?
    }

    /// What ends an evaluation early.
    enum Interruption: Error {
        /// An error that ends the whole check: `include` and `redirect` hand it on unchanged (§5.2, §6.1).
        case failure(SPFResult, String)
        /// An answer that is not at hand.
        case waiting(DNSQuestion)
    }

    static func permanent(_ reason: String) -> Interruption { .failure(.permerror, reason) }

    /// check_host() for `domain` (RFC 7208 §4). Recursion is bounded by the limit on terms.
    mutating func checkHost(_ domain: SPFDomain, given: SPFRecord? = nil) throws(Interruption) -> Verdict {
        guard domain.mayHavePolicy, let name = domain.name else {
            return Verdict(
                result: SPFResult.none,
                reason: "'\(SPFText.printable(domain.bytes, limit: 80))' is not a domain with a policy")
        }
        let published: SPFRecord?
        if let given { published = given } else { published = try record(of: name) }
        guard let record = published else {
            return Verdict(result: SPFResult.none, reason: "\(name.relativeText) has no SPF record")
        }
        for directive in record.directives {
            guard let inner = try match(directive.mechanism, domain: domain) else { continue }
            return Verdict(
                result: directive.result,
                matches: [SPFMatch(term: directive.text, domain: domain.text)] + inner,
                explanation: record.explanation.map { ($0, domain) })
        }
        // RFC 7208 §4.7: a record without a match and without redirect is neutral.
        guard let redirect = record.redirect else { return Verdict(result: .neutral) }
        return try follow(redirect, from: domain)
    }

    /// RFC 7208 §6.1: the result is the target's; that it has no record is a permerror.
    private mutating func follow(_ redirect: SPFMacroString, from domain: SPFDomain) throws(Interruption) -> Verdict {
        try countTerm()
        guard let target = try target(redirect, domain: domain) else {
            throw SPFEvaluation.permanent("redirect=\(redirect.text) gives no usable domain")
        }
        let verdict = try checkHost(target)
        if verdict.result == SPFResult.none {
            throw SPFEvaluation.permanent("redirect=\(redirect.text): \(verdict.reason ?? "no SPF record")")
        }
        return verdict
    }

    /// The one SPF record at `name` (RFC 7208 §4.4, §4.5), or nil when there is none.
    private mutating func record(of name: DomainName) throws(Interruption) -> SPFRecord? {
        let question = DNSQuestion(name, .txt)
        switch try lookups.answer(to: question) {
        case .records(let records, _):
            var found: Bytes?
            var count = 0
            for case .txt(let strings) in records {
                // RFC 7208 §3.3: the strings of one record are joined without spaces.
                let text = strings.count == 1 ? strings[0] : Bytes(strings.flatMap(\.array))
                guard SPFRecord.isRecord(text) else { continue }
                found = text
                count += 1
            }
            guard count <= 1 else {
                throw SPFEvaluation.permanent("\(name.relativeText) has \(count) SPF records")
            }
            guard let policy = found else { return nil }
            do {
                return try SPFRecord.cache.parsed(policy).get()
            } catch {
                throw SPFEvaluation.permanent("the record of \(name.relativeText): \(error)")
            }
        case .noData, .nameError:
            return nil
        case .serverFailure, .timeout:
            throw .failure(.temperror, "the lookup of \(question) failed")
        case .unrecorded:
            lookups.want([question])
            return SPFRecord.empty
        }
    }

    /// RFC 7208 §4.6.4: at most ten terms that need the DNS.
    mutating func countTerm() throws(Interruption) {
        guard terms < limits.terms else {
            throw SPFEvaluation.permanent("more than \(limits.terms) terms that need DNS lookups")
        }
        terms += 1
    }

    /// RFC 7208 §4.6.4: at most two terms whose lookups find nothing. It speaks of terms, so one counts once.
    mutating func countVoidTerm() throws(Interruption) {
        voidTerms += 1
        guard voidTerms <= limits.voidLookups else {
            throw SPFEvaluation.permanent("more than \(limits.voidLookups) terms whose lookups find nothing")
        }
    }
}

extension SPFRecord {
    /// Records read before: a few providers' stand behind most domains.
    fileprivate static let cache = ParsedTextCache<Result<SPFRecord, SPFSyntaxError>>(capacity: 4096) { text in
        Result { () throws(SPFSyntaxError) in try SPFRecord(text.array) }
    }

    /// A record that says nothing.
    fileprivate static let empty = SPFRecord(directives: [], redirect: nil, explanation: nil, unknownModifiers: [])
}
