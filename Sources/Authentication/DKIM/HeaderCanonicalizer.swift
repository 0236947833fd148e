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
        var canonical: [UInt8] = []
        append(field, with: algorithm, to: &canonical)
        unsafe sink.append(canonical.span.bytes)
    }

    /// The same for a whole header: all fields of a signature are gathered in one array before they are digested.
    static func append(_ field: Bytes, with algorithm: DKIMCanonicalization.Algorithm, to canonical: inout [UInt8]) {
        field.withSpan { span in
            switch algorithm {
            case .relaxed: span.appendRelaxedField(to: &canonical)
            case .simple:
                var position = 0
                while position < span.byteCount {
                    canonical += span.canonicalLines(from: &position, isRelaxed: false)
                }
            }
        }
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
