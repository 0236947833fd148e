import GRDB

/// Takes the write-ahead log of a state database over into the database beside whoever writes, so that nobody who asks for
/// an entry waits for the disk; and keeps it from growing without end.
///
/// With SQLite before 3.51.3 a checkpoint may lose what was committed (its "WAL-reset bug"): it reads how long the log is;
/// another connection begins the log, which was taken over whole, anew; and the checkpoint takes the new log's frames for
/// ones that it has seen. That is over once it holds the lock of those who read from the database alone (`WAL_READ_LOCK(0)`).
/// So that it cannot happen, whoever opened the file, in this process or in others, no checkpoint here begins unless
/// - somebody reads, from before it begins to after it ends. Who reads either has a mark in the log, and nobody can begin
///   the log anew; or the log had been taken over whole before, and who reads holds that lock, without which a checkpoint
///   does nothing. Or
/// - this process holds the lock of those who write, without which nobody can begin the log anew.
final class StateLog: Sendable {
    private let writer: DatabaseQueue
    /// Reads while the log is taken over.
    private let holder: DatabaseQueue
    /// Takes it over.
    private let copier: DatabaseQueue

    /// Frames after which the log is to begin anew.
    private let longest: Int
    /// Frames after which writers have to wait for that.
    private var most: Int { longest * 4 }

    /// Bytes that the file keeps when the log begins anew: more than what it usually grows to, which would be given back
    /// to the file system and asked for again each time.
    static let sizeLimit = 320 << 20
    /// How often what was written meanwhile is taken over in a row.
    private static let rounds = 20

    /// Looks after the log of the database at `path`, which `writer` writes, so that it begins anew after `longest` frames.
    init(_ path: String, _ writer: DatabaseQueue, longest: Int = 16_384) throws {
        (self.writer, self.longest) = (writer, longest)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        // For who opens the database while another process does; a passive checkpoint waits for nobody.
        configuration.busyMode = .timeout(1)
        configuration.prepareDatabase { db in
            try db.execute(
                sql: "PRAGMA trusted_schema = OFF; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0")
            // One reads a single row, the other copies past the cache.
            try db.execute(sql: "PRAGMA cache_size = 16")
        }
        copier = try DatabaseQueue(path: path, configuration: configuration)
        configuration.readonly = true
        holder = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Ends the connections.
    func close() {
        try? holder.close()
        try? copier.close()
    }

    /// Takes over what is committed, while others write. The log begins anew with the first write that finds all of it taken
    /// over; where it has become long, what is written meanwhile is taken over in its turn, so that the first moment without
    /// a write is enough. Only where there is none for long do writers wait: the disk has to have the rest of the log, then
    /// the rest of the database, before the log's beginning may be written over.
    func takeOver() throws {
        guard var last = try takeOverBeside(), last.length > longest else { return }
        for _ in 0..<StateLog.rounds {
            // The fewer pages are on their way to the disk, the shorter the next round. A checkpoint that leaves frames
            // behind does not see to it that the disk has the others.
            try copier.writeWithoutTransaction { try DatabaseFile.sync($0) }
            guard let next = try takeOverBeside() else { return }
            if next.takenOver == next.length, next.length <= last.length { return }
            last = next
        }
        if last.length > most { try takeOverRest() }
    }

    /// How many frames the log had when a checkpoint began, and how many of them are taken over after it.
    private struct Progress {
        let length: Int
        let takenOver: Int
    }

    /// Takes over what is committed when it begins; nil where another process is at it.
    private func takeOverBeside() throws -> Progress? {
        try holder.writeWithoutTransaction { held in
            // One that a failing disk left open.
            if held.isInsideTransaction { try held.rollback() }
            try held.execute(sql: "BEGIN")
            defer { try? held.rollback() }
            // It begins to read with the first row.
            _ = try Int.fetchOne(held, sql: "SELECT count(*) FROM sqlite_master")
            return try checkpoint()
        }
    }

    /// Takes over what is left, while nobody writes.
    private func takeOverRest() throws {
        try writer.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                _ = try checkpoint()
                return .rollback
            }
        }
    }

    /// Takes over as much as nobody has need of in the log; nil where another connection is at it. Only for who has made
    /// sure that the log is not begun anew meanwhile.
    private func checkpoint() throws -> Progress? {
        try copier.writeWithoutTransaction { db in
            let row = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(PASSIVE)")
            guard let row, row[0] == 0 else { return nil }
            return Progress(length: row[1], takenOver: row[2])
        }
    }
}
