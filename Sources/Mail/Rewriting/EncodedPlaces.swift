import Values

extension QuotedPrintableDecoder {
    /// Where in `encoded` the content from `offset` on begins.
    static func place(ofDecoded offset: Int, in encoded: Bytes) -> Int {
        guard offset > 0 else { return 0 }
        return encoded.withSpan { span in
            var decoded = 0
            var line = 0
            while line < span.byteCount {
                let lineFeed = span.firstIndex(of: .lf, from: line)
                let next = lineFeed.map { $0 + 1 } ?? span.byteCount
                var end = lineFeed ?? span.byteCount
                if lineFeed != nil, end > line, span[end - 1] == .cr { end -= 1 }
                let lineEnd = end
                while end > line, span[end - 1].isWhitespace { end -= 1 }
                let isSoft = end > line && span[end - 1] == .equals
                if isSoft { end -= 1 }
                var position = line
                while position < end {
                    if decoded == offset { return position }
                    let isEscape =
                        span[position] == .equals && position + 2 < end && span[position + 1].hexDigitValue != nil
                        && span[position + 2].hexDigitValue != nil
                    position += isEscape ? 3 : 1
                    decoded += 1
                }
                if !isSoft, lineFeed != nil {
                    if decoded == offset { return lineEnd }
                    decoded += next - lineEnd
                }
                line = next
            }
            return span.byteCount
        }
    }
}

extension Base64Decoder {
    /// Where in `encoded`, which has no defects, the digits of three bytes lie, padding too, and how many characters
    /// stand before them on their line. The group behind the last one is empty, at the end of the digits.
    static func place(ofGroup group: Int, in encoded: Bytes) -> (range: Range<Int>, column: Int)? {
        var digits = 0
        var column = 0
        var start: (offset: Int, column: Int)?
        var end = 0
        for (offset, byte) in encoded.enumerated() {
            if byte.isFoldingWhitespace {
                column = byte == .lf ? 0 : column
                continue
            }
            if digits == group * 4 { start = (offset, column) }
            digits += 1
            column += 1
            end = offset + 1
            if digits == group * 4 + 4 { break }
        }
        if let start { return (start.offset..<end, start.column) }
        return digits == group * 4 ? (end..<end, lastLine(of: encoded, before: end)) : nil
    }

    private static func lastLine(of encoded: Bytes, before end: Int) -> Int {
        var start = end
        while start > 0, !encoded[start - 1].isFoldingWhitespace { start -= 1 }
        return end - start
    }
}
