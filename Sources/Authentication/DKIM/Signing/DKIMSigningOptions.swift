import DNS
import Values

/// What a signature is to say and to cover (RFC 6376 §5).
public struct DKIMSigningOptions: Sendable {
    /// `d=`.
    public var domain: DomainName
    /// `i=`: an address in the domain or below it, or `@` and such a domain; nil for none.
    public var identity: String?
    /// `c=`.
    public var canonicalization: DKIMCanonicalization
    /// The names of the fields to sign, every instance of each; nil for `SignableFields.standard`.
    public var headers: [String]?
    /// The names that `h=` has once more than the message, so that adding a field of that name breaks the signature
    /// (RFC 6376 §5.4, §8.15). They are signed whether `headers` has them or not.
    public var oversignedHeaders: [String]
    /// `t=`; nil for none.
    public var signedAt: Timestamp?
    /// `x=`: how long after `signedAt` the signature is to count; nil for ever.
    public var lifetime: Duration?
    /// Whether `l=` says how long the body is. Anybody may then append to it (RFC 6376 §8.2).
    public var countsBody: Bool
    /// Whether `q=` names the one query method there is.
    public var namesQueryMethod: Bool
    /// Whether `z=` has copies of the signed fields, for finding out why a signature fails (RFC 6376 §3.5).
    public var copiesHeaders: Bool

    /// Seven days.
    public static let standardLifetime = Duration.seconds(7 * 86_400)
    /// The fields whose being added would deceive a reader most.
    public static let standardOversigned = ["from"]
    /// Fields that a message has once at most and that a reader sees or that say how the body is shown.
    public static let thoroughOversigned = [
        "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type",
        "content-transfer-encoding",
    ]

    public init(
        domain: DomainName, identity: String? = nil,
        canonicalization: DKIMCanonicalization = DKIMCanonicalization(header: .relaxed, body: .relaxed),
        headers: [String]? = nil, oversignedHeaders: [String] = DKIMSigningOptions.standardOversigned,
        signedAt: Timestamp?, lifetime: Duration? = DKIMSigningOptions.standardLifetime, countsBody: Bool = false,
        namesQueryMethod: Bool = false, copiesHeaders: Bool = false
    ) {
        (self.domain, self.identity, self.canonicalization) = (domain, identity, canonicalization)
        (self.headers, self.oversignedHeaders) = (headers, oversignedHeaders)
        (self.signedAt, self.lifetime) = (signedAt, lifetime)
        (self.countsBody, self.namesQueryMethod, self.copiesHeaders) = (countsBody, namesQueryMethod, copiesHeaders)
    }
}
