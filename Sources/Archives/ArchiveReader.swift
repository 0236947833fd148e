import Values

/// Reads the messages of a mail archive one after another, in constant memory.
///
/// An archive is a file, a folder or standard input. What a file holds is found by its content: an mbox in any
/// dialect, or a single message; plain, or compressed with zstd, gzip, xz or bzip2. A folder is a Maildir with its
/// subfolders, an MH folder, or any tree of such files. Damage costs the messages it hits and no others.
///
///     var reader = try ArchiveReader(.path("spam.mbox.zst"))
///     while let event = reader.next() {
///         switch event {
///         case .message(let entry): judge(Message(entry.message))
///         case .problem(let problem): report(problem.error)
///         }
///     }
public struct ArchiveReader: ~Copyable {
    /// The size of the archive as stored, for progress; nil for a folder or a pipe.
    public let totalBytes: Int?
    /// Messages delivered so far.
    public private(set) var messages = 0
    /// Problems delivered so far.
    public private(set) var problems = 0
    /// Transcripts delivered so far.
    private var transcripts = 0

    private let name: String
    private let options: ArchiveOptions
    private var walk: FolderWalk?
    private var file: MailFile?
    private var finishedBytes = 0

    /// Opens the archive at `location`.
    ///
    /// - Throws: `noSuchInput` or `unreadable` when there is nothing to read at all. Whatever goes wrong later is an
    ///   event.
    public init(_ location: ArchiveLocation, options: ArchiveOptions = ArchiveOptions()) throws(ArchiveError) {
        let place =
            switch location {
            case .standardInput: MailFileLocation(path: nil, name: "-")
            case .path(let path): MailFileLocation(path: Array(path.utf8), name: path)
            }
        if let path = place.path, try FileStatus(path, name: place.name).kind == .folder {
            self.init(name: place.name, walk: try FolderWalk(path), options: options)
        } else {
            self.init(try ByteSource(place, options: options), place, options: options)
        }
    }

    /// Reads from a source opened by the caller; `name` and numbers in `ArchiveEntry.source` are the source's.
    public init(_ source: consuming ByteSource, options: ArchiveOptions = ArchiveOptions()) {
        let place = MailFileLocation(path: nil, name: source.name)
        self.init(source, place, options: options)
    }

    private init(_ source: consuming ByteSource, _ place: MailFileLocation, options: ArchiveOptions) {
        self.options = options
        name = place.name
        totalBytes = source.totalBytes
        walk = nil
        file = MailFile(source, place, options: options)
    }

    private init(name: String, walk: FolderWalk, options: ArchiveOptions) {
        self.options = options
        self.name = name
        self.walk = walk
        totalBytes = nil
        file = nil
    }

    /// Bytes of the archive consumed so far, as stored.
    public var bytesRead: Int {
        switch file {
        case .some(let file): finishedBytes + file.bytesRead
        case .none: finishedBytes
        }
    }

    /// The next message or problem; nil when the archive is read.
    public mutating func next() -> ArchiveEvent? {
        let event = advance()
        switch event {
        case .message: messages += 1
        case .problem: problems += 1
        case .transcript(let piece): if piece.isLast { transcripts += 1 }
        case nil: break
        }
        return event
    }

    private mutating func advance() -> ArchiveEvent? {
        while true {
            if let event = file?.next() { return event }
            finishedBytes = bytesRead
            file = nil
            switch walk?.next() {
            case .file(let location):
                do throws(ArchiveError) {
                    file = try MailFile(location, options: options)
                } catch {
                    return .problem(ArchiveProblem(error, source: location.name))
                }
            case .problem(let problem): return .problem(problem)
            case nil: return noMail()
            }
        }
    }

    /// A folder in which nothing was found must not pass for an archive without mail.
    private func noMail() -> ArchiveEvent? {
        guard messages + problems + transcripts == 0 else { return nil }
        let error = ArchiveError(.notMail, file: name, message: "the folder holds no mail; check the name")
        return .problem(ArchiveProblem(error, source: name))
    }
}
