import Values

/// A file that may hold mail, and what its place says about it.
struct MailFileLocation {
    /// The path in the bytes the system uses; nil for standard input.
    var path: [UInt8]?
    /// The path as text.
    var name: String
    /// Whether its place (a Maildir) says that it holds one message.
    var holdsOneMessage = false
    var folder: String?
    var flags: ArchiveFlags = []
    var keywords: [String] = []
}

/// Reads one file to its end: an mbox or a single message, as its content shows.
struct MailFile: ~Copyable {
    private let location: MailFileLocation
    private let options: ArchiveOptions
    private var window: ByteWindow
    /// The mailbox being split; nil before the file was looked at, and when it is none.
    private var splitter: MboxSplitter?
    private var isOpened = false
    /// How far a transcript has been given out; nil when it is none, and when it was given out.
    private var transcriptOffset: Int?
    private var hasReportedFailure = false
    /// What the sources of a mailbox's messages start with.
    private let sourcePrefix: String

    init(_ location: MailFileLocation, options: ArchiveOptions) throws(ArchiveError) {
        self.init(try ByteSource(location, options: options), location, options: options)
    }

    init(_ source: consuming ByteSource, _ location: MailFileLocation, options: ArchiveOptions) {
        self.window = ByteWindow(source, chunkSize: options.chunkSize)
        self.location = location
        self.sourcePrefix = location.name + "#"
        self.options = options
    }

    /// Bytes consumed of the file as stored.
    var bytesRead: Int { window.bytesRead }

    /// The next message or problem; nil when all is told.
    mutating func next() -> ArchiveEvent? {
        guard isOpened else {
            isOpened = true
            return open()
        }
        if let offset = transcriptOffset { return transcript(from: offset) }
        guard let piece = splitter?.next(&window) else { return failure(source: location.name) }
        return event(for: piece)
    }

    private mutating func open() -> ArchiveEvent? {
        if !location.holdsOneMessage, TranscriptHead.isCapture(&window) || TranscriptHead.isTranscript(&window) {
            return transcript(from: 0)
        }
        let format = FileFormat(
            &window, dialect: options.dialect, holdsOneMessage: location.holdsOneMessage)
        switch format {
        case .mbox(let first, let lineEnd):
            splitter = MboxSplitter(options: options, lineEnd: lineEnd, first: first)
            return next()
        case .message(let offset, let lineEnd, let line): return message(from: offset, lineEnd, line)
        case .empty:
            return failure(source: location.name)
                ?? problem(.notMail, "the file is empty; a mailbox or a message was expected", size: window.end)
        case .other(let reason?):
            return failure(source: location.name) ?? problem(.notMail, "this is no mail but \(reason)")
        case .other(nil):
            if TranscriptHead.isTranscript(&window, afterOthers: true) { return transcript(from: 0) }
            return recover()
        }
    }

    /// The piece of a transcript that begins at `offset`.
    private mutating func transcript(from offset: Int) -> ArchiveEvent {
        if window.end == offset { _ = window.grow(keeping: offset) }
        let bytes = window[offset..<window.end]
        let isLast = bytes.isEmpty
        transcriptOffset = isLast ? nil : window.end
        // What was written before a recorder was stopped is all that there is to be had.
        if isLast, window.isCutOff { hasReportedFailure = true }
        return .transcript(
            TranscriptPiece(file: location.name, bytes: bytes, isLast: isLast, isCutOff: isLast && window.isCutOff))
    }

    /// Looks for the first message behind bytes that are none: a mailbox whose head was lost.
    private mutating func recover() -> ArchiveEvent? {
        let search = BoundarySearch(lineEnd: .lf, separation: .unknown, isStrict: true)
        guard let first = search.run(&window, from: 0, keeping: 0, limit: 0).boundary else {
            return failure(source: location.name)
                ?? problem(
                    .notMail,
                    "no mail was found: neither \"From \" lines, as a mailbox has, nor header fields at the start",
                    size: window.end)
        }
        splitter = MboxSplitter(options: options, lineEnd: .lf, first: first)
        return problem(
            .damaged,
            "\(first.offset) bytes before the first \"From \" line belong to no message; "
                + "if this is a mailbox, its beginning was lost",
            size: first.offset)
    }

    private mutating func message(from offset: Int, _ lineEnd: UInt8, _ line: EnvelopeLine?) -> ArchiveEvent? {
        let limit = options.maximumMessageSize
        while window.end - offset <= limit, window.grow(keeping: offset) {}
        if window.end - offset > limit {
            while window.grow(keeping: window.end) {}
            return failure(source: location.name) ?? tooLarge(window.end - offset, at: offset, source: location.name)
        }
        guard window.failure == nil || window.failedAfterContent else { return failure(source: location.name) }
        let bytes = window[offset..<window.end]
        return .message(
            ArchiveEntry(
                message: lineEnd == .cr ? MboxQuoting.withLineFeeds(bytes) : bytes, source: location.name,
                offset: offset, envelopeLine: line, flags: location.flags, keywords: location.keywords,
                folder: location.folder))
    }

    private mutating func event(for piece: MboxSplitter.Piece) -> ArchiveEvent? {
        let source = sourcePrefix + String(piece.index)
        switch piece.content {
        case .message(let bytes, let flags):
            return .message(
                ArchiveEntry(
                    message: bytes, source: source, offset: piece.offset, envelopeLine: piece.envelopeLine,
                    flags: flags.union(location.flags), keywords: location.keywords, folder: location.folder))
        case .tooLarge: return tooLarge(piece.size, at: piece.offset, source: source)
        case .cut:
            return failure(
                source: source,
                note: "message \(piece.index), which begins at byte \(piece.offset), is not complete")
        }
    }

    /// The stream's failure, once, if it failed.
    private mutating func failure(source: String, note: String? = nil) -> ArchiveEvent? {
        guard let error = window.failure, !hasReportedFailure else { return nil }
        hasReportedFailure = true
        let told = ArchiveError(
            error.code, file: error.file, offset: error.offset, compressedOffset: error.compressedOffset,
            message: note.map { "\(error.message); \($0)" } ?? error.message)
        return .problem(ArchiveProblem(told, source: source))
    }

    private func problem(_ code: ArchiveError.Code, _ message: String, size: Int? = nil) -> ArchiveEvent {
        .problem(
            ArchiveProblem(
                ArchiveError(code, file: location.name, offset: 0, message: message), source: location.name,
                size: size))
    }

    private func tooLarge(_ size: Int, at offset: Int, source: String) -> ArchiveEvent {
        let message =
            "the message has \(size) bytes, more than the limit of \(options.maximumMessageSize); "
            + "assay replay reads it with a larger --max-message-size"
        return .problem(
            ArchiveProblem(
                ArchiveError(.messageTooLarge, file: location.name, offset: offset, message: message),
                source: source, size: size))
    }
}

extension ByteSource {
    /// Opens the file at `location`, or standard input where it has no path.
    init(_ location: MailFileLocation, options: ArchiveOptions) throws(ArchiveError) {
        let input =
            if let path = location.path {
                try FileInput(path: path, name: location.name)
            } else {
                FileInput(standardInputNamed: location.name)
            }
        self.init(input, options: options)
    }
}
