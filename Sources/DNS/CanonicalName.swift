import Values

/// The canonical text of a name while it is made, label by label, in one buffer.
struct CanonicalName {
    private var bytes: [UInt8] = []
    /// The length of the name on the wire, as far as it goes, the root's octet counted (RFC 1035 §3.1).
    private var octets = 1
    private var labelLength = 0

    init() { bytes.reserveCapacity(64) }

    /// Whether no label has been begun since the last ended.
    var isBetweenLabels: Bool { labelLength == 0 }

    /// The text, with its final dot.
    var text: String { bytes.isEmpty ? "." : String(decoding: bytes, as: UTF8.self) }

    /// Adds a raw byte to the label at hand.
    mutating func append(_ raw: UInt8) {
        let byte = raw.lowercased
        labelLength += 1
        switch byte {
        case .dot, .backslash, .quote, .semicolon, .at, .ascii("$"), .ascii("("), .ascii(")"):
            bytes.append(.backslash)
            bytes.append(byte)
        case 0x21...0x7E:
            bytes.append(byte)
        default:
            bytes.append(.backslash)
            bytes.append(0x30 + byte / 100)
            bytes.append(0x30 + byte / 10 % 10)
            bytes.append(0x30 + byte % 10)
        }
    }

    /// Ends the label at hand; false when it is empty or longer than 63 octets, or the name is longer than 255
    /// (RFC 1035 §2.3.4).
    mutating func endLabel() -> Bool {
        octets += 1 + labelLength
        guard (1...63).contains(labelLength), octets <= 255 else { return false }
        bytes.append(.dot)
        labelLength = 0
        return true
    }
}
