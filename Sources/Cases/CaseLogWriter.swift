import Foundation
import GRDB
import Logs
import Values

/// Puts what logs tell into a case.
public struct CaseLogWriter {
    /// A log that was read.
    public struct Source: Sendable {
        /// Where it lies, its size and the digest of its bytes as they are stored.
        public var path: String, size: Int, sha256: String
        /// The times in it.
        public var first: Timestamp?, last: Timestamp?
        /// Its lines, those of them that nobody knows, and the formats that it has.
        public var lines = 0, unknown = 0, formats: [String] = []

        /// A log of which only the file is known.
        public init(path: String, size: Int, sha256: String) {
            (self.path, self.size, self.sha256) = (path, size, sha256)
        }
    }

    private let file: CaseFile
    private let lock: CaseLock
    private let version: String

    /// Opens the case at `path`, or makes it. `version` is the program's, and is kept with each source.
    public init(_ path: String, version: String) throws(CaseError) {
        if CaseFile.isForeign(path) {
            throw CaseError(.badData, path, "is there already and is no case file; name another file")
        }
        lock = try CaseLock(path)
        file = try CaseFile(writing: path)
        self.version = version
    }

    /// Whether the case has a log of these bytes.
    public func has(sha256: String) throws(CaseError) -> Bool {
        do {
            return try file.queue.read {
                try Int.fetchOne($0, sql: "SELECT 1 FROM log_sources WHERE sha256 = ?", arguments: [sha256]) != nil
            }
        } catch {
            throw CaseError(error, path: file.path)
        }
    }

    /// Adds logs with all that they tell, or nothing: an import that was broken off has left no trace. `read` is given what takes
    /// messages and counts, both with the number of their source, and says at its end what the sources are.
    public func add(
        _ read: (_ messages: ([LogMessage]) throws -> Void, _ counts: (Int, LogTimeline.Row) throws -> Void) throws ->
            [Source]
    ) throws {
        try file.queue.write { db in
            let base = try Int.fetchOne(db, sql: "SELECT coalesce(max(id), 0) + 1 FROM log_sources") ?? 1
            let sources = try read(
                { messages in for message in messages { try insert(message, base: base, in: db) } },
                { source, row in
                    for (kind, count) in row.kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                        try db.execute(
                            sql: "INSERT INTO log_counts VALUES (?, ?, ?, ?)",
                            arguments: [base + source, row.start.milliseconds, kind.rawValue, count])
                    }
                })
            for (index, source) in sources.enumerated() {
                try db.execute(
                    sql: "INSERT INTO log_sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: [
                        base + index, source.sha256, stored(source.path), source.size, source.first?.milliseconds,
                        source.last?.milliseconds, source.lines, source.unknown, source.formats.joined(separator: " "),
                        version,
                    ])
            }
        }
    }

    /// Leaves one file, which is easier to copy than three.
    public func finish() {
        _ = try? file.queue.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
    }

    private func insert(_ message: LogMessage, base: Int, in db: Database) throws {
        let session = message.session
        let statement = try db.cachedStatement(
            sql: "INSERT INTO log_messages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            base + message.place.file, message.place.line, message.place.offset, stored(message.host),
            stored(message.id),
            message.time?.time.milliseconds, stored(session?.client), stored(session?.clientName),
            stored(session?.helo),
            stored(session?.tlsVersion), stored(session?.cipher),
            stored(message.authenticated ?? session?.authenticated),
            stored(message.sender), stored(message.messageID), message.size, stored(message.parent), message.isRefused,
        ])
        let id = db.lastInsertedRowID
        let recipients = try db.cachedStatement(sql: "INSERT INTO log_recipients VALUES (?, ?, ?, ?, ?, ?)")
        for (position, recipient) in message.recipients.enumerated() {
            try recipients.execute(arguments: [
                id, position, stored(recipient.address), stored(recipient.original), stored(recipient.status),
                recipient.deferrals,
            ])
        }
    }

    /// A text; one with a NUL in it is kept as a blob, as SQLite's text would end there.
    private func stored(_ text: String?) -> DatabaseValue {
        guard let text else { return .null }
        return text.utf8.contains(0) ? Data(text.utf8).databaseValue : text.databaseValue
    }
}
