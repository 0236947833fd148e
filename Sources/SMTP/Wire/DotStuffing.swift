import Values

/// Message data as a client sends it (RFC 5321 §4.5.2).
public enum DotStuffing {
    /// `message` with a dot put before each line that starts with one, every line end as CRLF, and the final
    /// CRLF.CRLF.
    public static func wire(_ message: Bytes) -> Bytes {
        var output: [UInt8] = []
        output.reserveCapacity(message.count + message.count / 32 + 5)
        write(message) { output += $0 }
        return Bytes(output)
    }

    /// The same piece by piece, for whoever has another place for it than an array. Most pieces are parts of `message`.
    public static func write(_ message: Bytes, to append: (Bytes) -> Void) {
        let isEnded = message.withSpan { span in
            var (copied, line) = (0, 0)
            while line < span.byteCount {
                line = span.endOfPlainLines(from: line)
                guard line < span.byteCount else { break }
                if span[line] == .dot {
                    append(message[copied..<line])
                    append(dot)
                    copied = line
                }
                guard let end = span.firstIndex(of: .lf, from: line) else { break }
                if end == 0 || span[end - 1] != .cr {
                    append(message[copied..<end])
                    append(carriageReturn)
                    copied = end
                }
                line = end + 1
            }
            append(message[copied..<span.byteCount])
            return line == span.byteCount
        }
        append(isEnded ? end : endOfLine)
    }

    private static let dot = Bytes([.dot])
    private static let carriageReturn = Bytes([.cr])
    private static let end = Bytes([.dot, .cr, .lf])
    private static let endOfLine = Bytes([.cr, .lf, .dot, .cr, .lf])
}
