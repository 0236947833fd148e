import CByteScan

/// The forms in which DKIM signs text, made at vector speed (RFC 6376 §3.4).
extension RawSpan {
    /// The next piece, of some kilobytes, of the lines from `position` on: line ends as CRLF and, when `isRelaxed`,
    /// each run of spaces and tabs as one space, none at a line's end. `position` moves past what was taken; the piece
    /// is empty only when nothing but white space was left.
    ///
    /// A line ends at LF or CRLF; a CR alone is data.
    public func canonicalLines(from position: inout Int, isRelaxed: Bool) -> [UInt8] {
        guard position >= 0, position < byteCount else { return [] }
        var place = position
        let capacity = min(8192, 2 * (byteCount - position) + 64)
        let piece = unsafe withUnsafeBytes { text in
            unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
                count = unsafe assay_canonical_lines(
                    text.baseAddress, text.count, &place, isRelaxed ? 1 : 0, output.baseAddress, capacity)
            }
        }
        position = place
        return piece
    }

    /// Calls `body` with one piece after another of the span's lines from `start` on, in the form that `canonicalLines`
    /// gives them, and the place in the span up to which they go. What a piece holds depends on nothing before `start`
    /// but the byte before it, and on nothing behind its end but two bytes.
    public func forEachCanonicalPiece(
        isRelaxed: Bool, from start: Int = 0, size: Int = 8192, _ body: (RawSpan, _ end: Int) -> Void
    ) {
        guard start >= 0, start < byteCount else { return }
        let capacity = min(size, 2 * (byteCount - start) + 64)
        unsafe withUnsafeBytes { text in
            unsafe withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 32) { piece in
                var position = start
                while position < text.count {
                    let count = unsafe assay_canonical_lines(
                        text.baseAddress, text.count, &position, isRelaxed ? 1 : 0, piece.baseAddress, capacity)
                    unsafe body(
                        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece)[..<count]).bytes, position)
                }
            }
        }
    }

    /// Appends the header field that the span holds, without its line end, in relaxed form: its name in lower case,
    /// its value unfolded, each run of white space as one space, none around the value.
    public func appendRelaxedField(to output: inout [UInt8]) {
        output.append(addingCapacity: byteCount + 64) { space in
            unsafe space.withUnsafeMutableBufferPointer { buffer, count in
                unsafe withUnsafeBytes { field in
                    count += unsafe assay_canonical_field(
                        field.baseAddress, field.count, buffer.baseAddress.map { unsafe $0 + count })
                }
            }
        }
    }
}
