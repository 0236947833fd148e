import GRDB
import Glibc
import Values

/// An index of a folder of messages kept aside, in an SQLite database: what lists show and what retention asks for. All
/// of it is in the files too, and it can be made anew from them.
public final class QuarantineIndex: Sendable {
    /// What is known of an entry.
    public struct Row: Sendable, Hashable {
        /// The entry's id.
        public let id: String
        /// When its end of data came.
        public let time: Timestamp
        /// The digest of its message; nil for one of the old form.
        public let content: String?
        /// The octets that its message has on the disk.
        public let stored: Int
        /// What a list shows of it, as the file beside it says it.
        public let summary: String

        /// What is known of an entry.
        public init(id: String, time: Timestamp, content: String?, stored: Int, summary: String) {
            (self.id, self.time, self.content) = (id, time, content)
            (self.stored, self.summary) = (stored, summary)
        }
    }

    /// The file's path.
    public let path: String
    private let queue: DatabaseQueue
    private let identity: FileIdentity

    private static let application: Int = 0x6173_7169
    private static let version = 1

    /// Opens the index at `path`, and makes it where it is not there.
    public init(path: String) throws(StoreError) {
        self.path = path
        var status = stat()
        if unsafe lstat(path, &status) != 0 {
            guard errno == ENOENT else { throw QuarantineIndex.failure(path, errno) }
            // It holds who wrote to whom: for its owner alone.
            let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw QuarantineIndex.failure(path, errno) }
            close(file)
        } else if status.st_mode & S_IFMT != S_IFREG {
            throw StoreError(.badData, "\(path): not a file")
        }
        do {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.allowsUnsafeTransactions = true
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
                // A killed process loses nothing that was committed; after a power failure the files make up for it.
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { db in
                _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
                try db.inTransaction(.immediate) {
                    try QuarantineIndex.prepare(db)
                    return .commit
                }
            }
        } catch {
            throw QuarantineIndex.failure(path, error)
        }
        guard let identity = FileIdentity(path) else { throw QuarantineIndex.failure(path, errno) }
        self.identity = identity
    }

    private static func prepare(_ db: Database) throws {
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if application == QuarantineIndex.application, version == QuarantineIndex.version { return }
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard application == 0, version == 0, tables == 0 else {
            throw DatabaseError(resultCode: .SQLITE_NOTADB, message: "is no index of a quarantine of this version")
        }
        try db.execute(
            sql: """
                CREATE TABLE entry (
                  id TEXT PRIMARY KEY, time INTEGER NOT NULL, content TEXT, stored INTEGER NOT NULL, summary TEXT NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX entry_by_time ON entry (time, id);
                CREATE INDEX entry_by_content ON entry (content, stored);
                PRAGMA application_id = \(QuarantineIndex.application);
                PRAGMA user_version = \(QuarantineIndex.version);
                """)
    }

    /// Whether the file at the path is still the one that was opened.
    public var isInPlace: Bool { FileIdentity(path) == identity }

    /// Puts entries in, in the place of those with the same ids.
    public func add(_ rows: [Row]) throws(StoreError) {
        try write { db in
            let statement = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO entry (id, time, content, stored, summary) VALUES (?, ?, ?, ?, ?)")
            for row in rows {
                try statement.execute(arguments: [
                    row.id, row.time.milliseconds, row.content, row.stored, row.summary,
                ])
            }
        }
    }

    /// Takes entries out.
    public func remove(_ ids: [String]) throws(StoreError) {
        try write { db in
            let statement = try db.cachedStatement(sql: "DELETE FROM entry WHERE id = ?")
            for id in ids { try statement.execute(arguments: [id]) }
        }
    }

    /// The ids of all entries.
    public func ids() throws(StoreError) -> Set<String> {
        try read { try String.fetchSet($0, sql: "SELECT id FROM entry") }
    }

    /// The entries whose times lie in the range, in the order of time and id.
    public func rows(since: Timestamp?, until: Timestamp?) throws(StoreError) -> [Row] {
        try read { db in
            let cursor = try GRDB.Row.fetchCursor(
                db,
                sql: """
                    SELECT id, time, content, stored, summary FROM entry WHERE time >= ? AND time < ? ORDER BY time, id
                    """, arguments: [since?.milliseconds ?? .min, until?.milliseconds ?? .max])
            var rows: [Row] = []
            while let row = try cursor.next() {
                rows.append(
                    Row(
                        id: row[0], time: Timestamp(milliseconds: row[1]), content: row[2], stored: row[3],
                        summary: row[4]))
            }
            return rows
        }
    }

    /// The octets that all messages have on the disk, those that several entries share once.
    public func storedOctets() throws(StoreError) -> Int {
        try read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT coalesce((SELECT sum(stored) FROM entry WHERE content IS NULL), 0)
                      + coalesce((SELECT sum(stored) FROM (SELECT max(stored) AS stored FROM entry
                        WHERE content IS NOT NULL GROUP BY content)), 0)
                    """) ?? 0
        }
    }

    /// The oldest entries from before `time`, the oldest first.
    public func oldest(before time: Timestamp, limit: Int) throws(StoreError) -> [String] {
        try read { db in
            try String.fetchAll(
                db, sql: "SELECT id FROM entry WHERE time < ? ORDER BY time, id LIMIT ?",
                arguments: [time.milliseconds, limit])
        }
    }

    /// What is wrong with the file; empty where nothing is.
    public func faults() throws(StoreError) -> [String] {
        try read { db in
            try String.fetchAll(db, sql: "PRAGMA quick_check(20)").filter { $0 != "ok" }
        }
    }

    private func read<Value: Sendable>(_ work: @Sendable (Database) throws -> Value) throws(StoreError) -> Value {
        do { return try queue.read(work) } catch { throw QuarantineIndex.failure(path, error) }
    }

    private func write(_ work: (Database) throws -> Void) throws(StoreError) {
        do {
            try queue.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try work(db)
                    return .commit
                }
            }
        } catch {
            throw QuarantineIndex.failure(path, error)
        }
    }

    private static func failure(_ path: String, _ reason: Int32) -> StoreError {
        StoreError(
            reason == ENOENT ? .noSuchFile : .inputOutput, unsafe "\(path): \(String(cString: strerror(reason)))")
    }

    private static func failure(_ path: String, _ error: any Error) -> StoreError {
        guard let error = error as? DatabaseError else { return StoreError(.inputOutput, "\(path): \(error)") }
        let words = "\(path): \(error.message ?? "cannot be used")"
        return switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: StoreError(.unavailable, "\(path): another program holds it")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR: StoreError(.badData, words)
        default: StoreError(.inputOutput, words)
        }
    }
}

/// Which file a path leads to.
private struct FileIdentity: Sendable, Hashable {
    let device: UInt64
    let number: UInt64

    /// The file at `path`; nil when there is none.
    init?(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
}
