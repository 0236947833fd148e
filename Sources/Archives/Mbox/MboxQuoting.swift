import Values

/// Undoes what mbox writers do to lines that look like envelope lines.
enum MboxQuoting {
    /// Which lines were quoted.
    enum Rule {
        /// None.
        case none
        /// `From ` alone: one `>` before it goes, more were there before.
        case single
        /// `From ` with any number of `>` before it: one of them goes.
        case every
    }

    /// The message without its quoting; the same storage where nothing was quoted.
    static func unquoted(_ message: Bytes, _ rule: Rule) -> Bytes {
        guard rule != .none else { return message }
        return message.withSpan { span -> Bytes? in
            guard var found = span.firstIndex(of: ">From ") else { return nil }
            var result: [UInt8] = []
            var copied = 0
            while true {
                var quote = found
                while quote > copied, span[quote - 1] == .ascii(">") { quote -= 1 }
                let startsLine = quote == 0 || span[quote - 1] == .lf
                if startsLine, rule == .every || quote == found {
                    if result.isEmpty { result.reserveCapacity(span.byteCount) }
                    append(span, copied..<quote, to: &result)
                    copied = quote + 1
                }
                guard let next = span.firstIndex(of: ">From ", from: found + 6) else { break }
                found = next
            }
            guard copied > 0 else { return nil }
            append(span, copied..<span.byteCount, to: &result)
            return Bytes(result)
        } ?? message
    }

    /// The message with a line feed for every carriage return: the line ends of an archive from the classic Mac OS.
    static func withLineFeeds(_ message: Bytes) -> Bytes {
        Bytes(message.map { $0 == .cr ? .lf : $0 })
    }

    private static func append(_ span: RawSpan, _ range: Range<Int>, to result: inout [UInt8]) {
        unsafe span.extracting(range).withUnsafeBytes { unsafe result.append(contentsOf: $0) }
    }
}
