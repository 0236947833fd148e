import Archives

/// Reads archives, one after another, in batches that are worth a task each: a number of messages or a megabyte,
/// whichever is less. Small archives share a batch, so that a thousand files of one message keep all tasks busy too.
struct BatchReader: ~Copyable {
    /// A part of a batch.
    enum Item: Sendable {
        /// A message, or a problem with an archive.
        case event(ArchiveEvent)
        /// The archive at this place among all has no more.
        case end(location: Int)
    }

    private let locations: [ArchiveLocation]
    private let options: ArchiveOptions
    private let messagesPerBatch: Int
    /// The archive at hand, or the next one, by its place among all.
    private var location: Int
    private var isUnderWay = false
    /// Events still to be passed over: an earlier replay has delivered them.
    private var known: Int
    private var reader: ArchiveReader?
    private var finishedBytes = 0

    init(
        _ locations: [ArchiveLocation], options: ArchiveOptions, messagesPerBatch: Int,
        start: ReplayRun.Start = ReplayRun.Start()
    ) {
        (self.locations, self.options, self.messagesPerBatch) = (locations, options, messagesPerBatch)
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
            if case .event(let event) = item {
                // Splitting an archive is cheap beside screening, so what is known already is read again.
                if known > 0 {
                    known -= 1
                    passed += 1
                    continue
                }
                if case .message(let entry) = event { bytes += entry.message.count }
            } else {
                known = 0
            }
            batch.append(item)
        }
        return batch
    }

    private mutating func nextItem() -> Item? {
        if let event = reader?.next() { return .event(event) }
        if isUnderWay {
            finishedBytes = bytesRead
            reader = nil
            isUnderWay = false
            location += 1
            return .end(location: location - 1)
        }
        guard location < locations.count else { return nil }
        isUnderWay = true
        do {
            reader = try ArchiveReader(locations[location], options: options)
        } catch {
            return .event(.problem(ArchiveProblem(error, source: error.file)))
        }
        return nextItem()
    }
}
