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

    /// `content`, whose line ends stay as they are, CRLF or LF, as quoted-printable with soft line breaks by `lineEnd`.
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
            let isLineEnd = byte == .lf || (byte == .cr && position + 1 < content.count && content[position + 1] == .lf)
            if isLineEnd {
                let next = position + (byte == .cr ? 2 : 1)
                output += content[position..<next]
                column = 0
                position = next
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
