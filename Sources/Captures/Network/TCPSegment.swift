import Values

/// A segment of TCP (RFC 9293 §3.1). Checksums are not looked at: cards compute them behind the capture.
struct TCPSegment: Sendable {
    /// The bits of its header that matter here.
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt8
        static let fin = Flags(rawValue: 1)
        static let syn = Flags(rawValue: 2)
        static let rst = Flags(rawValue: 4)
        static let ack = Flags(rawValue: 16)
    }

    let sourcePort: UInt16
    let destinationPort: UInt16
    let sequence: UInt32
    let acknowledgement: UInt32
    let flags: Flags
    /// What was captured of the payload.
    let payload: Bytes
    /// The octets of the payload on the wire.
    let length: Int

    /// Reads the segment in `datagram`; nil when it is none.
    init?(_ datagram: IPDatagram) {
        let bytes = datagram.payload
        guard datagram.protocolNumber == IPDatagram.tcp, datagram.fragment == nil, bytes.count >= 20 else { return nil }
        let header = Int(bytes[12] >> 4) * 4
        guard header >= 20, header <= datagram.payloadLength else { return nil }
        sourcePort = UInt16(truncatingIfNeeded: bytes.number(at: 0, octets: 2))
        destinationPort = UInt16(truncatingIfNeeded: bytes.number(at: 2, octets: 2))
        sequence = UInt32(truncatingIfNeeded: bytes.number(at: 4, octets: 4))
        acknowledgement = UInt32(truncatingIfNeeded: bytes.number(at: 8, octets: 4))
        flags = Flags(rawValue: bytes[13])
        payload = bytes[min(header, bytes.count)..<bytes.count]
        length = datagram.payloadLength - header
    }
}
