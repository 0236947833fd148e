import Values

/// Base64 as DKIM tags carry it: folding white space may stand between any two characters (RFC 6376 §2.10).
public enum DKIMBase64 {
    /// The bytes that `text` encodes, or nil when it has a character that is neither base64 nor white space, anything
    /// but white space after its padding, or too much padding.
    ///
    /// Missing padding is taken: the grammar makes `=` optional.
    public static func decode(_ text: Bytes) -> [UInt8]? {
        let values = values
        return text.withSpan { span in
            var output: [UInt8] = []
            output.reserveCapacity(span.byteCount / 4 * 3 + 3)
            var accumulator: UInt32 = 0
            var sextets = 0
            var padding = 0
            for offset in 0..<span.byteCount {
                let byte = span[offset]
                let value = values[Int(byte)]
                if value < 64 {
                    guard padding == 0 else { return nil }
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
                    return nil
                }
            }
            switch (sextets, padding) {
            case (0, 0): break
            case (2, 0), (2, 2):
                output.append(UInt8(truncatingIfNeeded: accumulator >> 4))
            case (3, 0), (3, 1):
                output.append(UInt8(truncatingIfNeeded: accumulator >> 10))
                output.append(UInt8(truncatingIfNeeded: accumulator >> 2))
            default: return nil
            }
            return output
        }
    }

    /// The value of each base64 digit (RFC 4648 §4); 255 elsewhere.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, digit) in digits.utf8.enumerated() { table[Int(digit)] = UInt8(value) }
        return table
    }()
}
