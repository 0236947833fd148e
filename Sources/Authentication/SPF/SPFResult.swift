/// The result of a check (RFC 7208 §2.6).
public enum SPFResult: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// The domain publishes no policy, or there is no domain to check.
    case none
    /// The domain says that it says nothing about the client.
    case neutral
    /// The client is authorised.
    case pass
    /// The client is not authorised.
    case fail
    /// The client is probably not authorised.
    case softfail
    /// A DNS lookup failed for now.
    case temperror
    /// The published policy cannot be used.
    case permerror

    /// The word of RFC 7208.
    public var description: String { rawValue }
}
