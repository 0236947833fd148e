import Values

extension DomainName {
    /// The root of the DNS.
    public static let root = DomainName(unchecked: [])

    /// Reads bytes separated by dots, with or without a final one, in which nothing is an escape: a name as SMTP and
    /// SPF write it (RFC 7208 §7.3), where a backslash is a byte like any other. Nil as for `init?(_:)`.
    public init?(unescaped bytes: some Collection<UInt8>) {
        guard bytes.count <= 254 else { return nil }
        var labels = bytes.split(separator: .dot, omittingEmptySubsequences: false).map { Bytes(Array($0)) }
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        self.init(labels: labels)
    }

    /// The name without its leftmost label; nil for the root.
    public var parent: DomainName? {
        labels.isEmpty ? nil : DomainName(unchecked: Array(labels.dropFirst()))
    }

    /// This name with `label` before it, or nil when that is too long.
    public func prepending(_ label: Bytes) -> DomainName? { DomainName(labels: [label] + labels) }

    /// The name whose PTR records name `address`: below `in-addr.arpa` (RFC 1035 §3.5) or `ip6.arpa` (RFC 3596 §2.5).
    public static func reverse(of address: IPAddress) -> DomainName {
        let suffix = [address.isV4 ? "in-addr" : "ip6", "arpa"].map { Bytes($0) }
        return DomainName(unchecked: reverseLabels(of: address).map { Bytes($0) } + suffix)
    }

    /// The labels that stand for `address` in a reverse zone or a DNS list (RFC 5782 §2.1, §2.4), least significant
    /// first: four decimal octets, or 32 hexadecimal digits in lower case.
    public static func reverseLabels(of address: IPAddress) -> [String] {
        let bytes = address.networkBytes.reversed()
        return address.isV4
            ? bytes.map { String($0) }
            : bytes.flatMap { [String($0 & 15, radix: 16), String($0 >> 4, radix: 16)] }
    }
}
