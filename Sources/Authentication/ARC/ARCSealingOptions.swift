import DNS
import Values

/// What a set says.
public struct ARCSealingOptions: Sendable {
    /// `d=`.
    public var domain: DomainName
    /// What an Authentication-Results field of ours would say: the authserv-id, a semicolon, and what was found.
    public var results: String
    /// The state in which the chain was found when the message came in (RFC 8617 §4.4).
    public var chain: ARCStatus
    /// `t=` of both signatures.
    public var sealedAt: Timestamp
    /// The fields that the message signature covers, in any case and in this order, each as often as the message has
    /// it.
    public var headers: [String]

    /// RFC 8617 §4.1.2: what DKIM signs, and the DKIM signatures that are there.
    public static let standardHeaders = SignableFields.standard + ["dkim-signature"]

    public init(
        domain: DomainName, results: String, chain: ARCStatus, sealedAt: Timestamp,
        headers: [String] = ARCSealingOptions.standardHeaders
    ) {
        (self.domain, self.results, self.chain) = (domain, results, chain)
        (self.sealedAt, self.headers) = (sealedAt, headers)
    }
}
