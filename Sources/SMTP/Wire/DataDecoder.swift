import Values

/// Reads message data after DATA up to its end (RFC 5321 §4.1.1.4), removing the dots of transparency (§4.5.2).
///
/// Only CRLF.CRLF ends the data. Whatever a bare CR, a bare LF or a NUL makes look like it is content, and reported.
/// However the stream is cut into pieces, the result is the same.
public struct DataDecoder: Sendable {
    private enum State: Sendable {
        /// After CRLF, or at the beginning: the CRLF of the DATA command counts (RFC 5321 §4.1.1.4).
        case lineStart
        case text
        /// After a CR within a line.
        case carriageReturn
        /// After a dot that began a line.
        case dot
        /// After a dot that began a line and a CR.
        case dotCarriageReturn
    }

    /// A lone dot as servers with loose line ends would see it.
    private enum LooseLine: Sendable { case start, dot, other }

    private let discipline: LineDiscipline
    private var state = State.lineStart
    private var looseLine = LooseLine.start
    /// Of a chunk: whether the lone dot at hand began a line by the rules, and whether a CR has followed it. With LF
    /// behind that, it is a line like any other.
    private var (isProperDot, isDotBeforeCR) = (false, false)

    /// What the data had so far that it must not have.
    public private(set) var defects: LineDefects = []

    /// A decoder before the first byte of data.
    public init(discipline: LineDiscipline) { self.discipline = discipline }

    /// Reads `input` from `position` on and appends the message to `content`. True when the end of data was read,
    /// `position` then being the first byte after it; false when `input` was used up before.
    public mutating func decode(_ input: Bytes, from position: inout Int, into content: inout [UInt8]) -> Bool {
        while position < input.count {
            let byte = input[position]
            switch state {
            case .lineStart:
                if takePlainLines(input, &position, into: &content) {
                    continue
                } else if byte == .dot {
                    state = .dot
                    looseLine = .dot
                    position += 1
                } else {
                    state = .text
                }
            case .dot:
                if byte == .cr {
                    state = .dotCarriageReturn
                    position += 1
                } else {
                    // RFC 5321 §4.5.2: a leading dot followed by anything else is removed.
                    state = .text
                }
            case .dotCarriageReturn:
                if byte == .lf {
                    position += 1
                    state = .lineStart
                    return true
                }
                defects.insert(.falseEndOfData)
                endBareCR(into: &content)
            case .carriageReturn:
                if byte == .lf {
                    content += [.cr, .lf]
                    state = .lineStart
                    looseLine = .start
                    position += 1
                } else {
                    endBareCR(into: &content)
                }
            case .text:
                readText(input, &position, into: &content)
            }
        }
        return false
    }

    /// Appends part of a message that came in a chunk (RFC 3030 §2), where no dot means anything.
    mutating func take(_ input: Bytes, into content: inout [UInt8]) {
        var position = 0
        while position < input.count {
            if state == .carriageReturn {
                if input[position] == .lf {
                    content += [.cr, .lf]
                    state = .lineStart
                    looseLine = .start
                    isDotBeforeCR = false
                    position += 1
                    continue
                }
                endBareCR(into: &content)
            }
            let isAtLineStart = state == .lineStart
            if isAtLineStart, takePlainLines(input, &position, into: &content) { continue }
            state = .text
            readText(input, &position, into: &content, chunkLineStart: isAtLineStart)
        }
    }

    /// Ends a message that came in chunks: its last line is made to end, as it has to where data follows DATA.
    mutating func finishChunks(into content: inout [UInt8]) {
        if state == .carriageReturn { endBareCR(into: &content) }
        if state == .text { content += [.cr, .lf] }
        state = .lineStart
    }

    /// Takes the lines at hand that need no closer look, all at once; false when there is none.
    private func takePlainLines(_ input: Bytes, _ position: inout Int, into content: inout [UInt8]) -> Bool {
        guard looseLine == .start else { return false }
        let end = input.withSpan { $0.endOfPlainLines(from: position) }
        guard end > position else { return false }
        input.append(position..<end, to: &content)
        position = end
        return true
    }

    private mutating func readText(
        _ input: Bytes, _ position: inout Int, into content: inout [UInt8], chunkLineStart: Bool = false
    ) {
        let stop = input.firstLineControl(from: position)
        if stop > position {
            let isLoneDot = looseLine == .start && stop == position + 1 && input[position] == .dot
            looseLine = isLoneDot ? .dot : .other
            isProperDot = isLoneDot && chunkLineStart
            input.append(position..<stop, to: &content)
            position = stop
        }
        guard position < input.count else { return }
        let byte = input[position]
        position += 1
        if byte == 0 {
            // A NUL changes nothing about a lone dot: some servers drop it.
            defects.insert(.nul)
            isProperDot = false
            if discipline == .reject { content.append(0) }
            return
        }
        if looseLine == .dot {
            if isProperDot, byte == .cr { isDotBeforeCR = true } else { defects.insert(.falseEndOfData) }
        }
        looseLine = .start
        if byte == .cr {
            state = .carriageReturn
        } else {
            defects.insert(.bareLF)
            content += discipline == .normalise ? [.cr, .lf] : [.lf]
        }
    }

    /// The CR read before was not followed by LF. The byte at hand is read as text next: after a bare CR no line
    /// begins.
    private mutating func endBareCR(into content: inout [UInt8]) {
        defects.insert(.bareCR)
        if isDotBeforeCR { defects.insert(.falseEndOfData) }
        isDotBeforeCR = false
        content += discipline == .normalise ? [.cr, .lf] : [.cr]
        looseLine = .start
        state = .text
    }
}
