import Values

/// Message data as a client sends it (RFC 5321 §4.5.2).
public enum DotStuffing {
    /// `message` with a dot put before each line that starts with one, every line end as CRLF, and the final
    /// CRLF.CRLF.
    public static func wire(_ message: Bytes) -> Bytes {
        var output: [UInt8] = []
        output.reserveCapacity(message.count + message.count / 32 + 5)
        let isEnded = message.withSpan { span in
            var (copied, line) = (0, 0)
            while line < span.byteCount {
                line = span.endOfPlainLines(from: line)
                guard line < span.byteCount else { break }
                if span[line] == .dot {
                    message.append(copied..<line, to: &output)
                    output.append(.dot)
                    copied = line
                }
                guard let end = span.firstIndex(of: .lf, from: line) else { break }
                if end == 0 || span[end - 1] != .cr {
                    message.append(copied..<end, to: &output)
                    output.append(.cr)
                    copied = end
                }
                line = end + 1
            }
            message.append(copied..<span.byteCount, to: &output)
            return line == span.byteCount
        }
        if !isEnded { output += [.cr, .lf] }
        output += [.dot, .cr, .lf]
        return Bytes(output)
    }
}
