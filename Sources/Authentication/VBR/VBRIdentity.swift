/// A domain that is known to answer for a message, and how it is known (RFC 5518 §7).
public struct VBRIdentity: Sendable, Hashable {
    /// How a domain was authenticated.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// RFC 5518 §7.1: `d=` of a DKIM signature that verifies.
        case dkim
        /// RFC 5518 §7.3: the domain of a reverse-path that passes SPF.
        case spf
        /// RFC 5518 §7.3: a HELO name that passes SPF.
        case spfHelo = "spf-helo"
    }

    /// The domain.
    public let domain: String
    /// How it was authenticated.
    public let method: Method

    /// A domain authenticated by `method`.
    public init(_ domain: String, by method: Method) { (self.domain, self.method) = (domain, method) }
}
