import Mail
import Values

/// Header fields as they are signed (RFC 6376 §3.4.1, §3.4.2). Folds at LF count as folds at CRLF, as in the body.
public enum HeaderCanonicalizer {
    /// Appends the canonical form of a whole field and its line end.
    public static func append(
        _ field: HeaderField, with algorithm: DKIMCanonicalization.Algorithm,
        to sink: inout some CanonicalSink & ~Copyable
    ) {
        append(field.unterminatedBytes, with: algorithm, to: &sink)
        sink.appendLineEnd()
    }

    /// Appends the canonical form of `field`, which has name, colon and value, but no line end; none is added.
    ///
    /// The signature's own field enters its hash so (RFC 6376 §3.7).
    public static func append(
        _ field: Bytes, with algorithm: DKIMCanonicalization.Algorithm, to sink: inout some CanonicalSink & ~Copyable
    ) {
        switch algorithm {
        case .simple: appendSimple(field, to: &sink)
        case .relaxed: appendRelaxed(field, to: &sink)
        }
    }

    private static func appendSimple(_ field: Bytes, to sink: inout some CanonicalSink & ~Copyable) {
        field.withSpan { span in
            var run = 0
            var search = 0
            while let lineFeed = span.firstIndex(of: .lf, from: search) {
                if lineFeed == 0 || span[lineFeed - 1] != .cr {
                    sink.append(span.extracting(run..<lineFeed))
                    sink.appendLineEnd()
                    run = lineFeed + 1
                }
                search = lineFeed + 1
            }
            sink.append(span.extracting(run..<span.byteCount))
        }
    }

    private static func appendRelaxed(_ field: Bytes, to sink: inout some CanonicalSink & ~Copyable) {
        field.withSpan { span in
            let colon = span.firstIndex(of: .colon) ?? span.byteCount
            for position in 0..<colon where !span[position].isWhitespace { sink.append(span[position].lowercased) }
            guard colon < span.byteCount else { return }
            sink.append(.colon)
            appendRelaxedValue(span, from: colon + 1, to: &sink)
        }
    }

    /// Unfolds, makes each run of white space one space, and leaves it out at both ends.
    private static func appendRelaxedValue(
        _ span: RawSpan, from start: Int, to sink: inout some CanonicalSink & ~Copyable
    ) {
        var position = skipWhitespace(span, from: start)
        var run = position
        while position < span.byteCount {
            let afterwards = skipWhitespace(span, from: position)
            guard afterwards > position else {
                position = span.firstBlank(from: position + 1)
                continue
            }
            let isLoneSpace = afterwards == position + 1 && span[position] == .space
            if isLoneSpace, afterwards < span.byteCount {
                position = afterwards
                continue
            }
            sink.append(span.extracting(run..<position))
            if afterwards < span.byteCount { sink.append(.space) }
            position = afterwards
            run = afterwards
        }
        sink.append(span.extracting(run..<span.byteCount))
    }

    /// Where the white space and line ends at `start` end. A CR that no LF follows is neither.
    private static func skipWhitespace(_ span: RawSpan, from start: Int) -> Int {
        var position = start
        while position < span.byteCount {
            switch span[position] {
            case .space, .tab, .lf: position += 1
            case .cr where position + 1 < span.byteCount && span[position + 1] == .lf: position += 2
            default: return position
            }
        }
        return position
    }
}

extension HeaderField {
    /// The field as received, without its final line end.
    var unterminatedBytes: Bytes {
        let field = bytes
        let value = rawValue
        return field[0..<field.offset(of: value) + value.count]
    }
}
