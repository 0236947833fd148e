import Values

/// A parsed SPF record (RFC 7208 §3, §4.6.1).
public struct SPFRecord: Sendable, Hashable {
    /// The directives in order; those after `all` are parsed but can never match (§5.1).
    public let directives: [SPFDirective]
    /// The `redirect=` modifier's domain-spec (§6.1).
    public let redirect: SPFMacroString?
    /// The `exp=` modifier's domain-spec (§6.2).
    public let explanation: SPFMacroString?
    /// Modifiers of other standards or none, as written: they are ignored (§6).
    public let unknownModifiers: [String]
}

/// A mechanism with the result it gives when it matches (RFC 7208 §4.6.2).
public struct SPFDirective: Sendable, Hashable {
    public let result: SPFResult
    public let mechanism: SPFMechanism
    /// The directive as written.
    public let text: String
}

/// What a directive tests (RFC 7208 §5). A nil domain means the current one.
public enum SPFMechanism: Sendable, Hashable {
    case all
    case include(SPFMacroString)
    case a(SPFMacroString?, SPFPrefixLengths)
    case mx(SPFMacroString?, SPFPrefixLengths)
    case ptr(SPFMacroString?)
    case ip4(IPNetwork)
    case ip6(IPNetwork)
    case exists(SPFMacroString)
}

/// The dual-cidr-length of `a` and `mx` (RFC 7208 §5.3).
public struct SPFPrefixLengths: Sendable, Hashable {
    /// For IPv4 clients, 0 to 32.
    public let ip4: Int
    /// For IPv6 clients, 0 to 128.
    public let ip6: Int

    /// Whether a client belongs to the network of this size around `host`. Families never match each other.
    func match(_ client: IPAddress, host: IPAddress) -> Bool {
        let length = client.isV4 ? ip4 : ip6
        return client.isV4 == host.isV4 && client.masked(to: length) == host.masked(to: length)
    }
}
