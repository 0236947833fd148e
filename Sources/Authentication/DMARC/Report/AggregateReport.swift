import Values

/// A DMARC aggregate report (RFC 7489 §7.2, appendix C; RFC 9990): what one receiver saw of one domain's mail in a
/// span of time. Texts are as written, white space around them taken off.
public struct AggregateReport: Sendable, Hashable {
    /// `version`.
    public var version: String?
    /// `report_metadata`: who reports.
    public var organization: String?
    public var email: String?
    public var contact: String?
    public var reportID: String?
    /// The span of time, both ends in it.
    public var begin: Timestamp?
    public var end: Timestamp?
    /// What went wrong at the reporter.
    public var errors: [String] = []
    /// The program that wrote the report (RFC 9990).
    public var generator: String?
    /// `policy_published`: what the reporter found in DNS.
    public var policy = Policy()
    /// The rows, in the order of the report.
    public var records: [Record] = []
    /// What is wrong with the document, each with its line and column; what could be read stands all the same.
    public internal(set) var faults: [String] = []

    /// A report without anything in it.
    public init() {}

    /// A domain's policy as the reporter found it.
    public struct Policy: Sendable, Hashable {
        public var domain: String?
        /// `version_published`.
        public var version: String?
        public var adkim: String?
        public var aspf: String?
        public var p: String?
        public var sp: String?
        public var np: String?
        public var pct: Int?
        public var fo: String?
        /// `testing` (RFC 9990).
        public var testing: String?
        /// `discovery_method` (RFC 9990): `psl` or `treewalk`.
        public var discoveryMethod: String?

        /// No policy.
        public init() {}
    }

    /// Mail of one client that came to the same results.
    public struct Record: Sendable, Hashable {
        public var sourceIP: String?
        public var count = 0
        /// `policy_evaluated`: what was done, and whether DKIM and SPF gave an aligned pass.
        public var disposition: String?
        public var dkim: String?
        public var spf: String?
        /// Why something else was done than the policy asks for.
        public var reasons: [Reason] = []
        public var envelopeTo: String?
        public var envelopeFrom: String?
        public var headerFrom: String?
        /// `auth_results`: what each mechanism said, aligned or not.
        public var dkimResults: [MechanismResult] = []
        public var spfResults: [MechanismResult] = []

        /// A record without anything in it.
        public init() {}
    }

    /// A reason for another disposition than the policy's.
    public struct Reason: Sendable, Hashable {
        public var type: String?
        public var comment: String?

        /// A reason.
        public init(type: String? = nil, comment: String? = nil) { (self.type, self.comment) = (type, comment) }
    }

    /// What SPF or one DKIM signature said.
    public struct MechanismResult: Sendable, Hashable {
        public var domain: String?
        /// Of a signature.
        public var selector: String?
        /// Of SPF: `mfrom` or `helo`.
        public var scope: String?
        public var result: String?
        public var humanResult: String?

        /// A result.
        public init(domain: String? = nil, selector: String? = nil, scope: String? = nil, result: String? = nil) {
            (self.domain, self.selector, self.scope, self.result) = (domain, selector, scope, result)
        }
    }
}
