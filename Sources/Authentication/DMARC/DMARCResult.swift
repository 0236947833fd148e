/// The result of DMARC for a message (RFC 7489 §11.2).
public enum DMARCResult: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// An aligned identifier is authenticated.
    case pass
    /// No aligned identifier is authenticated.
    case fail
    /// There is no policy, or no domain to look for one.
    case none
    /// A DNS lookup failed for now.
    case temperror
    /// There is a policy record that cannot be used, or a header that cannot be read whole.
    case permerror

    /// The word of RFC 7489.
    public var description: String { rawValue }
}
