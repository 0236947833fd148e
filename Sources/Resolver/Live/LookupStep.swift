import DNS

/// What one answer says to one question: an answer, or where to ask on.
struct LookupStep: Sendable, Hashable {
    enum Outcome: Sendable, Hashable {
        case answer(DNSAnswer)
        /// The name is another's alias, which was not told on; `links` CNAMEs lead there.
        case alias(DomainName, links: Int)
    }

    /// The most CNAMEs that are followed for a question; a loop is longer (RFC 1034 §3.6.2).
    static let maximumLinks = 16

    let outcome: Outcome
    /// The time to live in seconds; nil when none is known.
    let ttl: Int?
    /// Whether the server vouches for it and is trusted with that.
    let isAuthentic: Bool

    init(outcome: Outcome, ttl: Int?, isAuthentic: Bool) {
        (self.outcome, self.ttl, self.isAuthentic) = (outcome, ttl, isAuthentic)
    }

    /// The step with what is left of its time to live, seconds begun counting as whole ones.
    func with(remaining: Duration) -> LookupStep {
        let seconds = Int(remaining.components.seconds) + (remaining.components.attoseconds > 0 ? 1 : 0)
        return LookupStep(outcome: outcome, ttl: ttl.map { min($0, seconds) }, isAuthentic: isAuthentic)
    }

    /// A failure to get any answer.
    init(failure: DNSAnswer) { (outcome, ttl, isAuthentic) = (.answer(failure), nil, false) }

    /// What `message` says to `question`, or nil when it is of no use and another server is to be asked.
    init?(_ message: DNSMessage, to question: DNSQuestion, trustsServer: Bool) {
        guard [.noError, .nameError].contains(message.responseCode) else { return nil }
        let header = message.header
        isAuthentic = trustsServer && header.isAuthentic
        var name = question.name
        var ttl = Int.max
        var links = 0
        // RFC 1034 §3.6.2: the answer section tells the chain from the name that was asked for to the one that has
        // the data, as far as the server knows it.
        if question.type != .cname {
            while let (target, linkTTL) = message.alias(at: name) {
                guard links < LookupStep.maximumLinks else {
                    self.outcome = .answer(.serverFailure)
                    self.ttl = nil
                    return
                }
                (name, ttl, links) = (target, min(ttl, linkTTL), links + 1)
            }
        }
        let records = message.answers.filter { $0.record.name == name && $0.record.type == question.type }
        if !records.isEmpty {
            // RFC 2181 §5.2: one time to live for the whole set, the smallest.
            self.ttl = records.reduce(ttl) { min($0, $1.ttl) }
            let data = Set(records.map(\.record.data)).sorted { $0.precedes($1) }
            outcome = .answer(.records(data, authentic: isAuthentic))
            return
        }
        let isReferral = message.namesServers && message.negativeTTL == nil && !header.isAuthoritative
        if links == 0 {
            // RFC 2308 §2.2: a referral is no answer, and neither is what a server says that neither holds the zone
            // nor looks it up.
            guard header.isAuthoritative || header.offersRecursion, !isReferral || message.responseCode == .nameError
            else { return nil }
            // Records that answer another question are no sign that there are none for this one.
            guard message.answers.isEmpty || message.negativeTTL != nil else { return nil }
        }
        let negativeTTL = message.negativeTTL.map { min($0, ttl) }
        if message.responseCode == .nameError {
            // RFC 6604 §3: with aliases, the code is about the last name.
            outcome = .answer(.nameError)
        } else if links > 0, message.negativeTTL == nil {
            outcome = .alias(name, links: links)
            self.ttl = ttl
            return
        } else {
            outcome = .answer(.noData)
        }
        // RFC 2308 §5: without a SOA record it is not to be remembered.
        self.ttl = negativeTTL
    }
}

extension DNSMessage {
    fileprivate func alias(at name: DomainName) -> (DomainName, Int)? {
        for answer in answers where answer.record.type == .cname && answer.record.name == name {
            if case .name(let target) = answer.record.data { return (target, answer.ttl) }
        }
        return nil
    }
}

extension RecordData {
    /// An order that does not change with the server's rotation: mail exchangers by preference, the rest by text.
    fileprivate func precedes(_ other: RecordData) -> Bool {
        if case .mx(let left, _) = self, case .mx(let right, _) = other, left != right { return left < right }
        return presentation.utf8.lexicographicallyPrecedes(other.presentation.utf8)
    }
}
