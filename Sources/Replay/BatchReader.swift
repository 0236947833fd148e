import Archives

/// Reads archives, one after another, in batches that are worth a task each: a number of messages or a megabyte,
/// whichever is less. Small archives share a batch, so that a thousand files of one message keep all tasks busy too.
struct BatchReader: ~Copyable {
    /// A part of a batch.
    enum Item: Sendable {
        /// A message, or a problem with an archive.
        case event(ArchiveEvent)
        /// A session of a transcript.
        case session(TranscriptSession)
        /// Something to know that is no mistake of an archive's.
        case note(String)
        /// The archive at this place among all has no more.
        case end(location: Int)
    }

    private let locations: [ArchiveLocation]
    private let options: ArchiveOptions
    private let messagesPerBatch: Int
    /// Of an archive, by its place among all, only the messages with these numbers.
    private let numbers: [Int: Set<Int>]
    /// The numbers asked for that have not come yet, of the archive at hand.
    private var wanted: Set<Int>?
    /// The archive at hand, or the next one, by its place among all.
    private var location: Int
    private var isUnderWay = false
    /// Events still to be passed over: an earlier replay has delivered them.
    private var known: Int
    private var reader: ArchiveReader?
    private var feed: TranscriptFeed?
    private var waiting: ArraySlice<TranscriptFeed.Output> = []
    private var finishedBytes = 0

    init(
        _ locations: [ArchiveLocation], options: ArchiveOptions, messagesPerBatch: Int,
        start: ReplayRun.Start = ReplayRun.Start(), numbers: [Int: Set<Int>] = [:]
    ) {
        (self.locations, self.options, self.messagesPerBatch) = (locations, options, messagesPerBatch)
        self.numbers = numbers
        (location, known) = (start.location, start.events)
    }

    /// Bytes of the archives consumed so far, as stored.
    var bytesRead: Int {
        switch reader {
        case .some(let reader): finishedBytes + reader.bytesRead
        case nil: finishedBytes
        }
    }

    /// The next batch, or nil at the end of the last archive. Now and then a batch is empty: what it would have held
    /// is known already.
    mutating func nextBatch() -> [Item]? {
        var batch: [Item] = []
        var bytes = 0
        var passed = 0
        while batch.count < messagesPerBatch, bytes < 1 << 20, passed < 1024 {
            guard let item = nextItem() else { return batch.isEmpty ? nil : batch }
            switch item {
            case .event, .session:
                // Splitting an archive is cheap beside screening, so what is known already is read again.
                if known > 0 {
                    known -= 1
                    passed += 1
                    continue
                }
                bytes += item.size
            case .note: break
            case .end: known = 0
            }
            batch.append(item)
        }
        return batch
    }

    private mutating func nextItem() -> Item? {
        while true {
            switch waiting.popFirst() {
            case .session(let session): return .session(session)
            case .problem(let problem): return .event(.problem(problem))
            case .note(let note): return .note(note)
            case nil: break
            }
            // What is left of an archive is not read when all that was asked for has come.
            guard wanted?.isEmpty != true, let event = reader?.next() else { break }
            if wanted != nil, case .message(let entry) = event, !isWanted(entry) { continue }
            guard case .transcript(let piece) = event else { return .event(event) }
            var feed = feed ?? TranscriptFeed(piece.file)
            waiting = feed.add(piece)[...]
            self.feed = piece.isLast ? nil : feed
        }
        if isUnderWay {
            finishedBytes = bytesRead
            reader = nil
            if let missing = wanted?.min() {
                wanted = nil
                return .event(.problem(noSuchMessage(missing)))
            }
            isUnderWay = false
            location += 1
            return .end(location: location - 1)
        }
        guard location < locations.count else { return nil }
        isUnderWay = true
        wanted = numbers[location]
        do {
            reader = try ArchiveReader(locations[location], options: options)
        } catch {
            wanted = nil
            return .event(.problem(ArchiveProblem(error, source: error.file)))
        }
        return nextItem()
    }

    /// Whether a message of the archive at hand was asked for by its number.
    private mutating func isWanted(_ entry: ArchiveEntry) -> Bool {
        let name = entry.source
        guard let hash = name.lastIndex(of: "#"), let number = Int(name[name.index(after: hash)...]) else {
            return wanted?.remove(1) != nil
        }
        return wanted?.remove(number) != nil
    }

    private func noSuchMessage(_ number: Int) -> ArchiveProblem {
        var name = "-"
        if case .path(let path) = locations[location] { name = path }
        let error = ArchiveError(.noSuchInput, file: name, message: "has no message #\(number) that can be read")
        return ArchiveProblem(error, source: "\(name)#\(number)")
    }
}

extension BatchReader.Item {
    /// About how many octets are to be screened.
    var size: Int {
        switch self {
        case .event(.message(let entry)): entry.message.count
        case .session(let session): session.size
        case .event, .note, .end: 0
        }
    }
}
