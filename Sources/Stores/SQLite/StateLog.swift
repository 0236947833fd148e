import Dispatch
import GRDB
import Glibc
import Values

/// Takes the write-ahead log of a state database over into the database, beside whoever writes: on connections and a
/// thread of its own, so that nobody who asks for an entry waits for the disk.
///
/// A passive checkpoint beside a writer may, with SQLite before 3.51.3, lose what was committed where it begins in the very
/// moment in which a log that had been taken over whole is begun anew (the "WAL-reset bug"). A log is not begun anew
/// while somebody reads from it: so there is a reader for as long as a checkpoint runs, and something in the log that is
/// not taken over yet when the reader begins, as it would pass the log over otherwise. Of several processes one does this
/// at a time.
final class StateLog: Sendable {
    private let writer: DatabaseQueue
    /// The thread that writes.
    private let line: DispatchQueue
    private let reader: DatabaseQueue
    private let keeper: DatabaseQueue
    /// The folder of the database, which processes lock in turn; -1 where it cannot be opened.
    private let folder: Int32

    /// Frames after which a log is taken over whole, while nobody writes, so that it begins anew: while it is written
    /// without a pause it would grow for ever.
    private static let longest = 16_384

    /// Looks after the log of the database at `path`, which `writer` writes in turns of `line`.
    init(_ path: String, _ writer: DatabaseQueue, on line: DispatchQueue) throws {
        (self.writer, self.line) = (writer, line)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .immediateError
        configuration.prepareDatabase { db in
            try db.execute(
                sql: "PRAGMA trusted_schema = OFF; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0")
            // Neither keeps pages: one reads a single row, the other copies past the cache.
            try db.execute(sql: "PRAGMA cache_size = 16")
        }
        keeper = try DatabaseQueue(path: path, configuration: configuration)
        configuration.readonly = true
        reader = try DatabaseQueue(path: path, configuration: configuration)
        let parts = path.utf8.lastIndex(of: .ascii("/")).map { path[...$0] } ?? "."
        folder = unsafe open(String(parts), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    deinit { if folder >= 0 { Glibc.close(folder) } }

    /// Ends the connections; the last one to the database takes its log over.
    func close() {
        try? reader.close()
        try? keeper.close()
    }

    /// Takes over what has been committed.
    func takeOver() throws {
        guard folder >= 0 else { return try line.sync { _ = try checkpoint("FULL") } }
        // Another process is at it.
        guard flock(folder, LOCK_EX | LOCK_NB) == 0 else { return }
        defer { _ = flock(folder, LOCK_UN) }
        guard try takeOverBeside() > StateLog.longest else { return }
        // What is left is what was committed meanwhile.
        try line.sync { _ = try checkpoint("FULL") }
    }

    /// Takes over what is committed when it begins, while others write; the length of the log in frames.
    private func takeOverBeside() throws -> Int {
        defer { try? reader.writeWithoutTransaction { if $0.isInsideTransaction { try $0.rollback() } } }
        try line.sync {
            // A frame that nobody has taken over.
            try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = \(StateSchema.version)") }
            try reader.writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN")
                _ = try Row.fetchOne(db, sql: "SELECT 1 FROM sqlite_master LIMIT 1")
            }
        }
        return try checkpoint("PASSIVE")
    }

    private func checkpoint(_ mode: String) throws -> Int {
        // Busy, frames in the log, frames taken over.
        try keeper.writeWithoutTransaction { try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(\(mode))") }?[1] ?? 0
    }
}
