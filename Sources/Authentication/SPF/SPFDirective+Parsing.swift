import DNS
import Values

extension SPFDirective {
    /// Parses [ qualifier ] mechanism (RFC 7208 §4.6.1).
    init(_ term: ArraySlice<UInt8>) throws(SPFSyntaxError) {
        var rest = term
        switch term.first {
        case .ascii("+"): (result, rest) = (.pass, term.dropFirst())
        case .hyphen: (result, rest) = (.fail, term.dropFirst())
        case .ascii("~"): (result, rest) = (.softfail, term.dropFirst())
        case .ascii("?"): (result, rest) = (.neutral, term.dropFirst())
        default: result = .pass
        }
        self.text = SPFText.printable(term)
        self.mechanism = try SPFMechanism(rest, term: term)
    }
}

extension SPFMechanism {
    fileprivate init(_ bytes: ArraySlice<UInt8>, term: ArraySlice<UInt8>) throws(SPFSyntaxError) {
        let end = bytes.firstIndex { $0 == .colon || $0 == .ascii("/") } ?? bytes.endIndex
        let rest = bytes[end...]
        switch String(decoding: bytes[..<end].map(\.lowercased), as: UTF8.self) {
        case "all":
            guard rest.isEmpty else { throw SPFSyntaxError(term: term, offset: end, "'all' takes no argument") }
            self = .all
        case "include": self = .include(try SPFMechanism.domain(rest, term: term))
        case "exists": self = .exists(try SPFMechanism.domain(rest, term: term))
        case "ptr": self = .ptr(rest.isEmpty ? nil : try SPFMechanism.domain(rest, term: term))
        case "a":
            let (domain, lengths) = try SPFMechanism.domainAndLengths(rest, term: term)
            self = .a(domain, lengths)
        case "mx":
            let (domain, lengths) = try SPFMechanism.domainAndLengths(rest, term: term)
            self = .mx(domain, lengths)
        case "ip4": self = .ip4(try SPFMechanism.network(rest, term: term, bits: 32))
        case "ip6": self = .ip6(try SPFMechanism.network(rest, term: term, bits: 128))
        default: throw SPFSyntaxError(term: term, offset: bytes.startIndex, "an unknown mechanism")
        }
    }

    /// ":" domain-spec.
    private static func domain(
        _ bytes: ArraySlice<UInt8>, term: ArraySlice<UInt8>
    ) throws(SPFSyntaxError) -> SPFMacroString {
        guard bytes.first == .colon else {
            throw SPFSyntaxError(term: term, offset: bytes.startIndex, "expected ':' and a domain")
        }
        return try SPFMacroString(bytes.dropFirst(), place: .domain, term: term)
    }

    /// [ ":" domain-spec ] [ dual-cidr-length ]. A domain-spec may hold slashes but cannot end in a number, so the
    /// lengths are read from the end.
    private static func domainAndLengths(
        _ bytes: ArraySlice<UInt8>, term: ArraySlice<UInt8>
    ) throws(SPFSyntaxError) -> (SPFMacroString?, SPFPrefixLengths) {
        var rest = bytes
        var ip4 = 32
        var ip6 = 128
        if let digits = trailingLength(rest), rest[..<(digits - 1)].last == .ascii("/") {
            ip6 = try length(rest[digits...], bits: 128, term: term)
            rest = rest[..<(digits - 2)]
        }
        if let digits = trailingLength(rest), rest[..<(digits - 1)].last != .ascii("/") {
            ip4 = try length(rest[digits...], bits: 32, term: term)
            rest = rest[..<(digits - 1)]
        }
        let lengths = SPFPrefixLengths(ip4: ip4, ip6: ip6)
        return (rest.isEmpty ? nil : try domain(rest, term: term), lengths)
    }

    /// Where the digits of a final "/" 1*DIGIT start.
    private static func trailingLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        let digits = bytes.reversed().prefix(while: \.isDigit).count
        guard digits > 0, bytes.dropLast(digits).last == .ascii("/") else { return nil }
        return bytes.endIndex - digits
    }

    /// RFC 7208 §5.6: a prefix length has no leading zero and fits its family.
    private static func length(
        _ digits: ArraySlice<UInt8>, bits: Int, term: ArraySlice<UInt8>
    ) throws(SPFSyntaxError) -> Int {
        guard (1...3).contains(digits.count), digits.allSatisfy(\.isDigit), digits.count == 1 || digits.first != 0x30,
            case let value = digits.reduce(0, { $0 * 10 + Int($1 - 0x30) }), value <= bits
        else {
            throw SPFSyntaxError(term: term, offset: digits.startIndex, "an invalid prefix length")
        }
        return value
    }

    /// ":" network [ "/" length ].
    private static func network(
        _ bytes: ArraySlice<UInt8>, term: ArraySlice<UInt8>, bits: Int
    ) throws(SPFSyntaxError) -> IPNetwork {
        guard bytes.first == .colon else {
            throw SPFSyntaxError(term: term, offset: bytes.startIndex, "expected ':' and a network")
        }
        let parts = bytes.dropFirst().split(separator: .ascii("/"), maxSplits: 1, omittingEmptySubsequences: false)
        let text = parts.first ?? []
        let isV6 = text.contains(.colon)
        guard isV6 == (bits == 128), !text.contains(.ascii("%")),
            let address = IPAddress(String(decoding: text, as: UTF8.self))
        else {
            throw SPFSyntaxError(
                term: term, offset: text.startIndex, bits == 32 ? "an invalid IPv4 network" : "an invalid IPv6 network")
        }
        let prefix = parts.count > 1 ? try length(parts[1], bits: bits, term: term) : bits
        // RFC 7208 §5: an IPv4-mapped client is an IPv4 client, so a mapped network stays IPv6 and never matches one.
        guard let network = IPNetwork(bits == 128 ? address.asAAAA : address, prefixLength: prefix) else {
            throw SPFSyntaxError(term: term, offset: text.startIndex, "an invalid prefix length")
        }
        return network
    }
}
