import Values

extension Charset {
    /// HZ (RFC 1843), which the C library lacks: GB 2312 in seven bits, between `~{` and `~}`. Rewritten as the
    /// eight-bit form, which the C library has.
    static func eightBitForm(ofHZ bytes: Bytes) -> Bytes {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var isDouble = false
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            let next = position + 1 < bytes.count ? bytes[position + 1] : 0
            switch (byte, next) {
            case (.ascii("~"), .ascii("{")) where !isDouble:
                isDouble = true
                position += 2
            case (.ascii("~"), .ascii("}")) where isDouble:
                isDouble = false
                position += 2
            case (.ascii("~"), .ascii("~")) where !isDouble:
                output.append(byte)
                position += 2
            case (.ascii("~"), .lf) where !isDouble:
                position += 2
            case (0x21...0x77, 0x21...0x7E) where isDouble:
                output.append(byte | 0x80)
                output.append(next | 0x80)
                position += 2
            default:
                // RFC 1843 §2: a line ends the double-byte mode, closed or not.
                if byte == .lf { isDouble = false }
                output.append(byte)
                position += 1
            }
        }
        return Bytes(output)
    }
}
