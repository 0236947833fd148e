/// The processing limits of RFC 7208 §4.6.4, and bounds on what its grammar leaves open.
public struct SPFLimits: Sendable, Hashable {
    /// Terms that need the DNS, over all records of one check; one more is a permerror.
    public var terms = 10
    /// Terms whose lookups find nothing; one more is a permerror.
    public var voidLookups = 2
    /// Hosts whose addresses one `mx` or `ptr` term, or the `p` macro, looks up.
    public var hosts = 10
    /// Octets that macros may expand to in one check; more is a permerror. RFC 7208 has no such limit: without one a
    /// record of 64 KB of macros and a long reverse-path would make gigabytes.
    public var macroOctets = 1 << 20
    /// Octets of an explanation; a longer one is not used.
    public var explanationOctets = 2000

    /// The limits the RFC asks for.
    public init() {}
}
