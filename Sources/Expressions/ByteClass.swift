import Values

/// A set of bytes: what a class of an expression matches.
struct ByteClass: Hashable {
    private var words = SIMD4<UInt64>()

    init() {}

    init(_ range: ClosedRange<UInt8>) { insert(range) }

    init(where isMember: (UInt8) -> Bool) {
        for byte in UInt8.min...UInt8.max where isMember(byte) { insert(byte) }
    }

    mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    mutating func insert(_ range: ClosedRange<UInt8>) { for byte in range { insert(byte) } }

    func union(_ other: ByteClass) -> ByteClass {
        var result = self
        result.formUnion(other)
        return result
    }

    func intersects(_ other: ByteClass) -> Bool { words & other.words != .zero }

    var isEmpty: Bool { words == .zero }

    /// The members in ascending order.
    var members: [UInt8] { (UInt8.min...UInt8.max).filter(contains) }

    /// The set in four numbers, and back.
    var numbers: [UInt64] { (0..<4).map { words[$0] } }

    init(numbers: [UInt64]) { for (index, word) in numbers.prefix(4).enumerated() { words[index] = word } }

    mutating func formUnion(_ other: ByteClass) { words |= other.words }

    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    var inverted: ByteClass {
        var result = ByteClass()
        result.words = ~words
        return result
    }

    /// The member, where there is one only.
    var single: UInt8? {
        for index in 0..<4 where words[index] != 0 {
            let bit = words[index].trailingZeroBitCount
            var rest = words
            rest[index] &= ~(1 << UInt64(bit))
            return rest == .zero ? UInt8(index << 6 | bit) : nil
        }
        return nil
    }

    /// The members in ascending order, capitals as small letters.
    var folded: [UInt8] {
        var result = ByteClass()
        for byte in UInt8.min...UInt8.max where contains(byte) { result.insert(byte.lowercased) }
        return result.members
    }

    // PCRE2's tables of the C locale.
    static let digits = ByteClass(0x30...0x39)
    static let spaces = ByteClass { $0 == 0x20 || (0x09...0x0D).contains($0) }
    static let words = ByteClass { $0.isAlphanumeric || $0 == .ascii("_") }
    static let horizontalSpaces = ByteClass { $0 == 0x09 || $0 == 0x20 || $0 == 0xA0 }
    static let verticalSpaces = ByteClass { (0x0A...0x0D).contains($0) || $0 == 0x85 }

    /// `[:name:]`; nil for a name there is not.
    static func named(_ name: String) -> ByteClass? {
        switch name {
        case "alpha": ByteClass(where: \.isLetter)
        case "digit": digits
        case "alnum": ByteClass(where: \.isAlphanumeric)
        case "upper", "lower": ByteClass(where: \.isLetter)
        case "space": spaces
        case "blank": ByteClass { $0 == 0x20 || $0 == 0x09 }
        case "punct": ByteClass { $0.isVisible && !$0.isAlphanumeric }
        case "print": ByteClass(0x20...0x7E)
        case "graph": ByteClass(0x21...0x7E)
        case "cntrl": ByteClass { $0 < 0x20 || $0 == 0x7F }
        case "xdigit": ByteClass { $0.hexDigitValue != nil }
        case "word": words
        case "ascii": ByteClass(0x00...0x7F)
        default: nil
        }
    }
}
