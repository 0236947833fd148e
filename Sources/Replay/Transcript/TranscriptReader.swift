import Archives

/// Reads the sessions of a transcript, or of a folder of transcripts, one after another.
public struct TranscriptReader: ~Copyable {
    /// What a transcript yields.
    public enum Event: Sendable {
        case session(TranscriptSession)
        /// A part that cannot be read, or that is no transcript.
        case problem(ArchiveProblem)
        /// Something to know that is no mistake.
        case note(String)
    }

    private var reader: ArchiveReader
    private var feed: TranscriptFeed?
    private var waiting: ArraySlice<TranscriptFeed.Output> = []
    private var mailFile: String?

    /// Opens the transcript at `location`.
    public init(
        _ location: ArchiveLocation, options: ArchiveOptions = ArchiveOptions()
    ) throws(ArchiveError) { reader = try ArchiveReader(location, options: options) }

    /// The next session or problem; nil when all is read.
    public mutating func next() -> Event? {
        while true {
            switch waiting.popFirst() {
            case .session(let session): return .session(session)
            case .problem(let problem): return .problem(problem)
            case .note(let note): return .note(note)
            case nil: break
            }
            switch reader.next() {
            case .transcript(let piece):
                var feed = feed ?? TranscriptFeed(piece.file)
                waiting = feed.add(piece)[...]
                self.feed = piece.isLast ? nil : feed
            case .problem(let problem): return .problem(problem)
            case .message(let entry):
                // One word about a mailbox, not one about each of its messages.
                let file = entry.source.lastIndex(of: "#").map { String(entry.source[..<$0]) } ?? entry.source
                guard file != mailFile else { continue }
                mailFile = file
                let error = ArchiveError(.notMail, file: file, message: "this is mail and no transcript of sessions")
                return .problem(ArchiveProblem(error, source: file))
            case nil: return nil
            }
        }
    }
}
