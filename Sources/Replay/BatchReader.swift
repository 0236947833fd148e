import Archives

/// Reads archives, one after another, in batches that are worth a task each: a number of messages or a megabyte,
/// whichever is less. Small archives share a batch, so that a thousand files of one message keep all tasks busy too.
struct BatchReader: ~Copyable {
    private let locations: [ArchiveLocation]
    private let options: ArchiveOptions
    private let messagesPerBatch: Int
    private var opened = 0
    private var reader: ArchiveReader?
    private var finishedBytes = 0

    init(_ locations: [ArchiveLocation], options: ArchiveOptions, messagesPerBatch: Int) {
        (self.locations, self.options, self.messagesPerBatch) = (locations, options, messagesPerBatch)
    }

    /// Bytes of the archives consumed so far, as stored.
    var bytesRead: Int {
        switch reader {
        case .some(let reader): finishedBytes + reader.bytesRead
        case nil: finishedBytes
        }
    }

    /// The next batch, or nil at the end of the last archive. An archive that cannot be opened is a problem in it.
    mutating func next() -> [ArchiveEvent]? {
        var batch: [ArchiveEvent] = []
        var bytes = 0
        while batch.count < messagesPerBatch, bytes < 1 << 20, let event = nextEvent() {
            if case .message(let entry) = event { bytes += entry.message.count }
            batch.append(event)
        }
        return batch.isEmpty ? nil : batch
    }

    private mutating func nextEvent() -> ArchiveEvent? {
        while true {
            if let event = reader?.next() { return event }
            finishedBytes = bytesRead
            reader = nil
            guard opened < locations.count else { return nil }
            let location = locations[opened]
            opened += 1
            do {
                reader = try ArchiveReader(location, options: options)
            } catch {
                return .problem(ArchiveProblem(error, source: error.file))
            }
        }
    }
}
