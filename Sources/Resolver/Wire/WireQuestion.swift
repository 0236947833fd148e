import DNS
import Values

/// A question as it stands in a message: the name with the case of its letters, type and class (RFC 1035 §4.1.2).
struct WireQuestion: Sendable, Hashable {
    /// Name, type and class, as sent.
    let bytes: [UInt8]

    /// A question with the name in lower case.
    init(_ question: DNSQuestion) { self.init(question.name, type: question.type.code) }

    /// A question for a type by its number, with the name in lower case.
    init(_ name: DomainName, type code: UInt16) {
        var bytes: [UInt8] = []
        for label in name.labels {
            bytes.append(UInt8(truncatingIfNeeded: label.count))
            bytes += label
        }
        bytes.append(0)
        bytes += [UInt8(code >> 8), UInt8(code & 0xFF), 0, 1]
        self.bytes = bytes
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// The first question of a message. Nil when there is none, and when its name is compressed: at that place there
    /// is nothing before it to point at.
    init?(ofMessage message: [UInt8]) {
        var position = DNSMessage.headerLength
        while true {
            guard position < message.count, message[position] <= 63 else { return nil }
            if message[position] == 0 { break }
            position += 1 + Int(message[position])
        }
        guard position - DNSMessage.headerLength < 255, position + 5 <= message.count else { return nil }
        self.init(bytes: Array(message[DNSMessage.headerLength..<position + 5]))
    }

    /// The wire form of the name alone.
    var name: ArraySlice<UInt8> { bytes.dropLast(4) }

    /// The question with each letter of the name in a case that a bit of `random` decides: whoever forges an answer
    /// has to guess them too (draft-vixie-dnsext-dns0x20).
    func mixingCase(using random: inout some RandomNumberGenerator) -> WireQuestion {
        var bytes = bytes
        var bits: UInt64 = 0
        var position = 0
        var label = 0
        for index in bytes.indices.dropLast(4) {
            if index == label {
                label += 1 + Int(bytes[index])
                continue
            }
            guard bytes[index].isLetter else { continue }
            if position % 64 == 0 { bits = random.next() }
            bytes[index] = bytes[index] & 0xDF | UInt8(bits & 1) << 5
            bits >>= 1
            position += 1
        }
        return WireQuestion(bytes: bytes)
    }

    /// Whether both ask the same, the case of letters aside (RFC 4343).
    func asksTheSame(as other: WireQuestion) -> Bool {
        // A length octet is below 64 and so below every letter; type and class are compared as they are.
        bytes.count == other.bytes.count && bytes.suffix(4) == other.bytes.suffix(4)
            && zip(name, other.name).allSatisfy { $0.lowercased == $1.lowercased }
    }
}

extension RecordType {
    /// The type's number in messages (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 2782, RFC 6698 §7.1).
    var code: UInt16 {
        switch self {
        case .a: 1
        case .ns: 2
        case .cname: 5
        case .soa: 6
        case .ptr: 12
        case .mx: 15
        case .txt: 16
        case .aaaa: 28
        case .srv: 33
        case .tlsa: 52
        }
    }
}
