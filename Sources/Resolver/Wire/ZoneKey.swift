/// The key of a zone: the data of a DNSKEY record (RFC 4034 §2.1).
struct ZoneKey: Sendable, Hashable {
    let data: [UInt8]

    /// Reads the data of a DNSKEY record; nil when it is malformed, or no key that signatures are verified with.
    init?(_ data: [UInt8]) {
        guard data.count > 4 else { return nil }
        // RFC 4034 §2.1.1, §2.1.2: the Zone Key flag must be set, and the protocol be 3. RFC 5011 §2.1: a revoked key
        // is no longer one.
        guard data[0] & 1 != 0, data[1] & 0x80 == 0, data[2] == 3 else { return nil }
        guard ZoneKey.isSound(data.count - 4, algorithm: data[3]) else { return nil }
        self.data = data
    }

    var algorithm: UInt8 { data[3] }

    /// RFC 4034 appendix B.
    var tag: UInt16 {
        var sum: UInt32 = 0
        for (offset, byte) in data.enumerated() { sum &+= offset & 1 == 0 ? UInt32(byte) << 8 : UInt32(byte) }
        return UInt16(truncatingIfNeeded: sum &+ (sum >> 16 & 0xFFFF))
    }

    /// Whether signatures of the algorithm are verified: RSA with SHA-2, ECDSA and EdDSA. Those with SHA-1 count as
    /// unknown, so that they never vouch for anything.
    static func isKnown(_ algorithm: UInt8) -> Bool { [8, 10, 13, 14, 15, 16].contains(algorithm) }

    /// Whether a key may have so many octets: for RSA between 1024 and 4096 bits, which bounds the price of a check.
    private static func isSound(_ length: Int, algorithm: UInt8) -> Bool {
        switch algorithm {
        case 8, 10: (128...520).contains(length)
        case 13: length == 64
        case 14: length == 96
        case 15: length == 32
        case 16: length == 57
        default: false
        }
    }

    /// Whether a signature of the algorithm may have so many octets.
    static func isSoundSignature(_ length: Int, algorithm: UInt8) -> Bool {
        switch algorithm {
        case 8, 10: (128...512).contains(length)
        case 13, 15: length == 64
        case 14: length == 96
        case 16: length == 114
        default: false
        }
    }
}
