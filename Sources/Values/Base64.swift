/// Base64 in its standard alphabet, padded (RFC 4648 §4).
public enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// `bytes` as base64, in one line.
    public static func text(_ bytes: some Collection<UInt8>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var count = 0
        func digit(_ place: Int) -> UInt8 { digits[Int(group >> UInt32(18 - 6 * place) & 63)] }
        for byte in bytes {
            group |= UInt32(byte) << UInt32(16 - 8 * count)
            count += 1
            if count == 3 {
                for place in 0..<4 { output.append(digit(place)) }
                (group, count) = (0, 0)
            }
        }
        if count > 0 {
            for place in 0...count { output.append(digit(place)) }
            for _ in count..<3 { output.append(.equals) }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes that `text` encodes, spaces, tabs and line ends left out; nil when it has anything else, or is not
    /// padded as it has to be.
    public static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        var padding = 0
        for byte in text where !byte.isFoldingWhitespace {
            if byte == .equals {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: byte) else { return nil }
            group = group << 6 | value
            count += 1
            if count == 4 {
                for shift: UInt32 in [16, 8, 0] { output.append(UInt8(truncatingIfNeeded: group >> shift)) }
                (group, count) = (0, 0)
            }
        }
        switch (count, padding) {
        case (0, 0): break
        case (2, 2): output.append(UInt8(truncatingIfNeeded: group >> 4))
        case (3, 1):
            output.append(UInt8(truncatingIfNeeded: group >> 10))
            output.append(UInt8(truncatingIfNeeded: group >> 2))
        default: return nil
        }
        return output
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case .ascii("A")...(.ascii("Z")): UInt32(digit - .ascii("A"))
        case .ascii("a")...(.ascii("z")): UInt32(digit - .ascii("a")) + 26
        case .ascii("0")...(.ascii("9")): UInt32(digit - .ascii("0")) + 52
        case .ascii("+"): 62
        case .ascii("/"): 63
        default: nil
        }
    }
}
