import Values

/// Finds the charset in the value of a Content-Type field.
enum CharsetParameter {
    /// The bytes of the parameter's value, quotes included; nil when there is none in its plain form.
    static func range(in value: Bytes) -> Range<Int>? {
        value.withSpan { span in
            var position = 0
            var isQuoted = false
            while position < span.byteCount {
                let byte = span[position]
                if isQuoted, byte == .backslash {
                    position += 2
                    continue
                }
                if byte == .quote { isQuoted.toggle() }
                position += 1
                guard !isQuoted, byte == .semicolon else { continue }
                while position < span.byteCount, span[position].isFoldingWhitespace { position += 1 }
                let name = position..<min(position + 7, span.byteCount)
                guard span.equalsIgnoringCase("charset", in: name) else { continue }
                var start = name.upperBound
                while start < span.byteCount, span[start].isFoldingWhitespace { start += 1 }
                guard start < span.byteCount, span[start] == .equals else { continue }
                start += 1
                while start < span.byteCount, span[start].isFoldingWhitespace { start += 1 }
                guard start < span.byteCount else { return nil }
                if span[start] == .quote {
                    return span.firstIndex(of: .quote, from: start + 1).map { start..<$0 + 1 }
                }
                var end = start
                while end < span.byteCount, !span[end].isFoldingWhitespace, span[end] != .semicolon { end += 1 }
                return start..<end
            }
            return nil
        }
    }
}
