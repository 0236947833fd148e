import Values

/// What a packet's link layer carries.
enum LinkFrame {
    /// A datagram of IPv4 or IPv6.
    case ip(Bytes)
    /// Something else, or what is broken off.
    case other
    /// A link type that is not known here.
    case unknown

    private static let (ipv4, ipv6) = (0x0800, 0x86DD)
    /// VLAN tags (IEEE 802.1Q, 802.1ad) and the number that was used before them.
    private static let tags: Set = [0x8100, 0x88A8, 0x9100]
    private static let mostTags = 8

    /// Takes the link's header off. The numbers are those of tcpdump.org's list of link types.
    init(_ packet: CapturedPacket) {
        let bytes = packet.bytes
        switch packet.linkType {
        // BSD loopback: the address family in the byte order of the machine, or of the network.
        case 0, 108: self = LinkFrame.ip(bytes, from: 4)
        case 1: self = LinkFrame.ethernet(bytes, typeAt: 12)
        // PPP, with or without the framing of RFC 1662.
        case 9, 50: self = LinkFrame.ppp(bytes)
        // Raw IP under several numbers, and each version's own.
        case 12, 14, 101, 228, 229: self = LinkFrame.ip(bytes, from: 0)
        // Cisco HDLC: two octets, then the type.
        case 104: self = LinkFrame.ethernet(bytes, typeAt: 2)
        // OpenBSD's encapsulating interface.
        case 109: self = LinkFrame.ip(bytes, from: 12)
        // Linux cooked capture, of both versions.
        case 113: self = LinkFrame.ethernet(bytes, typeAt: 14)
        case 276:
            self =
                bytes.count >= 20
                ? LinkFrame.carried(bytes[20..<bytes.count], type: bytes.number(at: 0, octets: 2)) : .other
        case 239: self = LinkFrame.nflog(bytes)
        default: self = .unknown
        }
    }

    private static func ip(_ bytes: Bytes, from start: Int) -> LinkFrame {
        guard bytes.count > start else { return .other }
        let rest = bytes[start..<bytes.count]
        return rest[0] >> 4 == 4 || rest[0] >> 4 == 6 ? .ip(rest) : .other
    }

    /// A frame with an EtherType at `typeAt`, behind which what it carries begins.
    private static func ethernet(_ bytes: Bytes, typeAt: Int) -> LinkFrame {
        guard bytes.count >= typeAt + 2 else { return .other }
        let type = bytes.number(at: typeAt, octets: 2)
        let rest = bytes[typeAt + 2..<bytes.count]
        // IEEE 802.3: a number up to 1500 is a length, and LLC with SNAP follows.
        if type <= 1500, rest.count >= 8, rest[0] == 0xAA, rest[1] == 0xAA {
            return carried(rest[8..<rest.count], type: rest.number(at: 6, octets: 2))
        }
        return carried(rest, type: type)
    }

    private static func carried(_ bytes: Bytes, type: Int) -> LinkFrame {
        var (bytes, type) = (bytes, type)
        for _ in 0..<mostTags where tags.contains(type) {
            guard bytes.count >= 4 else { return .other }
            type = bytes.number(at: 2, octets: 2)
            bytes = bytes[4..<bytes.count]
        }
        switch type {
        case ipv4, ipv6: return ip(bytes, from: 0)
        // RFC 2516: PPP over Ethernet, six octets before it.
        case 0x8864: return bytes.count >= 8 ? ppp(bytes[6..<bytes.count]) : .other
        // RFC 3032: labels of four octets; the last one is marked.
        case 0x8847, 0x8848:
            for place in 0..<mostTags where bytes.count > 4 * place + 4 {
                if bytes[4 * place + 2] & 1 == 1 { return ip(bytes, from: 4 * place + 4) }
            }
            return .other
        default: return .other
        }
    }

    private static func ppp(_ bytes: Bytes) -> LinkFrame {
        let start = bytes.starts(with: [0xFF, 0x03]) ? 2 : 0
        guard bytes.count >= start + 2 else { return .other }
        // RFC 1661 §6.5: a protocol number may be of one octet.
        let isShort = bytes[start] & 1 == 1
        let type = isShort ? Int(bytes[start]) : bytes.number(at: start, octets: 2)
        return type == 0x21 || type == 0x57 ? ip(bytes, from: start + (isShort ? 1 : 2)) : .other
    }

    /// Linux's netfilter log: four octets, then attributes of a length and a type, one of which is the datagram.
    private static func nflog(_ bytes: Bytes) -> LinkFrame {
        var place = 4
        while bytes.count >= place + 4 {
            // They are in the byte order of the machine; a length that makes no sense is of the other one.
            var (length, type) = (
                bytes.number(at: place, octets: 2, .little), bytes.number(at: place + 2, octets: 2, .little)
            )
            if length < 4 || place + length > bytes.count {
                (length, type) = (bytes.number(at: place, octets: 2), bytes.number(at: place + 2, octets: 2))
            }
            guard length >= 4, place + length <= bytes.count else { return .other }
            if type & 0x7FFF == 9 { return ip(bytes[place + 4..<place + length], from: 0) }
            place += (length + 3) / 4 * 4
        }
        return .other
    }
}
