import Values

/// The record types that mail policy looks at (RFC 1035 §3.2.2, RFC 3596, RFC 2782, RFC 6698).
public enum RecordType: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case a = "A"
    case aaaa = "AAAA"
    case cname = "CNAME"
    case mx = "MX"
    case ns = "NS"
    case ptr = "PTR"
    case soa = "SOA"
    case srv = "SRV"
    case tlsa = "TLSA"
    case txt = "TXT"

    /// The type of this mnemonic, in any case; nil when mail policy does not look at it.
    public init?(mnemonic: some StringProtocol) {
        guard let type = RecordType.allCases.first(where: { $0.rawValue.equalsIgnoringASCIICase(mnemonic) }) else {
            return nil
        }
        self = type
    }

    private var ordinal: UInt8 {
        switch self {
        case .a: 0
        case .aaaa: 1
        case .cname: 2
        case .mx: 3
        case .ns: 4
        case .ptr: 5
        case .soa: 6
        case .srv: 7
        case .tlsa: 8
        case .txt: 9
        }
    }

    /// Left to itself, a type of text would be hashed by its text.
    public func hash(into hasher: inout Hasher) { hasher.combine(ordinal) }

    /// The mnemonic of RFC 1035 and its successors.
    public var description: String { rawValue }
}
