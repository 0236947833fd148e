import Values

/// Decodes quoted-printable bodies (RFC 2045 §6.7), line by line and tolerantly.
public enum QuotedPrintableDecoder {
    /// The decoded bytes: never more than were given. Line ends stay as they are.
    public static func decode(_ encoded: Bytes) -> (bytes: [UInt8], defects: TransferDefects) {
        encoded.withSpan { span in
            var decoder = Decoder(capacity: span.byteCount)
            var line = 0
            while line < span.byteCount {
                let lineFeed = span.firstIndex(of: .lf, from: line)
                decoder.append(span, line: line, lineFeed: lineFeed)
                line = lineFeed.map { $0 + 1 } ?? span.byteCount
            }
            if span.containsEightBit { decoder.defects.insert(.eightBit) }
            return (decoder.output, decoder.defects)
        }
    }

    private struct Decoder {
        var output: [UInt8] = []
        var defects: TransferDefects = []

        init(capacity: Int) { output.reserveCapacity(capacity) }

        /// Decodes one line, which ends before `lineFeed` or with the body.
        mutating func append(_ span: RawSpan, line: Int, lineFeed: Int?) {
            var lineEnd = lineFeed ?? span.byteCount
            if lineFeed != nil, lineEnd > line, span[lineEnd - 1] == .cr { lineEnd -= 1 }
            var end = lineEnd
            // RFC 2045 §6.7 rule 3: white space at the end of a line was added in transport.
            while end > line, span[end - 1].isWhitespace { end -= 1 }
            // Rule 5: an equals sign at the end of a line is a soft line break.
            let isSoft = end > line && span[end - 1] == .equals
            if isSoft { end -= 1 }
            var position = line
            while let escape = span.firstIndex(of: .equals, in: position..<end) {
                copy(span, position..<escape)
                if escape + 2 < end, let high = span[escape + 1].hexDigitValue,
                    let low = span[escape + 2].hexDigitValue
                {
                    output.append(high << 4 | low)
                    position = escape + 3
                } else {
                    defects.insert(.illegalEscape)
                    output.append(.equals)
                    position = escape + 1
                }
            }
            copy(span, position..<end)
            if !isSoft, lineFeed != nil { copy(span, lineEnd..<(lineFeed ?? lineEnd) + 1) }
        }

        private mutating func copy(_ span: RawSpan, _ range: Range<Int>) {
            guard !range.isEmpty else { return }
            unsafe span.extracting(range).withUnsafeBytes { unsafe output.append(contentsOf: $0) }
        }
    }
}
