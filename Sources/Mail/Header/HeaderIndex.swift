import Values

/// The one pass over a header section: finds each field's bounds and notes what is irregular.
struct HeaderIndex {
    let limits: HeaderLimits
    var entries: [HeaderBlock.Entry] = []
    var bodyOffset = 0
    var defects: HeaderDefects = []

    init(limits: HeaderLimits) {
        self.limits = limits
        entries.reserveCapacity(64)
    }

    /// A hash of a name that is the same for upper and lower case.
    static func hash(_ name: String) -> UInt32 {
        unsafe hash(name.utf8.span.bytes, in: 0..<name.utf8.count)
    }

    /// A hash of the name in `range`: its length with its first and last eight bytes, or all of a shorter one. The bit
    /// that tells upper from lower case is set in all of them; that other bytes fall together so costs a comparison.
    @inline(__always)
    private static func hash(_ span: RawSpan, in range: Range<Int>) -> UInt32 {
        var hash = UInt64(range.count)
        if range.count >= 8, let head = span.word(at: range.lowerBound), let tail = span.word(at: range.upperBound - 8)
        {
            let lowerCase: UInt64 = 0x2020_2020_2020_2020
            hash = (hash ^ (head | lowerCase)) &* 0x9E37_79B9_7F4A_7C15
            hash = (hash ^ (tail | lowerCase)) &* 0x9E37_79B9_7F4A_7C15
        } else {
            for offset in range { hash = (hash ^ UInt64(span[offset] | 0x20)) &* 0x0000_0100_0000_01B3 }
        }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }

    mutating func scan(_ span: RawSpan) {
        let searched = min(span.byteCount, limits.bytes, Int(Int32.max))
        var lineFeeds = LineFeedCursor(span, limit: searched)
        var position = 0
        var sawCRLF = false
        var sawLF = false
        /// CRs of line ends among the fields.
        var regularReturns = 0
        /// The field at hand: the lines that continue it are still to come.
        var open = HeaderBlock.Entry(start: 0, nameEnd: 0, valueStart: 0, valueEnd: 0, end: 0, nameHash: 0)
        var hasOpen = false
        lines: while position < span.byteCount {
            guard position < searched else {
                defects.insert(.tooLarge)
                break
            }
            let lineFeed = lineFeeds.next(in: span)
            if lineFeed == nil, searched < span.byteCount {
                defects.insert(.tooLarge)
                break
            }
            let next = lineFeed.map { $0 + 1 } ?? searched
            var end = lineFeed ?? searched
            if let lineFeed, lineFeed > position, span[lineFeed - 1] == .cr {
                end = lineFeed - 1
                sawCRLF = true
            } else if lineFeed != nil {
                sawLF = true
            }
            if end == position {
                // RFC 5322 §2.1: an empty line separates header and body.
                position = next
                break
            }
            if end - position > 998 { defects.insert(.longLine) }
            switch span[position] {
            case .space, .tab:
                if !hasOpen { defects.insert(.leadingContinuation) }
                open.valueEnd = Int32(truncatingIfNeeded: end)
                open.end = Int32(truncatingIfNeeded: next)
            default:
                if let entry = field(in: span, from: position, to: end, next: next) {
                    if hasOpen { entries.append(open) }
                    hasOpen = false
                    guard entries.count < limits.fields else {
                        defects.insert(.tooManyFields)
                        position = endOfHeader(in: span, from: position, searched: searched)
                        break lines
                    }
                    (open, hasOpen) = (entry, true)
                } else if !hasOpen, isEnvelopeLine(span, at: position, end: end) {
                    defects.insert(.envelopeLine)
                } else {
                    defects.insert(.missingBlankLine)
                    break lines
                }
            }
            if let lineFeed, end < lineFeed { regularReturns += 1 }
            position = next
        }
        if hasOpen { entries.append(open) }
        bodyOffset = position
        if sawCRLF, sawLF { defects.insert(.mixedLineEnds) }
        if let last = entries.last {
            let end = Int(last.end)
            noteBytes(lineFeeds.census(of: span, to: end), regularReturns)
        }
    }

    /// A field from `start`, or nil when the line has no colon after a legal name.
    private mutating func field(in span: RawSpan, from start: Int, to end: Int, next: Int) -> HeaderBlock.Entry? {
        // RFC 5322 §3.6.8: ftext is any visible ASCII but the colon. Bytes above 127 are taken too, as mail that
        // carries them there is better shown than lost.
        let nameEnd = span.endOfFieldName(in: start..<end)
        guard nameEnd > start, nameEnd < end else { return nil }
        var position = nameEnd
        while position < end, span[position].isWhitespace { position += 1 }
        guard position < end, span[position] == .colon else { return nil }
        if position > nameEnd { defects.insert(.spaceBeforeColon) }
        return HeaderBlock.Entry(
            start: Int32(start), nameEnd: Int32(nameEnd), valueStart: Int32(position + 1), valueEnd: Int32(end),
            end: Int32(next), nameHash: HeaderIndex.hash(span, in: start..<nameEnd))
    }

    private func isEnvelopeLine(_ span: RawSpan, at start: Int, end: Int) -> Bool {
        let from = span[start] == .ascii(">") ? start + 1 : start
        return end - from >= 5 && span.equalsIgnoringCase("From ", in: from..<from + 5)
    }

    /// Where the body starts when fields are no longer indexed: after the next blank line.
    private mutating func endOfHeader(in span: RawSpan, from start: Int, searched: Int) -> Int {
        var position = start
        while let lineFeed = span.firstIndex(of: .lf, in: position..<searched) {
            if lineFeed == position || (lineFeed == position + 1 && span[position] == .cr) { return lineFeed + 1 }
            position = lineFeed + 1
        }
        if searched < span.byteCount { defects.insert(.tooLarge) }
        return searched
    }

    private mutating func noteBytes(_ census: ByteCensus, _ regularReturns: Int) {
        if census.carriageReturns > regularReturns { defects.insert(.bareCR) }
        if census.hasNUL { defects.insert(.nul) }
        if census.hasEightBit { defects.insert(.eightBit) }
    }
}
