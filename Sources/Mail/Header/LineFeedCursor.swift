import Values

/// Steps from one LF to the next and takes the census of the bytes passed, in one pass over them where they are regular.
struct LineFeedCursor {
    private let limit: Int
    /// The start of the sixty-four bytes looked at.
    private var block = 0
    private var marks: ByteMarks
    /// The LFs of the block that were not stepped to yet.
    private var left: UInt64
    private var carriageReturns = 0
    private var isRegular = true

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

    /// The census of the first `end` bytes of `span`.
    func census(of span: RawSpan, to end: Int) -> ByteCensus {
        var cursor = self
        if end >= block { cursor.count(marks, in: end - block < 64 ? (1 << UInt64(end - block)) - 1 : .max) }
        // What kind of irregular bytes there are, or what there is in a block that reaches beyond, was not looked at.
        guard cursor.isRegular, end >= block else { return span.extracting(0..<end).census }
        return ByteCensus(carriageReturns: cursor.carriageReturns, hasNUL: false, hasEightBit: false)
    }

    private mutating func count(_ marks: ByteMarks, in places: UInt64) {
        if marks.carriageReturns != 0 { carriageReturns += (marks.carriageReturns & places).nonzeroBitCount }
        if marks.irregular & places != 0 { isRegular = false }
    }
}
