import Values

/// What a splitter needs of a message's header: how long it says its body is, and how readers marked it.
struct HeaderGlance {
    /// Where the body starts, after the blank line; nil when no blank line was met.
    private(set) var bodyStart: Int?
    /// The last `Content-Length`; nil without one, or when it is no number.
    private(set) var contentLength: Int?
    /// What `Status` and `X-Status` say.
    private(set) var flags: ArchiveFlags = []

    private static let names = FieldShapes("Content-Length", "Status", "X-Status")

    /// A header longer than this is not looked through to its end.
    private static let maximumLength = 256 << 10

    /// Looks through the header at the start of `message`, whose lines end in `lineEnd`.
    init(_ message: Bytes, lineEnd: UInt8) {
        message.withSpan { span in
            let searched = min(span.byteCount, HeaderGlance.maximumLength)
            var position = 0
            while position < searched, let end = span.firstIndex(of: lineEnd, in: position..<searched) {
                if end == position || end == position + 1 && span[position] == .cr {
                    bodyStart = end + 1
                    return
                }
                switch span[position] {
                case .ascii("C"), .ascii("c"): readContentLength(span, position..<end)
                case .ascii("S"), .ascii("s"), .ascii("X"), .ascii("x"): readStatus(span, position..<end)
                default: break
                }
                guard lineEnd == .lf else {
                    position = end + 1
                    continue
                }
                // Most lines are none of these, and need not even be found.
                position = span.nextLine(after: end, emptyOrNamedLike: HeaderGlance.names) ?? searched
            }
        }
    }

    private mutating func readContentLength(_ span: RawSpan, _ line: Range<Int>) {
        guard var position = HeaderGlance.value(of: "Content-Length:", span, line) else { return }
        contentLength = nil
        var length = 0
        var end = line.upperBound
        while position < end, span[position].isWhitespace { position += 1 }
        while end > position, span[end - 1].isFoldingWhitespace { end -= 1 }
        // 15 digits: a number that no file reaches and no sum overflows.
        guard position < end, end - position <= 15 else { return }
        while position < end {
            guard span[position].isDigit else { return }
            length = length * 10 + Int(span[position] - 0x30)
            position += 1
        }
        contentLength = length
    }

    private mutating func readStatus(_ span: RawSpan, _ line: Range<Int>) {
        if let value = HeaderGlance.value(of: "Status:", span, line) {
            for offset in value..<line.upperBound { flags.formUnion(ArchiveFlags(statusLetter: span[offset])) }
        } else if let value = HeaderGlance.value(of: "X-Status:", span, line) {
            for offset in value..<line.upperBound { flags.formUnion(ArchiveFlags(extendedStatusLetter: span[offset])) }
        }
    }

    private static func value(of name: StaticString, _ span: RawSpan, _ line: Range<Int>) -> Int? {
        let end = line.lowerBound + name.utf8CodeUnitCount
        // The colon in its place settles most of it.
        guard end <= line.upperBound, span[end - 1] == .colon,
            span.equalsIgnoringCase(name, in: line.lowerBound..<end)
        else { return nil }
        return end
    }
}
