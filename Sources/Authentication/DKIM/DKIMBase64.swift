import Values

/// Base64 as DKIM tags carry it: folding white space may stand between any two characters (RFC 6376 §2.10).
public enum DKIMBase64 {
    /// The bytes that `text` encodes, or nil when it has a character that is neither base64 nor white space, anything
    /// but white space after its padding, or too much padding.
    ///
    /// Missing padding is taken: the grammar makes `=` optional.
    public static func decode(_ text: Bytes) -> [UInt8]? {
        var isValid = false
        let bytes = text.withSpan { span in
            [UInt8](capacity: span.byteCount / 4 * 3 + 3) { isValid = decode(span, into: &$0) }
        }
        return isValid ? bytes : nil
    }

    private static func decode(_ span: RawSpan, into output: inout OutputSpan<UInt8>) -> Bool {
        let values = values
        var accumulator: UInt32 = 0
        var sextets = 0
        var padding = 0
        var offset = 0
        while offset < span.byteCount {
            // Most digits come in unbroken groups of four.
            while sextets == 0, padding == 0, offset + 4 <= span.byteCount {
                let (a, b) = (values[Int(span[offset])], values[Int(span[offset + 1])])
                let (c, d) = (values[Int(span[offset + 2])], values[Int(span[offset + 3])])
                guard a | b | c | d < 64 else { break }
                output.append(a << 2 | b >> 4)
                output.append(b << 4 | c >> 2)
                output.append(c << 6 | d)
                offset += 4
            }
            guard offset < span.byteCount else { break }
            let byte = span[offset]
            offset += 1
            let value = values[Int(byte)]
            if value < 64 {
                guard padding == 0 else { return false }
                accumulator = accumulator << 6 | UInt32(value)
                sextets += 1
                if sextets == 4 {
                    output.append(UInt8(truncatingIfNeeded: accumulator >> 16))
                    output.append(UInt8(truncatingIfNeeded: accumulator >> 8))
                    output.append(UInt8(truncatingIfNeeded: accumulator))
                    (accumulator, sextets) = (0, 0)
                }
            } else if byte == .equals {
                padding += 1
            } else if !byte.isFoldingWhitespace {
                return false
            }
        }
        switch (sextets, padding) {
        case (0, 0): break
        case (2, 0), (2, 2):
            output.append(UInt8(truncatingIfNeeded: accumulator >> 4))
        case (3, 0), (3, 1):
            output.append(UInt8(truncatingIfNeeded: accumulator >> 10))
            output.append(UInt8(truncatingIfNeeded: accumulator >> 2))
        default: return false
        }
        return true
    }

    /// The value of each base64 digit (RFC 4648 §4); 255 elsewhere.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, digit) in digits.utf8.enumerated() { table[Int(digit)] = UInt8(value) }
        return table
    }()
}
