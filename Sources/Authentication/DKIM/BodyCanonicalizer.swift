import Values

/// The body as it is signed (RFC 6376 §3.4.3, §3.4.4).
///
/// A line ends at LF or CRLF, and every line end comes out as CRLF: mail is signed in its CRLF form, archives hold it
/// in either. A CR alone is data. Bytes that are canonical as they stand go to the sink in runs as long as possible.
public enum BodyCanonicalizer {
    /// Appends the canonical form of `body` to `sink`.
    public static func append(
        _ body: RawSpan, with algorithm: DKIMCanonicalization.Algorithm, to sink: inout some CanonicalSink & ~Copyable
    ) {
        // RFC 6376 §3.4.3, §3.4.4: empty lines at the end are ignored, and a body that does not end with a line end
        // gets one. We complete the last line first, as SMTP has done on the signer's side: so the white space of an
        // unterminated last line is at a line's end as well.
        let end = contentEnd(of: body, with: algorithm)
        guard end > 0 else {
            // An empty body is one line end in simple form, nothing in relaxed.
            if algorithm == .simple { sink.appendLineEnd() }
            return
        }
        switch algorithm {
        case .simple: appendSimple(body.extracting(0..<end), to: &sink)
        case .relaxed: appendRelaxed(body.extracting(0..<end), to: &sink)
        }
        sink.appendLineEnd()
    }

    /// The end of the last line that is not empty, its line end left out.
    private static func contentEnd(of body: RawSpan, with algorithm: DKIMCanonicalization.Algorithm) -> Int {
        var end = body.byteCount
        while end > 0 {
            let byte = body[end - 1]
            if byte == .lf {
                end -= end > 1 && body[end - 2] == .cr ? 2 : 1
            } else if algorithm == .relaxed, byte.isWhitespace {
                end -= 1
            } else {
                break
            }
        }
        return end
    }

    private static func appendSimple(_ body: RawSpan, to sink: inout some CanonicalSink & ~Copyable) {
        var run = 0
        var search = 0
        while let lineFeed = body.firstIndex(of: .lf, from: search) {
            if lineFeed == 0 || body[lineFeed - 1] != .cr {
                sink.append(line: body.extracting(run..<lineFeed))
                run = lineFeed + 1
            }
            search = lineFeed + 1
        }
        sink.append(body.extracting(run..<body.byteCount))
    }

    private static func appendRelaxed(_ body: RawSpan, to sink: inout some CanonicalSink & ~Copyable) {
        var run = 0
        var line = 0
        while line < body.byteCount {
            let (lineFeed, hasWideSpace) = body.line(from: line)
            let next = lineFeed.map { $0 + 1 } ?? body.byteCount
            let endsWithCRLF = lineFeed.map { $0 > line && body[$0 - 1] == .cr } ?? false
            let lineEnd = lineFeed.map { endsWithCRLF ? $0 - 1 : $0 } ?? body.byteCount
            var textEnd = lineEnd
            while textEnd > line, body[textEnd - 1].isWhitespace { textEnd -= 1 }
            let isCanonical = !hasWideSpace && textEnd == lineEnd && (endsWithCRLF || lineFeed == nil)
            if !isCanonical {
                if run < line { sink.append(body.extracting(run..<line)) }
                if hasWideSpace {
                    appendReduced(body, in: line..<textEnd, to: &sink)
                    if lineFeed != nil { sink.appendLineEnd() }
                } else if lineFeed != nil {
                    sink.append(line: body.extracting(line..<textEnd))
                } else {
                    sink.append(body.extracting(line..<textEnd))
                }
                run = next
            }
            line = next
        }
        if run < body.byteCount { sink.append(body.extracting(run..<body.byteCount)) }
    }

    /// RFC 6376 §3.4.4: each run of spaces and tabs within a line becomes one space.
    private static func appendReduced(
        _ body: RawSpan, in range: Range<Int>, to sink: inout some CanonicalSink & ~Copyable
    ) {
        var run = range.lowerBound
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = body[position]
            let isLoneSpace =
                byte == .space && (position + 1 == range.upperBound || !body[position + 1].isWhitespace)
            guard byte.isWhitespace, !isLoneSpace else {
                position += 1
                continue
            }
            sink.append(body.extracting(run..<position))
            sink.append(.space)
            while position < range.upperBound, body[position].isWhitespace { position += 1 }
            run = position
        }
        sink.append(body.extracting(run..<range.upperBound))
    }
}
