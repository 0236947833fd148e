import Values

/// Finds the messages of an mbox in a window that moves over it.
///
/// A message ends at a line that looks like an envelope line and follows a blank one. Where the archive's first
/// messages are not separated by blank lines, none is asked for later, but then a header field must follow. Every byte
/// is searched once; nothing is held but the message at hand.
struct MboxSplitter {
    /// What was found between one envelope line and the next.
    struct Piece {
        var envelopeLine: EnvelopeLine
        /// Its number, counted from 1.
        var index: Int
        /// The stream offset of its envelope line.
        var offset: Int
        /// Its size in the archive, envelope line and separator not counted.
        var size: Int
        var content: Content
    }

    enum Content {
        /// The message with its quoting undone.
        case message(Bytes, ArchiveFlags)
        case tooLarge
        /// The stream failed within the message.
        case cut
    }

    /// An envelope line and what surrounds it.
    struct Boundary {
        var line: EnvelopeLine
        /// The stream offset of the line.
        var offset: Int
        /// The stream offset after its line end.
        var next: Int
        /// Whether a blank line precedes it.
        var followsBlank: Bool
    }

    /// How this archive separates its messages, learnt from the first two.
    enum Separation {
        case unknown, blankLine, nothing
    }

    let dialect: MboxDialect
    let limit: Int
    let lineEnd: UInt8
    var separation = Separation.unknown
    var lengths = ContentLengthRecord()
    private var current: Boundary?
    private var index = 0

    /// Starts at `first`, the envelope line of the first message.
    init(options: ArchiveOptions, lineEnd: UInt8, first: Boundary) {
        (self.dialect, self.limit, self.lineEnd) = (options.dialect, options.maximumMessageSize, lineEnd)
        self.current = first
    }

    /// The next message; nil after the last.
    mutating func next(_ window: inout ByteWindow) -> Piece? {
        guard let boundary = current else { return nil }
        index += 1
        let search = BoundarySearch(lineEnd: lineEnd, separation: separation)
        let found = search.run(&window, from: boundary.next - 1, keeping: boundary.offset, limit: limit)
        var following = found.boundary
        var end = contentEnd(window, following, from: boundary.next)
        var content = Content.tooLarge
        if !found.isTooLarge {
            let glance = HeaderGlance(
                window[boundary.next..<(following?.offset ?? window.end)], lineEnd: lineEnd)
            let measured = measuredEnd(&window, of: boundary, glance, following)
            if let measured { (end, following) = (measured.end, measured.boundary) }
            if end - boundary.next <= limit {
                let message = message(
                    window[boundary.next..<end], isMeasured: measured != nil, hasQuoting: found.hasQuoting)
                content = .message(message, glance.flags)
            }
        }
        if following == nil, window.failure != nil, !window.failedAfterContent { content = .cut }
        if let following, separation == .unknown {
            separation = following.followsBlank ? .blankLine : .nothing
        }
        current = following
        return Piece(
            envelopeLine: boundary.line, index: index, offset: boundary.offset, size: end - boundary.next,
            content: content)
    }

    /// The message in `bytes`. `hasQuoting` says whether `>From ` lies before the next envelope line.
    private func message(_ bytes: Bytes, isMeasured: Bool, hasQuoting: Bool) -> Bytes {
        let message = lineEnd == .cr ? MboxQuoting.withLineFeeds(bytes) : bytes
        // A measured message may end elsewhere than where the search did.
        guard hasQuoting || isMeasured else { return message }
        return MboxQuoting.unquoted(message, quoting(of: message, isMeasured: isMeasured))
    }

    /// Where a message's own bytes end: before the blank line that separates it from `following` or from the end.
    private func contentEnd(_ window: borrowing ByteWindow, _ following: Boundary?, from start: Int) -> Int {
        let end = following?.offset ?? window.end
        let isSeparated =
            if let following { following.followsBlank && separation != .nothing } else { separation != .nothing }
        guard isSeparated, end > start else { return end }
        return end - BoundarySearch.blankLineLength(window, before: end, lineEnd: lineEnd)
    }

    private func quoting(of message: Bytes, isMeasured: Bool) -> MboxQuoting.Rule {
        switch dialect {
        case .mboxcl2: return .none
        case .mboxo: return .single
        case .mboxrd, .mboxcl: return .every
        case .auto:
            // A writer that measures its messages and leaves "From " alone at the start of a line quotes nothing.
            let isUnquoted = isMeasured && message.withSpan { $0.firstIndex(of: "\nFrom ") != nil }
            return isUnquoted ? .none : .every
        }
    }
}
