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

    /// `bytes` encoded, in pieces between which there may be white space. A colon stays as it is: in `z=` it follows
    /// the name, and elsewhere it says nothing.
    static func pieces(_ bytes: Bytes) -> [String] {
        var pieces: [String] = []
        var piece: [UInt8] = []
        for byte in bytes {
            // RFC 6376 §2.11: dkim-safe-char is 0x21 to 0x3A, 0x3C, 0x3E to 0x7E; §3.5: a bar separates copies.
            if byte.isVisible, byte != .semicolon, byte != .equals, byte != .ascii("|") {
                piece.append(byte)
            } else {
                piece += [.equals, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
            if piece.count >= 24 {
                pieces.append(String(decoding: piece, as: UTF8.self))
                piece = []
            }
        }
        if !piece.isEmpty { pieces.append(String(decoding: piece, as: UTF8.self)) }
        return pieces
    }

    // RFC 6376 §2.11: hexadecimal digits are capitals.
    private static let digits = Array("0123456789ABCDEF".utf8)
}
