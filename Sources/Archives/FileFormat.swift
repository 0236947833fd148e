import Values

/// What a stream holds, judged by its first bytes.
enum FileFormat {
    case mbox(MboxSplitter.Boundary, lineEnd: UInt8)
    /// One message, after an envelope line where a Maildir file has one.
    case message(offset: Int, lineEnd: UInt8, EnvelopeLine?)
    case empty
    /// Neither; with the reason where the bytes show one.
    case other(reason: String?)

    /// How much of a stream is looked at.
    private static let headLength = 64 << 10

    /// Judges the start of a stream. `holdsOneMessage` says that it lies where only messages do, so that any header
    /// field will do and an envelope line does not make it an mbox.
    init(_ window: inout ByteWindow, dialect: MboxDialect, holdsOneMessage: Bool) {
        while window.end < FileFormat.headLength, window.grow(keeping: 0) {}
        var start = 0
        // A byte order mark is no part of the mail.
        if window[0] == 0xEF, window[1] == 0xBB, window[2] == 0xBF { start = 3 }
        while let byte = window[start], byte == .cr || byte == .lf { start += 1 }
        guard window[start] != nil else {
            self = window.isAtEnd ? .empty : .other(reason: nil)
            return
        }
        let lineEnd = FileFormat.lineEnd(window, from: start)
        if window[start..<start + 5] == Bytes("From "),
            let first = FileFormat.firstLine(window, at: start, lineEnd, isExplicit: dialect != .auto)
        {
            self =
                holdsOneMessage
                ? .message(offset: first.next, lineEnd: lineEnd, first.line) : .mbox(first, lineEnd: lineEnd)
        } else if FileFormat.isHeader(window, at: start, lineEnd, anyFieldWillDo: holdsOneMessage) {
            self = .message(offset: start, lineEnd: lineEnd, nil)
        } else {
            self = .other(reason: FileFormat.knownFormat(window))
        }
    }

    /// The byte that ends lines: LF (after a CR or not), or CR alone in archives from the classic Mac OS.
    private static func lineEnd(_ window: borrowing ByteWindow, from start: Int) -> UInt8 {
        // Blank lines before the mail can be more than what is looked at.
        let head = start..<min(window.end, start + headLength)
        guard let first = window.firstIndex(of: .cr, in: head), window[first + 1] != .lf else { return .lf }
        // The first line ends as all do: a body may hold more bare CRs than there are lines.
        if let feed = window.firstIndex(of: .lf, in: head), feed < first { return .lf }
        var returns = 0
        var feeds = 0
        window[head].withSpan { span in
            for offset in 0..<span.byteCount {
                if span[offset] == .lf { feeds += 1 } else if span[offset] == .cr { returns += 1 }
            }
        }
        return returns > feeds ? .cr : .lf
    }

    /// The envelope line that a mailbox starts with; prose when neither it nor what follows looks like mail.
    private static func firstLine(
        _ window: borrowing ByteWindow, at start: Int, _ lineEnd: UInt8, isExplicit: Bool
    ) -> MboxSplitter.Boundary? {
        guard let end = BoundarySearch.lineEnd(window, at: start, lineEnd),
            let line = EnvelopeLine(window[start..<end.text])
        else { return nil }
        let boundary = MboxSplitter.Boundary(line: line, offset: start, next: end.next, followsBlank: false)
        if line.form == .dated || isExplicit { return boundary }
        guard case .field = FieldLine.judge(window, at: end.next) else { return nil }
        return boundary
    }

    /// Whether header fields start at `start`, at least one of them known from mail.
    private static func isHeader(
        _ window: borrowing ByteWindow, at start: Int, _ lineEnd: UInt8, anyFieldWillDo: Bool
    ) -> Bool {
        var position = start
        let limit = min(window.end, start + headLength)
        // Some readers save a message with its envelope line quoted.
        if window[position..<position + 6] == Bytes(">From "),
            let end = window.firstIndex(of: lineEnd, in: position..<limit)
        {
            position = end + 1
        }
        while position < limit {
            if let byte = window[position], byte.isWhitespace {
                guard position > start else { return false }
            } else {
                guard case .field(let name) = FieldLine.judge(window, at: position) else { return false }
                if anyFieldWillDo || FieldLine.isMailField(window[name]) { return true }
            }
            guard let end = window.firstIndex(of: lineEnd, in: position..<limit) else { return false }
            position = end + 1
        }
        return false
    }

    /// What the bytes are instead, where their magic number tells, and what to do.
    private static func knownFormat(_ window: borrowing ByteWindow) -> String? {
        let known: [([UInt8], String)] = [
            ([0x50, 0x4B, 0x03, 0x04], "a zip archive: unpack it first (unzip)"),
            ([0x42, 0x5A, 0x68], "compressed with bzip2 and damaged, or twice: decompress it first (bunzip2)"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed twice: decompress it once first"),
            ([0x4C, 0x5A, 0x49, 0x50], "compressed with lzip: decompress it first (lunzip)"),
            ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive: unpack it first"),
            ([0x28, 0xB5, 0x2F, 0xFD], "compressed twice: decompress it once first"),
            ([0x1F, 0x8B], "compressed twice: decompress it once first"),
            ([1, 1, 1, 1], "an MMDF mailbox: convert it to mbox first"),
            ([0x21, 0x42, 0x44, 0x4E], "an Outlook folder file: convert it first (readpst)"),
            ([0xD0, 0xCF, 0x11, 0xE0], "an Outlook message: convert it first (msgconvert)"),
        ]
        if window[257..<262] == Bytes("ustar") { return "a tar archive: unpack it first (tar -x)" }
        return known.first { window[0..<$0.0.count] == Bytes($0.0) }?.1
    }
}
