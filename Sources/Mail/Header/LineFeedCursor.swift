import Values

/// Steps from one LF to the next and takes the census of the bytes passed, all in one pass over them.
struct LineFeedCursor {
    private let limit: Int
    /// The start of the sixty-four bytes looked at.
    private var block = 0
    private var marks: ByteMarks
    /// The LFs of the block that were not stepped to yet.
    private var left: UInt64
    private var carriageReturns = 0
    private var hasNUL = false
    private var hasEightBit = false

    /// A cursor before the first byte of `span`, which steps to no LF at `limit` or beyond.
    init(_ span: RawSpan, limit: Int) {
        self.limit = limit
        marks = span.marks(at: 0)
        left = marks.lineFeeds
    }

    /// The offset of the next LF; nil when there is none.
    mutating func next(in span: RawSpan) -> Int? {
        while left == 0 {
            guard block + 64 < limit else { return nil }
            count(marks, in: .max)
            block += 64
            marks = span.marks(at: block)
            left = marks.lineFeeds
        }
        let found = block + left.trailingZeroBitCount
        left &= left - 1
        return found < limit ? found : nil
    }

    /// The census of the first `end` bytes; nil when the cursor is too far beyond them to know.
    func census(to end: Int) -> ByteCensus? {
        guard end >= block else { return nil }
        var cursor = self
        cursor.count(marks, in: end - block < 64 ? (1 << UInt64(end - block)) - 1 : .max)
        return ByteCensus(
            carriageReturns: cursor.carriageReturns, hasNUL: cursor.hasNUL, hasEightBit: cursor.hasEightBit)
    }

    private mutating func count(_ marks: ByteMarks, in places: UInt64) {
        if marks.carriageReturns != 0 { carriageReturns += (marks.carriageReturns & places).nonzeroBitCount }
        if marks.nuls & places != 0 { hasNUL = true }
        if marks.eightBits & places != 0 { hasEightBit = true }
    }
}
