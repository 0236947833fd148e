import Mail
import Values

/// Undoes, one at a time, what is often done to bodies on their way.
struct BodyRepair {
    /// A body as it may have been.
    struct Candidate {
        let change: DKIMChange
        let body: Bytes
    }

    /// The bodies that one of the changes of whole lines or bytes may have been made to, the likeliest first. Each is
    /// made only when asked for.
    static func candidates(for body: Bytes, _ canonicalization: DKIMCanonicalization.Algorithm) -> [() -> Candidate?] {
        var attempts: [() -> Candidate?] = [
            { lines(body, DKIMChange.fromEscaped, unescapingFrom) },
            { lines(body, DKIMChange.fromUnescaped, escapingFrom) },
            { lines(body, DKIMChange.dotsDoubled) { $0.starts(with: [.dot, .dot]) ? $0[1..<$0.count].array : nil } },
            { lines(body, DKIMChange.dotsAdded) { $0.first == .dot ? $0[1..<$0.count].array : nil } },
            { lines(body, DKIMChange.dotsRemoved) { $0.first == .dot ? [.dot] + $0.array : nil } },
            { lineEnds(body) { previous, _ in previous == .cr ? [] : nil } },
            { lineEnds(body) { previous, _ in previous == .cr ? [] : [.lf] } },
            { lineEnds(body) { _, _ in [] } },
        ]
        if canonicalization == .simple {
            // RFC 6376 §3.4.4: the relaxed algorithm sees none of these.
            attempts += [
                {
                    lines(body, DKIMChange.trailingSpaceRemoved) {
                        $0.elementsEqual("--".utf8) ? $0.array + [.space] : nil
                    }
                },
                { lines(body, DKIMChange.trailingSpaceAdded, withoutTrailingSpace) },
                // RFC 3676 §4.3: the line before a signature ends with a space of its own.
                {
                    lines(body, DKIMChange.trailingSpaceAdded) {
                        $0.elementsEqual("-- ".utf8) ? nil : withoutTrailingSpace($0)
                    }
                },
                { flowed(body) },
                { lines(body, DKIMChange.tabsExpanded) { unexpanded($0, width: 8, atStartOnly: true) } },
                { lines(body, DKIMChange.tabsExpanded) { unexpanded($0, width: 8, atStartOnly: false) } },
                { lines(body, DKIMChange.tabsExpanded) { unexpanded($0, width: 4, atStartOnly: true) } },
                { lines(body, DKIMChange.tabsExpanded) { unexpanded($0, width: 1, atStartOnly: true) } },
            ]
        }
        // Of several lines that begin with a dot, one alone.
        attempts += (0..<8).map { place in { droppingDot(body, place) } }
        attempts += [{ joiningMarkedLines(body) }, { joiningFlowed(body) }]
        attempts += [998, 990, 80, 79, 78, 77, 76, 75, 74, 73, 72, 70, 68, 66, 64, 60].flatMap { width in
            [{ joining(body, width: width, keepsSpace: true) }, { joining(body, width: width, keepsSpace: false) }]
        }
        attempts += CharsetRepair.candidates(for: body)
        attempts += [
            { withoutBlankStart(body) },
            { Candidate(change: .blankLinesChanged, body: Bytes([.cr, .lf] + body.array)) },
            { withoutEverySecondLine(body) }, { withoutRepeatedBlanks(body) },
        ]
        attempts += WrapRepair.candidates(for: body)
        return attempts
    }

    /// `body` with the lines that `repair` gives anew; nil when it gives none.
    private static func lines(
        _ body: Bytes, _ change: (Int) -> DKIMChange, _ repair: (Bytes) -> [UInt8]?
    ) -> Candidate? {
        var output: [UInt8] = []
        var kept = 0
        var count = 0
        for line in BodyLines(body) {
            guard let repaired = repair(body[line.content]) else { continue }
            output += body[kept..<line.content.lowerBound]
            output += repaired
            kept = line.content.upperBound
            count += 1
        }
        guard count > 0 else { return nil }
        output += body[kept..<body.count]
        return Candidate(change: change(count), body: Bytes(output))
    }

