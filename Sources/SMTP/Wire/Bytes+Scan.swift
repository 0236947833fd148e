import Values

extension Bytes {
    /// The offset of the first NUL, CR or LF at or after `start`, or the end.
    func firstLineControl(from start: Int) -> Int {
        withSpan { span in
            unsafe span.withUnsafeBytes { buffer in
                var offset = start
                while offset < buffer.count {
                    let byte = unsafe buffer[offset]
                    if byte <= .cr, byte == .lf || byte == .cr || byte == 0 { break }
                    offset += 1
                }
                return offset
            }
        }
    }

    /// Appends the bytes in `range`, which is clamped to the value, to `output` in one copy.
    func append(_ range: Range<Int>, to output: inout [UInt8]) {
        let range = range.clamped(to: 0..<count)
        withSpan { span in
            unsafe span.extracting(range).withUnsafeBytes { unsafe output.append(contentsOf: $0) }
        }
    }
}
