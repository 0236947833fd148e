import Values

/// Message data as a client sends it (RFC 5321 §4.5.2).
public enum DotStuffing {
    /// `message` with a dot put before each line that starts with one, every line end as CRLF, and the final
    /// CRLF.CRLF.
    public static func wire(_ message: Bytes) -> Bytes {
        var output: [UInt8] = []
        output.reserveCapacity(message.count + message.count / 32 + 5)
        var isLineStart = true
        var previous: UInt8 = 0
        for byte in message {
            if isLineStart, byte == .dot { output.append(.dot) }
            if byte == .lf, previous != .cr { output.append(.cr) }
            output.append(byte)
            isLineStart = byte == .lf
            previous = byte
        }
        if !isLineStart { output += [.cr, .lf] }
        output += [.dot, .cr, .lf]
        return Bytes(output)
    }
}
