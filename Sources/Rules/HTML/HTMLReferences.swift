import Mail
import Values

/// Character references as Perl's HTML::Entities decodes them: numbers mean what they say, without windows-1252.
enum HTMLReferences {
    static func decode(_ bytes: [UInt8], in range: Range<Int>, isAttribute: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] == .ascii("&"),
                let (codePoint, next) = reference(bytes, at: index, end: range.upperBound, isAttribute: isAttribute)
            {
                result.append(codePoint: codePoint)
                index = next
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func reference(
        _ bytes: [UInt8], at start: Int, end: Int, isAttribute: Bool
    ) -> (UInt32, Int)? {
        guard start + 1 < end, bytes[start + 1] == .ascii("#") else {
            return unsafe HTMLEntities.reference(in: bytes.span.bytes, at: start, end: end, isAttribute: isAttribute)
        }
        var index = start + 2
        let isHexadecimal = index < end && bytes[index].lowercased == .ascii("x")
        if isHexadecimal { index += 1 }
        let digits = index
        var value: UInt32 = 0
        while index < end, let digit = bytes[index].hexDigitValue, isHexadecimal || digit < 10 {
            value = min(value * (isHexadecimal ? 16 : 10) + UInt32(digit), 0x20_0000)
            index += 1
        }
        guard index > digits, value > 0, value < 0x11_0000 else { return nil }
        if index < end, bytes[index] == .semicolon { index += 1 }
        return ((0xD800...0xDFFF).contains(value) ? 0xFFFD : value, index)
    }
}

extension [UInt8] {
    /// Appends a code point in UTF-8; U+FFFD for what is no Unicode scalar.
    mutating func append(codePoint: UInt32) {
        if codePoint < 0x80 { return append(UInt8(codePoint)) }
        let scalar = Unicode.Scalar(codePoint) ?? "\u{FFFD}"
        append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
