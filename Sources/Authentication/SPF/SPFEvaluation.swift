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
        var explanation: (spec: SPFMacroString, domain: [UInt8])?
    }

    /// An error that ends the whole check: `include` and `redirect` hand it on unchanged (§5.2, §6.1).
    struct Failure: Error {
        let result: SPFResult
        let reason: String
    }

    static func permanent(_ reason: String) -> Failure { Failure(result: .permerror, reason: reason) }

    /// check_host() for `domain` (RFC 7208 §4). Recursion is bounded by the limit on terms.
    mutating func checkHost(_ domain: [UInt8], given: SPFRecord? = nil) async throws(Failure) -> Verdict {
        let domain = domain.last == .dot ? Array(domain.dropLast()) : domain
        guard let name = SPFEvaluation.checkedName(domain) else {
            return Verdict(
                result: SPFResult.none,
                reason: "'\(SPFText.printable(domain, limit: 80))' is not a domain with a policy")
        }
        let published: SPFRecord?
        if let given { published = given } else { published = try await record(of: name) }
        guard let record = published else {
            return Verdict(result: SPFResult.none, reason: "\(name.relativeText) has no SPF record")
        }
        for directive in record.directives {
            guard let inner = try await match(directive.mechanism, domain: domain) else { continue }
            return Verdict(
                result: directive.result,
                matches: [SPFMatch(term: directive.text, domain: SPFText.printable(domain))] + inner,
                explanation: record.explanation.map { ($0, domain) })
        }
        // RFC 7208 §4.7: a record without a match and without redirect is neutral.
        guard let redirect = record.redirect else { return Verdict(result: .neutral) }
        return try await follow(redirect, from: domain)
    }

    /// RFC 7208 §6.1: the result is the target's; that it has no record is a permerror.
    private mutating func follow(_ redirect: SPFMacroString, from domain: [UInt8]) async throws(Failure) -> Verdict {
        try countTerm()
        guard let target = try await target(redirect, domain: domain) else {
            throw SPFEvaluation.permanent("redirect=\(redirect.text) gives no usable domain")
        }
        let verdict = try await checkHost(target)
        if verdict.result == SPFResult.none {
            throw SPFEvaluation.permanent("redirect=\(redirect.text): \(verdict.reason ?? "no SPF record")")
        }
        return verdict
    }

    /// RFC 7208 §4.3: a malformed domain, or one of a single label, has no policy. Neither has an address, and a name
    /// with octets past ASCII would have to be in A-label form (§7.3, RFC 8616).
    private static func checkedName(_ domain: [UInt8]) -> DomainName? {
        guard domain.first != .ascii("["), domain.allSatisfy({ $0 < 0x80 }), let name = DomainName(unescaped: domain),
            name.labelCount >= 2, IPAddress(String(decoding: domain, as: UTF8.self)) == nil
        else { return nil }
        return name
    }

    /// The one SPF record at `name` (RFC 7208 §4.4, §4.5), or nil when there is none.
    private mutating func record(of name: DomainName) async throws(Failure) -> SPFRecord? {
        let question = DNSQuestion(name, .txt)
        switch await lookups.answer(to: question) {
        case .records(let records, _):
            let policies = records.compactMap { record -> Bytes? in
                guard case .txt(let strings) = record else { return nil }
                // RFC 7208 §3.3: the strings of one record are joined without spaces.
                let text = strings.count == 1 ? strings[0] : Bytes(strings.flatMap(\.array))
                return SPFRecord.isRecord(text) ? text : nil
            }
            guard policies.count <= 1 else {
                throw SPFEvaluation.permanent("\(name.relativeText) has \(policies.count) SPF records")
            }
            guard let policy = policies.first else { return nil }
            do {
                return try SPFRecord.cache.parsed(policy).get()
            } catch {
                throw SPFEvaluation.permanent("the record of \(name.relativeText): \(error)")
            }
        case .noData, .nameError:
            return nil
        case .serverFailure, .timeout:
            throw Failure(result: .temperror, reason: "the lookup of \(question) failed")
        case .unrecorded:
            lookups.want([question])
            return SPFRecord.empty
        }
    }

    /// RFC 7208 §4.6.4: at most ten terms that need the DNS.
    mutating func countTerm() throws(Failure) {
        guard terms < limits.terms else {
            throw SPFEvaluation.permanent("more than \(limits.terms) terms that need DNS lookups")
        }
        terms += 1
    }

    /// RFC 7208 §4.6.4: at most two terms whose lookups find nothing. It speaks of terms, so one counts once.
    mutating func countVoidTerm() throws(Failure) {
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
