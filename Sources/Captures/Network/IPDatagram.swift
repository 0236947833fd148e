import Values

/// A datagram of IPv4 (RFC 791) or IPv6 (RFC 8200) as far as it was captured.
struct IPDatagram: Sendable {
    /// Which part of a datagram a fragment is.
    struct Fragment: Sendable {
        let identification: Int
        /// Where its payload lies in that of the datagram.
        let offset: Int
        let isLast: Bool
    }

    var source: IPAddress
    var destination: IPAddress
    /// What the payload is, by IANA's number.
    var protocolNumber: Int
    /// What was captured of the payload.
    var payload: Bytes
    /// The octets of the payload on the wire.
    var payloadLength: Int
    var fragment: Fragment?

    private static let mostExtensions = 16
    private static let mostNestings = 4
    static let (tcp, fragmentHeader) = (6, 44)

    /// Reads a datagram, and the one in it where it is a tunnel's; nil when it is none.
    init?(_ bytes: Bytes) {
        guard var datagram = IPDatagram(outer: bytes) else { return nil }
        for _ in 0..<IPDatagram.mostNestings {
            // RFC 2003, RFC 4213: a datagram that carries another.
            guard [4, 41].contains(datagram.protocolNumber), datagram.fragment == nil,
                let inner = IPDatagram(outer: datagram.payload)
            else { break }
            datagram = inner
        }
        self = datagram
    }

    /// A datagram put together from fragments.
    init(_ first: IPDatagram, payload: Bytes) {
        self = first
        (self.payload, payloadLength, fragment) = (payload, payload.count, nil)
    }

    private init?(outer bytes: Bytes) {
        guard let first = bytes.first else { return nil }
        switch first >> 4 {
        case 4: self.init(version4: bytes)
        case 6: self.init(version6: bytes)
        default: return nil
        }
    }

    private init?(version4 bytes: Bytes) {
        guard bytes.count >= 20 else { return nil }
        let header = Int(bytes[0] & 0x0F) * 4
        // A length of nought is what a card that cuts segments up itself leaves behind.
        var length = bytes.number(at: 2, octets: 2)
        if length == 0 { length = bytes.count }
        guard header >= 20, length >= header, bytes.count >= header,
            let source = IPAddress(networkBytes: bytes[12..<16]),
            let destination = IPAddress(networkBytes: bytes[16..<20])
        else { return nil }
        let flags = bytes.number(at: 6, octets: 2)
        let (offset, hasMore) = ((flags & 0x1FFF) * 8, flags & 0x2000 != 0)
        (self.source, self.destination, protocolNumber) = (source, destination, Int(bytes[9]))
        // What follows the datagram fills the frame up.
        payload = bytes[header..<min(length, bytes.count)]
        payloadLength = length - header
        fragment =
            offset > 0 || hasMore
            ? Fragment(identification: bytes.number(at: 4, octets: 2), offset: offset, isLast: !hasMore) : nil
    }

    private init?(version6 bytes: Bytes) {
        guard bytes.count >= 40, let source = IPAddress(networkBytes: bytes[8..<24]),
            let destination = IPAddress(networkBytes: bytes[24..<40])
        else { return nil }
        let stated = bytes.number(at: 4, octets: 2)
        let length = stated == 0 ? bytes.count - 40 : stated
        var rest = bytes[40..<min(bytes.count, 40 + length)]
        var (left, next) = (length, Int(bytes[6]))
        var fragment: Fragment?
        // RFC 8200 §4: extension headers, each of which says what follows it.
        for _ in 0..<IPDatagram.mostExtensions {
            var size: Int
            switch next {
            case 0, 43, 60, 135, 139, 140: size = rest.count >= 2 ? (Int(rest[1]) + 1) * 8 : .max
            // RFC 4302 §2.2: counted otherwise.
            case 51: size = rest.count >= 2 ? (Int(rest[1]) + 2) * 4 : .max
            case IPDatagram.fragmentHeader:
                guard rest.count >= 8 else { return nil }
                let place = rest.number(at: 2, octets: 2)
                size = 8
                // RFC 8200 §4.5; RFC 6946: one that is a whole datagram is taken for that.
                if place & 0xFFF9 != 0 {
                    fragment = Fragment(
                        identification: rest.number(at: 4, octets: 4), offset: place & 0xFFF8, isLast: place & 1 == 0)
                }
            default: size = 0
            }
            if size == 0 { break }
            guard size <= rest.count else { return nil }
            next = Int(rest[0])
            rest = rest[size..<rest.count]
            left -= size
            // What follows in a fragment but the first is not a header.
            if fragment != nil { break }
        }
        (self.source, self.destination, protocolNumber) = (source, destination, next)
        (payload, payloadLength, self.fragment) = (rest, max(left, rest.count), fragment)
    }
}
