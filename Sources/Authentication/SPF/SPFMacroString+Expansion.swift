import Values

/// What macro letters stand for in one expansion (RFC 7208 §7.2).
struct SPFMacroValues: Sendable {
    var sender: SPFQuery.Sender
    /// The current `<domain>`, without a final dot.
    var domain: [UInt8]
    var ip: IPAddress
    var helo: [UInt8]
    var validatedName: [UInt8]
    /// The host that checks; nil where it has no name.
    var receiver: String?
    var now: Timestamp

    func value(of letter: SPFMacro.Letter) -> [UInt8] {
        switch letter {
        case .sender: sender.localPart + [.at] + sender.domain
        case .localPart: sender.localPart
        case .senderDomain: sender.domain
        case .domain: domain
        case .address: dottedAddress
        case .validatedName: validatedName
        case .addressFamily: Array((ip.isV4 ? "in-addr" : "ip6").utf8)
        case .helo: helo
        case .readableAddress: Array(ip.description.utf8)
        case .receiver: SPFQuery.ascii((receiver ?? "unknown").utf8)
        case .timestamp: Array(String(now.seconds).utf8)
        }
    }

    /// RFC 7208 §7.4: dotted decimal for IPv4, the 32 nibbles parted by dots for IPv6.
    private var dottedAddress: [UInt8] {
        guard !ip.isV4 else { return Array(ip.description.utf8) }
        let digits = Array("0123456789ABCDEF".utf8)
        let nibbles = ip.networkBytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return Array(nibbles.map { [$0] }.joined(separator: [.dot]))
    }
}

extension SPFMacroString {
    /// The string with its macros expanded, or nil when that would take more than `budget` octets; what it took is
    /// taken off the budget.
    func expanded(with values: SPFMacroValues, budget: inout Int) -> [UInt8]? {
        var output: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .literal(let bytes):
                budget -= bytes.count
                guard budget >= 0 else { return nil }
                output += bytes
            case .macro(let macro):
                let value = values.value(of: macro.letter)
                budget -= value.count + 1
                guard budget >= 0 else { return nil }
                output += macro.transformed(value)
            }
        }
        return output
    }

    /// The expansion as a domain name: without a final dot, and cut from the left, label by label, to the 253 octets
    /// that a name may have (RFC 7208 §7.3). Empty when even the last label is longer.
    static func fitted(_ expansion: [UInt8]) -> [UInt8] {
        let name = expansion.last == .dot ? expansion.dropLast() : expansion[...]
        guard name.count > 253 else { return Array(name) }
        guard let dot = name[(name.endIndex - 254)...].firstIndex(of: .dot) else { return [] }
        return Array(name[(dot + 1)...])
    }
}

extension SPFMacro {
    /// The value split, reversed, cut, joined with dots and escaped, in the order of RFC 7208 §7.3.
    func transformed(_ value: [UInt8]) -> [UInt8] {
        var result = value
        if partCount != nil || isReversed || delimiters != [.dot] {
            var parts = value.split(omittingEmptySubsequences: false) { delimiters.contains($0) }
            if isReversed { parts.reverse() }
            result = Array(parts.suffix(partCount ?? parts.count).joined(separator: [.dot]))
        }
        guard isURLEscaped else { return result }
        let digits = Array("0123456789ABCDEF".utf8)
        return result.flatMap { byte -> [UInt8] in
            // RFC 3986 §2.3: unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~".
            byte.isAlphanumeric || SPFMacro.unreserved.contains(byte)
                ? [byte] : [.ascii("%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static let unreserved = Array("-._~".utf8)
}
