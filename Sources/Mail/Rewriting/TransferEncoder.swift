import Values

/// Writes content in a transfer encoding (RFC 2045 §6).
enum TransferEncoder {
    /// RFC 2045 §6.7 and §6.8: no line of an encoded body is longer than 76 characters.
    private static let lineLimit = 76

    /// `content` as base64 in lines. The first line goes on where `column` characters stand already.
    static func base64(_ content: [UInt8], lineEnd: [UInt8], column: Int = 0) -> [UInt8] {
        var output: [UInt8] = []
        let digits = Array(Base64.text(content).utf8)
        output.reserveCapacity(digits.count + digits.count / 38 + 4)
        var column = column
        for digit in digits {
            if column >= lineLimit {
                output += lineEnd
                column = 0
            }
            output.append(digit)
            column += 1
        }
        return output
    }

    /// `content`, whose lines end in `lineEnd`, as quoted-printable. A CR or LF by itself is no line end there: it is
    /// encoded, as any program on the way would make one of it.
    static func quotedPrintable(_ content: [UInt8], lineEnd: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(content.count + content.count / 8)
        var column = 0
        func put(_ piece: [UInt8]) {
            // A soft line break takes one character of the line it ends (rule 5).
            if column + piece.count > lineLimit - 1 {
                output.append(.equals)
                output += lineEnd
                column = 0
            }
            output += piece
            column += piece.count
        }
        var position = 0
        while position < content.count {
            let byte = content[position]
            if byte == lineEnd.first, content[position...].starts(with: lineEnd) {
                output += lineEnd
                column = 0
                position += lineEnd.count
                continue
            }
            let next = position + 1 < content.count ? content[position + 1] : .lf
            // Rule 3: white space may not end a line. A line "From " or a single dot tempts programs on the way.
            let isTrailing = byte.isWhitespace && (next == .lf || next == .cr)
            let isTempting = column == 0 && (byte == .ascii(".") || byte == .ascii("F"))
            let isLiteral = byte == .tab || (byte >= .space && byte <= 0x7E && byte != .equals)
            put(isLiteral && !isTrailing && !isTempting ? [byte] : escape(byte))
            position += 1
        }
        return output
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [.equals, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
