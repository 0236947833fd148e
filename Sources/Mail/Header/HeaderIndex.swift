import Values

/// The one pass over a header section: finds each field's bounds and notes what is irregular.
struct HeaderIndex {
    let limits: HeaderLimits
    var entries: [HeaderBlock.Entry] = []
    var bodyOffset = 0
    var defects: HeaderDefects = []

    init(limits: HeaderLimits) {
        self.limits = limits
        entries.reserveCapacity(32)
    }

    /// FNV-1a of the name in lower case.
    static func hash(_ name: String) -> UInt32 {
        name.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1.lowercased)) &* 0x0100_0193 }
    }

    mutating func scan(_ span: RawSpan) {
        let searched = min(span.byteCount, limits.bytes, Int(Int32.max))
        var position = 0
        var sawCRLF = false
        var sawLF = false
        lines: while position < span.byteCount {
            guard position < searched else {
                defects.insert(.tooLarge)
                break
            }
            let lineFeed = span.firstIndex(of: .lf, in: position..<searched)
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
                if let last = entries.indices.last {
                    entries[last].valueEnd = Int32(end)
                    entries[last].end = Int32(next)
                } else {
                    defects.insert(.leadingContinuation)
                }
            default:
                if let entry = field(in: span, from: position, to: end, next: next) {
                    guard entries.count < limits.fields else {
                        defects.insert(.tooManyFields)
                        position = endOfHeader(in: span, from: position, searched: searched)
                        break lines
                    }
                    entries.append(entry)
                } else if entries.isEmpty, isEnvelopeLine(span, at: position, end: end) {
                    defects.insert(.envelopeLine)
                } else {
                    defects.insert(.missingBlankLine)
                    break lines
                }
            }
            position = next
        }
        bodyOffset = position
        if sawCRLF, sawLF { defects.insert(.mixedLineEnds) }
        noteBytes(span, to: Int(entries.last?.end ?? 0))
    }

    /// A field from `start`, or nil when the line has no colon after a legal name.
    private mutating func field(in span: RawSpan, from start: Int, to end: Int, next: Int) -> HeaderBlock.Entry? {
        var hash: UInt32 = 0x811C_9DC5
        var position = start
        while position < end {
            let byte = span[position]
            // RFC 5322 §3.6.8: ftext is any visible ASCII but the colon. Bytes above 127 are taken too, as mail that
            // carries them there is better shown than lost.
            guard byte > 0x20, byte != .colon, byte != 0x7F else { break }
            hash = (hash ^ UInt32(byte.lowercased)) &* 0x0100_0193
            position += 1
        }
        let nameEnd = position
        guard nameEnd > start, position < end else { return nil }
        while position < end, span[position].isWhitespace { position += 1 }
        guard position < end, span[position] == .colon else { return nil }
        if position > nameEnd { defects.insert(.spaceBeforeColon) }
        return HeaderBlock.Entry(
            start: Int32(start), nameEnd: Int32(nameEnd), valueStart: Int32(position + 1), valueEnd: Int32(end),
            end: Int32(next), nameHash: hash)
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

    private mutating func noteBytes(_ span: RawSpan, to end: Int) {
        var search = 0
        while let cr = span.firstIndex(of: .cr, in: search..<end) {
            if cr + 1 >= span.byteCount || span[cr + 1] != .lf {
                defects.insert(.bareCR)
                break
            }
            search = cr + 1
        }
        if span.firstIndex(of: 0, in: 0..<end) != nil { defects.insert(.nul) }
        if span.extracting(0..<end).containsEightBit { defects.insert(.eightBit) }
    }
}
