import Values

/// Return codes of a DNS list: the addresses that an entry of the list may answer with (RFC 5782 §2.3).
public enum DNSListCode: Sendable, Hashable {
    /// One code or a network of them: `127.0.0.2`, `127.0.0.0/8`.
    case network(IPNetwork)
    /// `127.0.0.4-127.0.0.7`, both ends included.
    case range(ClosedRange<IPAddress>)

    /// Reads a code, a network or a range of IPv4 addresses; nil when the text is none of them.
    public init?(_ text: some StringProtocol) {
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        if ends.count == 2 {
            guard let first = IPAddress(ends[0]), let last = IPAddress(ends[1]), first.isV4, last.isV4, first <= last
            else { return nil }
            self = .range(first...last)
        } else {
            guard let network = IPNetwork(text), network.address.isV4 else { return nil }
            self = .network(network)
        }
    }

    /// Whether any of them can be the answer of a list: all lie in 127.0.0.0/8 (RFC 5782 §2.3).
    public var isReturnCode: Bool {
        let (first, last) = (IPAddress.v4(0x7F00_0000), IPAddress.v4(0x7FFF_FFFF))
        switch self {
        case .network(let network): return network.contains(first) || (first...last).contains(network.address)
        case .range(let range): return range.overlaps(first...last)
        }
    }

    /// Whether `code` is among them.
    public func matches(_ code: IPAddress) -> Bool {
        switch self {
        case .network(let network): network.contains(code)
        case .range(let range): code.isV4 && range.contains(code)
        }
    }
}

extension DNSListCode: CustomStringConvertible {
    /// The codes in the form they are read in.
    public var description: String {
        switch self {
        case .network(let network):
            network.prefixLength == network.address.bitWidth ? network.address.description : network.description
        case .range(let range): "\(range.lowerBound)-\(range.upperBound)"
        }
    }
}
