import DNS
import Values

/// What DMARC says of a message, and how it came to that.
public struct DMARCOutcome: Sendable, Hashable {
    /// What it says of one author domain. Of a message with several, the one that counts comes first in the outcome's
    /// own properties (RFC 7489 §6.6.1: the most strict policy among those that fail).
    public struct Domain: Sendable, Hashable {
        /// The author domain.
        public let domain: DomainName
        /// Nil when the result hangs on what nobody recorded.
        public internal(set) var result: DMARCResult?
        /// Where the policy record was found; nil without one.
        public internal(set) var policyDomain: DomainName?
        /// The organizational domain; nil where it was not looked for.
        public internal(set) var organizationalDomain: DomainName?
        public internal(set) var record: DMARCRecord?
        /// What the record asks for mail that fails from this domain: `p=`, `sp=` or `np=`, before `pct=` and `t=`.
        public internal(set) var policy: DMARCPolicy?
        /// The tag that `policy` is from.
        public internal(set) var policyTag: String?
        /// What is to be done with the message.
        public internal(set) var disposition = DMARCPolicy.none
        /// The identifiers that are authenticated and aligned.
        public internal(set) var aligned: [DMARCIdentifier] = []
        /// Why the result is what it is, for people and programs.
        public internal(set) var reasons: [String] = []

        init(_ domain: DomainName) { self.domain = domain }
    }

    /// The result; nil when it hangs on DNS answers that nobody recorded, or on mechanisms that nobody looked at.
    public let result: DMARCResult?
    /// Whether the message has more header than is read, and nothing of what was read fails: there is no telling whose
    /// it claims to be. The result is `permerror` then.
    public let isUnreadable: Bool
    /// What is to be done with the message.
    public let disposition: DMARCPolicy
    /// What was found of each author domain, in the order of the message.
    public let domains: [Domain]
    /// Which of `domains` decided; nil without any.
    public let deciding: Domain?
    /// The identifiers that were looked at.
    public let identifiers: [DMARCIdentifier]
    /// Why the result is what it is.
    public let reasons: [String]
    /// The questions asked, in order and each once, with their answers.
    public let answersUsed: [DNSExchange]
    /// The questions among them that nobody recorded an answer to.
    public let unrecorded: [DNSQuestion]

    /// The author domain that decided.
    public var domain: DomainName? { deciding?.domain }
    /// Where its policy record was found.
    public var policyDomain: DomainName? { deciding?.policyDomain }
    /// Its policy record.
    public var record: DMARCRecord? { deciding?.record }
    /// Whether SPF gave an aligned pass.
    public var isSPFAligned: Bool { deciding?.aligned.contains { $0.method == .spf } ?? false }
    /// Whether a DKIM signature gave an aligned pass.
    public var isDKIMAligned: Bool { deciding?.aligned.contains { $0.method == .dkim } ?? false }
}
