/// A network in CIDR form (RFC 4632, RFC 4291 §2.3).
public struct IPNetwork: Sendable, Hashable {
    /// The network's first address: every bit past the prefix is zero.
    public let address: IPAddress
    /// The number of leading bits that are the network's.
    public let prefixLength: Int

    /// The network of `prefixLength` bits that `address` lies in, or nil when the length does not fit the family.
    public init?(_ address: IPAddress, prefixLength: Int) {
        guard (0...address.bitWidth).contains(prefixLength) else { return nil }
        self.address = address.masked(to: prefixLength)
        self.prefixLength = prefixLength
    }

    /// Reads `192.0.2.0/24`, `2001:db8::/32` or a single address. Bits past the prefix are cleared. Nil when the text
    /// is none of these.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        guard parts.count == 2 else {
            self.init(address, prefixLength: address.bitWidth)
            return
        }
        guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isDigit), let length = Int(parts[1])
        else { return nil }
        self.init(address, prefixLength: length)
    }

    /// Whether `other` lies in this network. Addresses of the other family never do.
    public func contains(_ other: IPAddress) -> Bool {
        other.isV4 == address.isV4 && other.masked(to: prefixLength) == address
    }

    /// Networks no client on the public Internet has: the private, loopback, link-local, shared, documentation and
    /// other special ranges of the RFC 6890 registries.
    public static let specialPurpose: [IPNetwork] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4", "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "2001:db8::/32", "fc00::/7", "fe80::/10",
        "ff00::/8",
    ].compactMap { IPNetwork($0) }

    /// The private, loopback and link-local ranges: what a site calls its own network (RFC 1918, RFC 4193, RFC 6890).
    /// The shared range 100.64.0.0/10 is left out: a provider's customers are in it, and they are not the site's own.
    public static let privateUse: [IPNetwork] = [
        "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7",
        "fe80::/10",
    ].compactMap { IPNetwork($0) }
}

extension IPNetwork: CustomStringConvertible {
    /// The network in CIDR form.
    public var description: String { "\(address)/\(prefixLength)" }
}

extension IPAddress {
    /// Whether this is an address of the host itself: in 127.0.0.0/8 (RFC 6890 §2.2.2) or `::1` (RFC 4291 §2.5.3).
    public var isLoopback: Bool {
        switch self {
        case .v4(let value): value >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }

    /// Whether the address belongs to none of the special-purpose ranges. The documentation ranges (RFC 5737,
    /// RFC 3849) count as public: fixtures and tests are written in them, and real traffic never carries them.
    public var isPublic: Bool {
        !IPNetwork.specialPurpose.contains { network in
            network.contains(self) && !IPAddress.documentation.contains(network)
        }
    }

    private static let documentation: Set<IPNetwork> = Set(
        ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"].compactMap { IPNetwork($0) })
}
