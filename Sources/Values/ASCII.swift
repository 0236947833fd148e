/// The ASCII bytes that mail grammars are written in, and the classes RFC 5234 appendix B.1 gives them.
extension UInt8 {
    public static let tab: UInt8 = 0x09
    public static let lf: UInt8 = 0x0A
    public static let cr: UInt8 = 0x0D
    public static let space: UInt8 = 0x20
    public static let quote: UInt8 = 0x22
    public static let backslash: UInt8 = 0x5C
    public static let colon: UInt8 = 0x3A
    public static let semicolon: UInt8 = 0x3B
    public static let comma: UInt8 = 0x2C
    public static let dot: UInt8 = 0x2E
    public static let equals: UInt8 = 0x3D
    public static let at: UInt8 = 0x40
    public static let hyphen: UInt8 = 0x2D

    /// The value of an ASCII literal: `UInt8(ascii:)` under a shorter name, for tables and switches.
    @inlinable
    public static func ascii(_ scalar: Unicode.Scalar) -> UInt8 { UInt8(ascii: scalar) }

    /// WSP: a space or a horizontal tab.
    @inlinable public var isWhitespace: Bool { self == .space || self == .tab }
    /// A space, tab, CR or LF: what folding white space is made of.
    @inlinable public var isFoldingWhitespace: Bool { isWhitespace || self == .cr || self == .lf }
    /// DIGIT.
    @inlinable public var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    /// ALPHA.
    @inlinable public var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    /// ALPHA or DIGIT.
    @inlinable public var isAlphanumeric: Bool { isLetter || isDigit }
    /// VCHAR: a visible ASCII character.
    @inlinable public var isVisible: Bool { self > 0x20 && self < 0x7F }
    /// The letter in lower case; any other byte unchanged.
    @inlinable public var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

    /// The value of a hexadecimal digit, or nil.
    @inlinable
    public var hexDigitValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}

extension StringProtocol {
    /// The string's UTF-8 bytes, copied whole where they lie in one piece.
    @inlinable
    public var utf8Array: [UInt8] {
        utf8.withContiguousStorageIfAvailable { unsafe Array($0) } ?? Array(utf8)
    }

    /// The string with ASCII capitals in lower case and everything else unchanged: the comparison that SMTP, DNS and
    /// header field names ask for (RFC 4343).
    @inlinable
    public var asciiLowercased: String {
        if utf8.allSatisfy({ $0 < 0x41 || $0 > 0x5A }) { return String(self) }
        return String(decoding: utf8.map { $0.lowercased }, as: UTF8.self)
    }

    /// Whether both strings are equal but for the case of ASCII letters.
    @inlinable
    public func equalsIgnoringASCIICase(_ other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }
}

extension [UInt8] {
    /// Appends the UTF-8 bytes of `text`, copied whole where they lie in one piece.
    @inlinable
    public mutating func append(utf8Of text: some StringProtocol) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { unsafe append(contentsOf: $0) }
        if isDone == nil { append(contentsOf: text.utf8) }
    }
}

extension String {
    /// Whether the bytes of `text` are somewhere in the string.
    public func containsBytes(of text: StaticString) -> Bool { unsafe utf8.span.bytes.firstIndex(of: text) != nil }
}

extension Collection where Element: RandomAccessCollection<UInt8> {
    /// The elements one after another, each copied whole, with `separator` between them.
    @inlinable
    public func joinedBytes(by separator: UInt8? = nil) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(reduce(0) { $0 + $1.count + 1 })
        for (place, element) in enumerated() {
            if place > 0, let separator { result.append(separator) }
            result.append(contentsOf: element)
        }
        return result
    }
}
