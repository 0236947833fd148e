import Values

/// Decodes base64 bodies (RFC 2045 §6.8): line ends and foreign bytes are passed over, as the RFC asks of readers.
public enum Base64Decoder {
    private static let padding: UInt8 = 64
    private static let space: UInt8 = 65
    private static let illegal: UInt8 = 66

    /// The value of each byte: 0–63 for the alphabet, then the classes above.
    private static let table: [UInt8] = {
        var table = [UInt8](repeating: illegal, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, byte) in alphabet.utf8.enumerated() { table[Int(byte)] = UInt8(value) }
        table[Int(UInt8.equals)] = padding
        for byte in [UInt8.space, .tab, .cr, .lf] { table[Int(byte)] = space }
        return table
    }()

    /// The decoded bytes: at most three for every four given.
    public static func decode(_ encoded: Bytes) -> (bytes: [UInt8], defects: TransferDefects) {
        encoded.withSpan { decode($0) }
    }

    static func decode(_ span: RawSpan) -> (bytes: [UInt8], defects: TransferDefects) {
        var defects: TransferDefects = []
        let count = span.byteCount
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count / 4 * 3 + 3) { output, written in
            unsafe table.withUnsafeBufferPointer { table in
                var position = 0
                var group: UInt32 = 0
                var digits = 0
                var isPadded = false
                while position < count {
                    if digits == 0 {
                        while position + 4 <= count {
                            let a = unsafe table[Int(span[position])]
                            let b = unsafe table[Int(span[position + 1])]
                            let c = unsafe table[Int(span[position + 2])]
                            let d = unsafe table[Int(span[position + 3])]
                            guard (a | b | c | d) < 64 else { break }
                            if isPadded { defects.insert(.dataAfterPadding) }
                            isPadded = false
                            unsafe output[written] = a << 2 | b >> 4
                            unsafe output[written + 1] = b << 4 | c >> 2
                            unsafe output[written + 2] = c << 6 | d
                            written += 3
                            position += 4
                        }
                        guard position < count else { break }
                    }
                    let value = unsafe table[Int(span[position])]
                    position += 1
                    switch value {
                    case 0..<64:
                        if isPadded { defects.insert(.dataAfterPadding) }
                        isPadded = false
                        group = group << 6 | UInt32(value)
                        digits += 1
                        if digits == 4 {
                            unsafe output[written] = UInt8(truncatingIfNeeded: group >> 16)
                            unsafe output[written + 1] = UInt8(truncatingIfNeeded: group >> 8)
                            unsafe output[written + 2] = UInt8(truncatingIfNeeded: group)
                            written += 3
                            (group, digits) = (0, 0)
                        }
                    case padding:
                        if digits == 1 { defects.insert(.truncated) }
                        unsafe written += flush(group, digits: digits, to: output, at: written)
                        (group, digits) = (0, 0)
                        isPadded = true
                    case space: break
                    default: defects.insert(.illegalCharacter)
                    }
                }
                if digits > 0 {
                    defects.insert(.truncated)
                    unsafe written += flush(group, digits: digits, to: output, at: written)
                }
            }
        }
        return (bytes, defects)
    }

    /// Writes the whole bytes of a group of two or three digits, and says how many they are.
    private static func flush(
        _ group: UInt32, digits: Int, to output: UnsafeMutableBufferPointer<UInt8>, at offset: Int
    ) -> Int {
        guard digits >= 2 else { return 0 }
        let bits = group << UInt32(6 * (4 - digits))
        unsafe output[offset] = UInt8(truncatingIfNeeded: bits >> 16)
        guard digits == 3 else { return 1 }
        unsafe output[offset + 1] = UInt8(truncatingIfNeeded: bits >> 8)
        return 2
    }
}
