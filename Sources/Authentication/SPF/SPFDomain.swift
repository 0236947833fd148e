import DNS
import Values

/// The `<domain>` of check_host() (RFC 7208 §4.1), or what a domain-spec expands to: octets that may be no name.
struct SPFDomain: Sendable, Hashable {
    /// The octets without a final dot.
    let bytes: [UInt8]
    /// The name that they are; nil where they are none.
    let name: DomainName?
    /// Whether the name may have a policy. RFC 7208 §4.3: a malformed domain, or one of a single label, has none.
    /// Neither has an address, and a name with octets past ASCII would have to be in A-label form (§7.3, RFC 8616).
    let mayHavePolicy: Bool

    /// The domain that `octets` are.
    init(_ octets: some Collection<UInt8>) {
        var bytes = Array(octets)
        if bytes.last == .dot { bytes.removeLast() }
        self.bytes = bytes
        name = DomainName(unescaped: bytes)
        mayHavePolicy =
            name.map { $0.labelCount >= 2 } ?? false && bytes.first != .ascii("[") && bytes.allSatisfy { $0 < 0x80 }
            && !SPFDomain.isAddress(bytes)
    }

    /// An address ends with a digit or, in IPv6, has a colon.
    private static func isAddress(_ bytes: [UInt8]) -> Bool {
        guard bytes.last?.isDigit ?? false || bytes.contains(.colon) else { return false }
        return IPAddress(String(decoding: bytes, as: UTF8.self)) != nil
    }

    /// The octets as printable ASCII.
    var text: String { SPFText.printable(bytes) }
}
