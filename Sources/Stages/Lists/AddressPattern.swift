import Values

/// A client address or a set of them, as lists write it: one address, a CIDR network, a range, or an address with
/// wildcards.
public enum AddressPattern: Sendable, Hashable {
    /// `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`.
    case network(IPNetwork)
    /// `192.0.2.10-192.0.2.20`, both ends included.
    case range(ClosedRange<IPAddress>)
    /// `192.0.2.*`, `10.?.0.1`, `2001:db8:*`: matched against the address's canonical text.
    case wildcard(String)

    /// Reads any of the forms; nil when the text is none of them.
    public init?(_ text: some StringProtocol) {
        let text = text.asciiLowercased
        if let network = IPNetwork(text) {
            self = .network(network)
        } else if text.utf8.contains(.hyphen) {
            let ends = text.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let first = IPAddress(ends[0].trimmingSpaces),
                let last = IPAddress(ends[1].trimmingSpaces),
                first <= last, first.isV4 == last.isV4
            else { return nil }
            self = .range(first...last)
        } else {
            let isPattern = text.utf8.contains { $0 == .ascii("*") || $0 == .ascii("?") }
            let isAddressLike = text.utf8.allSatisfy {
                $0.hexDigitValue != nil || $0 == .dot || $0 == .colon || $0 == .ascii("*") || $0 == .ascii("?")
            }
            guard isPattern, isAddressLike, text.utf8.count <= 64 else { return nil }
            self = .wildcard(text)
        }
    }

    /// Whether `address` is in the set.
    public func matches(_ address: IPAddress) -> Bool {
        switch self {
        case .network(let network): network.contains(address)
        case .range(let range): range.contains(address) && address.isV4 == range.lowerBound.isV4
        case .wildcard(let pattern): Wildcard.matches(pattern, address.description)
        }
    }
}

extension AddressPattern: CustomStringConvertible {
    /// The pattern in the form it is read in.
    public var description: String {
        switch self {
        case .network(let network):
            network.prefixLength == network.address.bitWidth ? network.address.description : network.description
        case .range(let range): "\(range.lowerBound)-\(range.upperBound)"
        case .wildcard(let pattern): pattern
        }
    }
}

extension StringProtocol {
    fileprivate var trimmingSpaces: SubSequence {
        let head = drop { $0 == " " }
        return head.prefix(head.count - head.reversed().prefix { $0 == " " }.count)
    }
}
