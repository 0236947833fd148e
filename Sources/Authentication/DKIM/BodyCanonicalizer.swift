import Values

/// The body as it is signed (RFC 6376 §3.4.3, §3.4.4).
///
/// A line ends at LF or CRLF, and every line end comes out as CRLF: mail is signed in its CRLF form, archives hold it
/// in either. A CR alone is data.
public enum BodyCanonicalizer {
    /// Appends the canonical form of `body` to `sink`.
    public static func append(
        _ body: RawSpan, with algorithm: DKIMCanonicalization.Algorithm, to sink: inout some CanonicalSink & ~Copyable
    ) {
        append(body, with: algorithm, from: 0, to: &sink)
    }

    /// The same from `start` on, which lies before the end of what is signed: what is before has been appended.
    static func append(
        _ body: RawSpan, with algorithm: DKIMCanonicalization.Algorithm, from start: Int,
        to sink: inout some CanonicalSink & ~Copyable
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
        body.extracting(0..<end).forEachCanonicalPiece(isRelaxed: algorithm == .relaxed, from: start) { piece, _ in
            sink.append(piece)
        }
        sink.appendLineEnd()
    }

    /// The end of the last line that is not empty, its line end left out.
    static func contentEnd(of body: RawSpan, with algorithm: DKIMCanonicalization.Algorithm) -> Int {
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
}
