/// An IPv4 or IPv6 address. IPv4-mapped IPv6 addresses (RFC 4291 §2.5.5.2) are read as the IPv4 address they hold,
/// so that a client is one client however its connection was accepted.
public enum IPAddress: Sendable, Hashable, Comparable {
    case v4(UInt32)
    case v6(high: UInt64, low: UInt64)

    /// Reads dotted-decimal IPv4 or RFC 4291 §2.2 IPv6, with or without a zone id (which is dropped). Nil when the
    /// text is neither; leading zeros in IPv4 octets are refused, as readers disagree on what they mean.
    public init?(_ text: some StringProtocol) {
        // Text mostly lies in one piece; read so, it needs no copy, and the reading is made for the type at hand.
        let read = text.utf8.withContiguousStorageIfAvailable { unsafe IPAddress(bytes: $0) }
        guard let address = read ?? IPAddress(bytes: Array(text.utf8)) else { return nil }
        self = address
    }

    /// The same of the bytes of a text.
    public init?(ascii bytes: ArraySlice<UInt8>) { self.init(bytes: bytes) }

    private init?(bytes: some Collection<UInt8>) {
        guard let first = bytes.first, first.hexDigitValue != nil || first == .colon || first == .ascii("%") else {
            return nil
        }
        if bytes.contains(.colon) {
            guard let address = IPAddress.parseV6(Array(bytes)) else { return nil }
            self = address
        } else {
            guard let value = IPAddress.parseV4(bytes) else { return nil }
            self = .v4(value)
        }
    }

    /// The address whose bytes in network order are given: 4 or 16 of them, else nil.
    public init?(networkBytes bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4:
            self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            let high = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let low = bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            self = IPAddress.unmapped(high: high, low: low)
        default:
            return nil
        }
    }

    /// Whether this is an IPv4 address.
    public var isV4: Bool { if case .v4 = self { true } else { false } }

    /// The number of bits in an address of this family: 32 or 128.
    public var bitWidth: Int { isV4 ? 32 : 128 }

    /// The address in network order: 4 or 16 bytes.
    public var networkBytes: [UInt8] {
        switch self {
        case .v4(let value):
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
        case .v6(let high, let low):
            [high, low].flatMap { half in
                stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
            }
        }
    }

    /// The address with all but the first `prefixLength` bits cleared.
    public func masked(to prefixLength: Int) -> IPAddress {
        switch self {
        case .v4(let value):
            return .v4(
                prefixLength <= 0 ? 0 : prefixLength >= 32 ? value : value & ~(UInt32.max >> UInt32(prefixLength)))
        case .v6(let high, let low):
            func mask(_ half: UInt64, _ bits: Int) -> UInt64 {
                bits <= 0 ? 0 : bits >= 64 ? half : half & ~(UInt64.max >> UInt64(bits))
            }
            return .v6(high: mask(high, prefixLength), low: mask(low, prefixLength - 64))
        }
    }

    private static func unmapped(high: UInt64, low: UInt64) -> IPAddress {
        high == 0 && low >> 32 == 0xFFFF ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high: high, low: low)
    }

    private static func parseV4(_ bytes: some Sequence<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in bytes {
            if byte == .dot {
                guard digits > 0, dots < 3 else { return nil }
                (value, octet, digits, dots) = (value << 8 | octet, 0, 0, dots + 1)
                continue
            }
            guard byte.isDigit, digits < 3, digits == 0 || octet > 0 else { return nil }
            octet = octet * 10 + UInt32(byte - 0x30)
            digits += 1
            guard octet <= 255 else { return nil }
        }
        guard dots == 3, digits > 0 else { return nil }
        value = value << 8 | octet
        return value
    }

    private static func parseV6(_ whole: [UInt8]) -> IPAddress? {
        guard whole.count <= 100 else { return nil }
        let bytes = whole.prefix { $0 != .ascii("%") }
        var groups: [UInt16] = []
        var gap: Int?
        var rest = bytes
        if rest.starts(with: [.colon, .colon]) {
            gap = 0
            rest = rest.dropFirst(2)
        } else if rest.first == .colon {
            return nil
        }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != .colon }
            if group.contains(.dot) {
                guard group.count == rest.count, let v4 = parseV4(group) else { return nil }
                groups.append(UInt16(v4 >> 16))
                groups.append(UInt16(truncatingIfNeeded: v4))
                break
            }
            guard (1...4).contains(group.count) else { return nil }
            var value: UInt16 = 0
            for byte in group {
                guard let digit = byte.hexDigitValue else { return nil }
                value = value << 4 | UInt16(digit)
            }
            groups.append(value)
            rest = rest.dropFirst(group.count)
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == .colon {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        if let gap {
            // RFC 4291 §2.2: "::" stands for one or more groups of zeros.
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        let high = groups[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = groups[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return unmapped(high: high, low: low)
    }

    /// IPv4 before IPv6, then by value.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        switch (left, right) {
        case (.v4(let a), .v4(let b)): a < b
        case (.v4, .v6): true
        case (.v6, .v4): false
        case (.v6(let a, let b), .v6(let c, let d)): (a, b) < (c, d)
        }
    }
}

extension IPAddress {
    /// Four decimal numbers with dots between.
    private static func dotted(_ value: UInt32) -> String {
        String(capacity: 15) { output in
            var shift: UInt32 = 32
            while shift > 0 {
                if shift < 32 { output.append(.dot) }
                shift -= 8
                let octet = UInt8(truncatingIfNeeded: value >> shift)
                if octet >= 100 { output.append(0x30 + octet / 100) }
                if octet >= 10 { output.append(0x30 + octet / 10 % 10) }
                output.append(0x30 + octet % 10)
            }
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the RFC 5952 form of an IPv6 address.
    public var description: String {
        switch self {
        case .v4(let value):
            return IPAddress.dotted(value)
        case .v6(let high, let low):
            func group(_ place: Int) -> UInt16 {
                UInt16(truncatingIfNeeded: (place < 4 ? high : low) >> UInt64(48 - 16 * (place & 3)))
            }
            // RFC 5952 §4.2: the longest run of two or more zero groups is cut, the first of equals.
            var best = 0..<0
            var start = 0
            while start < 8 {
                var end = start
                while end < 8, group(end) == 0 { end += 1 }
                if end - start > max(best.count, 1) { best = start..<end }
                start = max(end, start + 1)
            }
            return String(capacity: 39) { output in
                var place = 0
                while place < 8 {
                    if !best.isEmpty, place == best.lowerBound {
                        output.append(.colon)
                        output.append(.colon)
                        place = best.upperBound
                        continue
                    }
                    if place > 0, place != best.upperBound || best.isEmpty { output.append(.colon) }
                    let value = group(place)
                    var shift: UInt16 = value > 0xFFF ? 12 : value > 0xFF ? 8 : value > 0xF ? 4 : 0
                    while true {
                        let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
                        output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
                        if shift == 0 { break }
                        shift -= 4
                    }
                    place += 1
                }
            }
        }
    }
}