    /// `body` without the dot before the line at `place` among those that begin with one.
    private static func droppingDot(_ body: Bytes, _ place: Int) -> Candidate? {
        var seen = 0
        var count = 0
        let candidate = lines(body, DKIMChange.dotsAdded) { line in
            guard line.first == .dot else { return nil }
            count += 1
            defer { seen += 1 }
            return seen == place ? line[1..<line.count].array : nil
        }
        // Where there is but one such line, it has been tried.
        return count > 1 ? candidate : nil
    }

    /// The mboxrd rule undone: one `>` less.
    private static func unescapingFrom(_ line: Bytes) -> [UInt8]? {
        guard line.first == .ascii(">"), isFrom(line) else { return nil }
        return line[1..<line.count].array
    }

    private static func escapingFrom(_ line: Bytes) -> [UInt8]? { isFrom(line) ? [.ascii(">")] + line.array : nil }

    private static func isFrom(_ line: Bytes) -> Bool {
        guard let start = line.firstIndex(where: { $0 != .ascii(">") }) else { return false }
        return line[start..<start + 5].elementsEqual("From ".utf8)
    }

    private static func withoutTrailingSpace(_ line: Bytes) -> [UInt8]? {
        guard line.last?.isWhitespace == true else { return nil }
        let end = line.lastIndex { !$0.isWhitespace }.map { $0 + 1 } ?? 0
        return line[0..<end].array
    }

    /// With the space at the end of each line that goes on in the next (RFC 3676 §4.1), which something has removed.
    private static func flowed(_ body: Bytes) -> Candidate? {
        var count = 0
        let candidate = joined(body) { line, next in
            guard !line.isEmpty, !next.isEmpty, line.last != .space else { return nil }
            count += 1
            return (0, 0, [.space, .cr, .lf])
        }
        return candidate.map { Candidate(change: .trailingSpaceRemoved(lines: count), body: $0.body) }
    }

    /// Without blank lines at the start.
    private static func withoutBlankStart(_ body: Bytes) -> Candidate? {
        guard let start = BodyLines(body).first(where: { !$0.content.isEmpty })?.content.lowerBound, start > 0 else {
            return nil
        }
        return Candidate(change: .blankLinesChanged, body: body[start..<body.count])
    }

    /// Without the blank line that follows each line, as where CR CR LF was read as two line ends.
    private static func withoutEverySecondLine(_ body: Bytes) -> Candidate? {
        var output: [UInt8] = []
        for (number, line) in BodyLines(body).enumerated() {
            if number % 2 == 1 {
                guard line.content.isEmpty else { return nil }
            } else {
                output += body[line.content.lowerBound..<line.end]
            }
        }
        return output.count < body.count ? Candidate(change: .blankLinesChanged, body: Bytes(output)) : nil
    }

    /// With one blank line for several.
    private static func withoutRepeatedBlanks(_ body: Bytes) -> Candidate? {
        var output: [UInt8] = []
        var isAfterBlank = false
        for line in BodyLines(body) {
            if !line.content.isEmpty || !isAfterBlank { output += body[line.content.lowerBound..<line.end] }
            isAfterBlank = line.content.isEmpty
        }
        return output.count < body.count ? Candidate(change: .blankLinesChanged, body: Bytes(output)) : nil
    }

    /// `width` spaces as one tab.
    private static func unexpanded(_ line: Bytes, width: Int, atStartOnly: Bool) -> [UInt8]? {
        guard line.contains(.space) else { return nil }
        var output: [UInt8] = []
        var position = 0
        var isAtStart = true
        var isChanged = false
        while position < line.count {
            if isAtStart || !atStartOnly, position + width <= line.count,
                line[position..<position + width].allSatisfy({ $0 == .space })
            {
                output.append(.tab)
                position += width
                isChanged = true
                continue
            }
            if line[position] != .tab { isAtStart = false }
            output.append(line[position])
            position += 1
        }
        return isChanged ? output : nil
    }

