/// An SPF record as a domain publishes it.
public struct SPFPublishedRecord: Sendable, Hashable {
    /// Octets of a record that are shown.
    static let longestText = 4096

    /// The domain that was asked for it.
    public let domain: String
    /// The record's strings joined (RFC 7208 §3.3), as printable ASCII, a very long one cut.
    public let text: String
}
