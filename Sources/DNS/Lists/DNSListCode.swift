import Values

/// Return codes of a DNS list: the addresses that an entry of the list may answer with (RFC 5782 §2.3).
public enum DNSListCode: Sendable, Hashable {
    /// One code or a network of them: `127.0.0.2`, `127.0.0.0/8`.
    case network(IPNetwork)
    /// `127.0.0.4-127.0.0.7`, both ends included.
    case range(ClosedRange<IPAddress>)
    /// `bits:8`, `bits:0.0.0.8`: any code in 127.0.0.0/8 that has one of these bits, as lists have them that are several
    /// in one.
    case bits(UInt32)

    /// Reads a code, a network, a range of IPv4 addresses or bits of them; nil when the text is none of these.
    public init?(_ text: some StringProtocol) {
        if text.hasPrefix("bits:") {
            let rest = text.dropFirst(5)
            var bits = UInt32(rest)
            if case .v4(let number)? = IPAddress(rest) { bits = number }
            // The first number of a code is 127 always.
            guard let bits, (1...0x00FF_FFFF).contains(bits) else { return nil }
            self = .bits(bits)
            return
        }
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
        case .bits: return true
        }
    }

    /// Whether `code` is among them.
    public func matches(_ code: IPAddress) -> Bool {
        switch self {
        case .network(let network): network.contains(code)
        case .range(let range): code.isV4 && range.contains(code)
        case .bits(let bits):
            if case .v4(let number) = code { number >> 24 == 127 && number & bits != 0 } else { false }
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
        case .bits(let bits): "bits:\(bits)"
        }
    }
}
