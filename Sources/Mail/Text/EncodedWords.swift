import Values

/// Encoded words in header fields (RFC 2047): `=?charset?B?…?=`.
public enum EncodedWords {
    /// `bytes` with its encoded words decoded.
    ///
    /// Adjacent words are joined, the white space between them dropped (RFC 2047 §6.2); words of one charset are
    /// converted as one, as senders split characters across them though §5 forbids it. The language suffix of RFC 2231
    /// §5 is overlooked. What is no encoded word stays as it is; bytes above 127 outside of words are read as UTF-8
    /// when they are, else as windows-1252.
    public static func decode(_ bytes: Bytes) -> String {
        bytes.withSpan { span in
            guard span.firstIndex(of: "=?") != nil else { return Charset.decodeUnlabelled(bytes).text }
            var decoder = EncodedWordDecoder()
            return decoder.decode(span, of: bytes)
        }
    }
}

/// One pass over a field that holds encoded words.
private struct EncodedWordDecoder {
    private struct Word {
        let charset: String
        let bytes: [UInt8]
        let end: Int
    }

    private var output = ""
    /// Words decoded from base64 or quoted-printable, not yet converted.
    private var pending: (charset: String, bytes: [UInt8])?
    /// Where the last search for `?=` ended: at a found one, or at the end when there is none. Searching again before
    /// it would make a field of unclosed words quadratic.
    private var terminator = -1

    mutating func decode(_ span: RawSpan, of bytes: Bytes) -> String {
        var literal = 0
        var search = 0
        while let start = span.firstIndex(of: "=?", from: search) {
            guard let word = word(in: span, at: start) else {
                search = start + 1
                continue
            }
            if pending == nil || !(literal..<start).allSatisfy({ span[$0].isFoldingWhitespace }) {
                flush()
                append(bytes[literal..<start])
            }
            if pending?.charset == word.charset {
                pending?.bytes += word.bytes
            } else {
                flush()
                pending = (word.charset, word.bytes)
            }
            literal = word.end
            search = word.end
        }
        flush()
        append(bytes[literal..<bytes.count])
        return output
    }

    private mutating func append(_ literal: Bytes) {
        if !literal.isEmpty { output += Charset.decodeUnlabelled(literal).text }
    }

    private mutating func flush() {
        guard let words = pending else { return }
        pending = nil
        output += Charset.decode(Bytes(words.bytes), charset: words.charset).text
    }

    /// The encoded word at `start`, or nil when what stands there is none.
    private mutating func word(in span: RawSpan, at start: Int) -> Word? {
        // RFC 2047 §2: a charset name is a token; RFC 2231 §5 appends `*language`.
        let nameStart = start + 2
        guard let nameEnd = span.firstIndex(of: .ascii("?"), in: nameStart..<min(nameStart + 80, span.byteCount)),
            nameEnd > nameStart, nameEnd + 2 < span.byteCount, span[nameEnd + 2] == .ascii("?"),
            (nameStart..<nameEnd).allSatisfy({ span[$0].isVisible })
        else { return nil }
        let textStart = nameEnd + 3
        if terminator < textStart { terminator = span.firstIndex(of: "?=", from: textStart) ?? span.byteCount }
        guard terminator < span.byteCount else { return nil }
        let text = span.extracting(textStart..<terminator)
        let decoded: [UInt8]
        switch span[nameEnd + 1].lowercased {
        case .ascii("b"): decoded = Base64Decoder.decode(text).bytes
        case .ascii("q"): decoded = EncodedWordDecoder.decodeQ(text)
        default: return nil
        }
        let charsetEnd = span.firstIndex(of: .ascii("*"), in: nameStart..<nameEnd) ?? nameEnd
        let charset = String(decoding: (nameStart..<charsetEnd).map { span[$0].lowercased }, as: UTF8.self)
        return Word(charset: charset, bytes: decoded, end: terminator + 2)
    }

    /// RFC 2047 §4.2: as quoted-printable, with an underscore for a space.
    private static func decodeQ(_ text: RawSpan) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.byteCount)
        var position = 0
        while position < text.byteCount {
            let byte = text[position]
            if byte == .equals, position + 2 < text.byteCount, let high = text[position + 1].hexDigitValue,
                let low = text[position + 2].hexDigitValue
            {
                result.append(high << 4 | low)
                position += 3
                continue
            }
            // A fold within a word is no part of its text.
            if byte != .cr, byte != .lf { result.append(byte == .ascii("_") ? .space : byte) }
            position += 1
        }
        return result
    }
}
