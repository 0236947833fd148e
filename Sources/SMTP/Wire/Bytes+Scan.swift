import Values

extension Bytes {
    /// The offset of the first NUL, CR or LF at or after `start`, or the end.
    func firstLineControl(from start: Int) -> Int {
        withSpan { span in
            var offset = start
            while offset < span.byteCount {
                if let word = span.word(at: offset) {
                    // The lowest byte marked is below 14; those above it may be marked by its borrow.
                    let low = (word &- 0x0E0E_0E0E_0E0E_0E0E) & ~word & 0x8080_8080_8080_8080
                    guard low != 0 else {
                        offset += 8
                        continue
                    }
                    offset += low.trailingZeroBitCount / 8
                }
                let byte = span[offset]
                if byte == .lf || byte == .cr || byte == 0 { return offset }
                offset += 1
            }
            return span.byteCount
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
