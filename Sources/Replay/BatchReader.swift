import Archives

/// Reads an archive in batches that are worth a task each: some dozens of messages or a megabyte, whichever is less.
struct BatchReader: ~Copyable {
    private var reader: ArchiveReader

    init(_ reader: consuming ArchiveReader) { self.reader = reader }

    /// Bytes of the archive consumed so far, as stored.
    var bytesRead: Int { reader.bytesRead }

    /// Passes over a batch of the next `count` events and takes it off; false at the end.
    mutating func skip(_ count: inout Int) -> Bool {
        var passed = 0
        while passed < 64, count > 0 {
            guard reader.next() != nil else { return false }
            passed += 1
            count -= 1
        }
        return true
    }

    /// The next batch, or nil at the end.
    mutating func next() -> [ArchiveEvent]? {
        var batch: [ArchiveEvent] = []
        var bytes = 0
        while batch.count < 64, bytes < 1 << 20, let event = reader.next() {
            if case .message(let entry) = event { bytes += entry.message.count }
            batch.append(event)
        }
        return batch.isEmpty ? nil : batch
    }
}