    /// `body` with other bytes for each CR that no LF follows: what `replacement` makes of the byte before and the one
    /// after; nil where it stays.
    private static func lineEnds(_ body: Bytes, _ replacement: (UInt8?, UInt8?) -> [UInt8]?) -> Candidate? {
        var output: [UInt8] = []
        var isChanged = false
        for position in 0..<body.count {
            let byte = body[position]
            let next = position + 1 < body.count ? body[position + 1] : nil
            guard byte == .cr, next != .lf,
                let bytes = replacement(next == .cr ? .cr : position > 0 ? body[position - 1] : nil, next)
            else {
                output.append(byte)
                continue
            }
            output += bytes
            isChanged = true
        }
        return isChanged ? Candidate(change: .lineEndsChanged, body: Bytes(output)) : nil
    }
}

extension BodyRepair {
    /// Lines that sendmail broke: it puts `!`, a line end and a space where a line is too long.
    private static func joiningMarkedLines(_ body: Bytes) -> Candidate? {
        joined(body) { line, next in
            guard line.count > 900, line.last == .ascii("!") else { return nil }
            return (1, next.first == .space ? 1 : 0, [])
        }
    }

    /// Lines that end with a space joined with the next (RFC 3676 §4.2).
    private static func joiningFlowed(_ body: Bytes) -> Candidate? {
        joined(body) { line, next in
            line.last == .space && !line.elementsEqual("-- ".utf8) && !next.isEmpty ? (0, 0, []) : nil
        }
    }

    /// Lines that were broken because the next word, or the next byte, did not fit in `width`.
    private static func joining(_ body: Bytes, width: Int, keepsSpace: Bool) -> Candidate? {
        joined(body) { line, next in
            guard !line.isEmpty, !next.isEmpty else { return nil }
            if width >= 990 {
                guard line.count == width || line.count == width - 1 else { return nil }
                return (0, keepsSpace || next.first != .space ? 0 : 1, [])
            }
            let word = next.firstIndex { $0.isWhitespace } ?? next.count
            guard word > 0, line.count + 1 + word > width else { return nil }
            return (0, 0, keepsSpace ? [.space] : [])
        }
    }

    /// `body` with lines joined where `rule` says so: how many bytes are dropped at the end of a line and at the
    /// beginning of the next, and what comes between. Nil when no line is.
    static func joined(
        _ body: Bytes, _ rule: (Bytes, Bytes) -> (Int, Int, [UInt8])?
    ) -> Candidate? {
        let lines = Array(BodyLines(body))
        guard lines.count > 1 else { return nil }
        var output: [UInt8] = []
        var count = 0
        var dropped = 0
        for place in lines.indices {
            let line = lines[place]
            let start = min(line.content.lowerBound + dropped, line.content.upperBound)
            dropped = 0
            if place + 1 < lines.count,
                let (end, next, between) = rule(body[line.content], body[lines[place + 1].content])
            {
                output += body[start..<max(start, line.content.upperBound - end)]
                output += between
                dropped = next
                count += 1
            } else {
                output += body[start..<line.end]
            }
        }
        return count > 0 ? Candidate(change: .rewrapped(lines: count), body: Bytes(output)) : nil
    }
}

/// The lines of a body in turn. A line ends at LF or CRLF.
struct BodyLines: Sequence, IteratorProtocol {
    struct Line {
        /// The line without its end.
        let content: Range<Int>
        /// Where the next one starts.
        let end: Int
    }

    private let body: Bytes
    private var position = 0

    init(_ body: Bytes) { self.body = body }

    mutating func next() -> Line? {
        guard position < body.count else { return nil }
        let start = position
        return body.withSpan { span in
            let lineFeed = span.firstIndex(of: .lf, from: start)
            position = lineFeed.map { $0 + 1 } ?? span.byteCount
            var end = lineFeed ?? span.byteCount
            if lineFeed != nil, end > start, span[end - 1] == .cr { end -= 1 }
            return Line(content: start..<end, end: position)
        }
    }
}
