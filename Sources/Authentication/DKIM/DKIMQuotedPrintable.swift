import Values

/// The quoted-printable of DKIM tags (RFC 6376 §2.11): no soft line breaks, white space ignored.
enum DKIMQuotedPrintable {
    /// The bytes that `text` encodes, or nil when an `=` is not followed by two hexadecimal digits.
    static func decode(_ text: Bytes) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == .equals {
                guard position + 1 < text.count, let high = text[position].hexDigitValue,
                    let low = text[position + 1].hexDigitValue
                else { return nil }
                output.append(high << 4 | low)
                position += 2
            } else if !byte.isFoldingWhitespace {
                output.append(byte)
            }
        }
        return output
    }
}
