import Mail
import Values

/// An ARC-Authentication-Results field (RFC 8617 §4.1.1): `i=1;` and what an Authentication-Results field would say.
struct ARCResultsField {
    /// `i=`.
    let instance: Int
    /// What follows the first semicolon.
    let payload: Bytes

    /// Reads a field, or nil when it does not begin with an instance and a semicolon: `instance = [CFWS] "i" [CFWS] "="
    /// [CFWS] instance-val [CFWS]`.
    init?(_ field: HeaderField) {
        let text = field.rawValue
        let found: (digits: Range<Int>, payload: Int)? = text.withSpan { span in
            var position = CommentSkipping.end(in: span, from: 0)
            guard position < span.byteCount, span[position].lowercased == .ascii("i") else { return nil }
            position = CommentSkipping.end(in: span, from: position + 1)
            guard position < span.byteCount, span[position] == .equals else { return nil }
            let start = CommentSkipping.end(in: span, from: position + 1)
            var end = start
            while end < span.byteCount, span[end].isDigit { end += 1 }
            position = CommentSkipping.end(in: span, from: end)
            guard position < span.byteCount, span[position] == .semicolon else { return nil }
            return (start..<end, position + 1)
        }
        guard let found, let instance = ARCInstance.number(text[found.digits]) else { return nil }
        self.instance = instance
        self.payload = text[found.payload..<text.count].trimmingFoldingWhitespace
    }
}

/// Comments and white space of structured fields (RFC 5322 §3.2.2).
private enum CommentSkipping {
    /// The first byte at or after `start` that belongs to neither. A comment that does not end is none.
    static func end(in span: RawSpan, from start: Int) -> Int {
        var position = start
        while position < span.byteCount {
            if span[position].isFoldingWhitespace {
                position += 1
            } else if span[position] == .ascii("("), let end = endOfComment(in: span, from: position) {
                position = end
            } else {
                break
            }
        }
        return position
    }

    private static func endOfComment(in span: RawSpan, from start: Int) -> Int? {
        var depth = 0
        var position = start
        while position < span.byteCount {
            switch span[position] {
            case .ascii("("): depth += 1
            case .ascii(")"): depth -= 1
            case .backslash: position += 1
            default: break
            }
            position += 1
            if depth == 0 { return position }
        }
        return nil
    }
}
