import Foundation
import GRDB
import Glibc
import State
import Values

extension SQLiteState {
    static func entry(_ key: String, in db: Database) throws -> StateEntry? {
        let statement = try db.cachedStatement(sql: "SELECT value, created, expires FROM entries WHERE key = ?")
        return try Row.fetchOne(statement, arguments: [key]).map { entry(of: $0, from: 0) }
    }

    /// Reads an entry and stores what `decide` makes of it, where it makes anything, in one transaction.
    static func change<Answer>(
        _ key: String, at: Timestamp, in db: Database, _ decide: (StateEntry?) -> (StateEntry?, Answer)
    ) throws -> Answer {
        try db.cachedStatement(sql: "BEGIN IMMEDIATE").execute()
        do {
            let (entry, answer) = decide(try entry(key, in: db).flatMap { $0.isLive(at: at) ? $0 : nil })
            if let entry { try store(entry, under: key, in: db) }
            try db.cachedStatement(sql: "COMMIT").execute()
            return answer
        } catch {
            // If that fails too, whoever has the next turn finds the transaction open.
            if db.isInsideTransaction { try? db.rollback() }
            throw error
        }
    }

    /// Stores an entry where one is that need not be given an earlier date in the index of those that expire; whether
    /// there was.
    static func renew(
        _ key: String, _ value: String, expires: Timestamp, at: Timestamp, in db: Database
    ) throws -> Bool {
        // The same as `StateEntry.replacing`: one that has expired is not there, if its row may still be.
        let statement = try db.cachedStatement(
            sql: """
                UPDATE entries SET value = ?2, created = iif(expires > ?3, created, ?3), expires = ?4
                WHERE key = ?1 AND due <= ?4
                """)
        try statement.execute(arguments: [key, stored(value), at.milliseconds, expires.milliseconds])
        return db.changesCount > 0
    }

    static func store(_ entry: StateEntry, under key: String, in db: Database) throws {
        let arguments: StatementArguments = [
            key, stored(entry.value), entry.created.milliseconds, entry.expires.milliseconds,
        ]
        // Most entries are renewed: the index by due date is left as it is.
        let renewal = try db.cachedStatement(
            sql: "UPDATE entries SET value = ?2, created = ?3, expires = ?4 WHERE key = ?1 AND due <= ?4")
        try renewal.execute(arguments: arguments)
        if db.changesCount > 0 { return }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO entries (key, value, created, expires, due) VALUES (?1, ?2, ?3, ?4, ?4)
                ON CONFLICT (key) DO UPDATE SET
                  value = excluded.value, created = excluded.created, expires = excluded.expires, due = excluded.due
                """)
        try statement.execute(arguments: arguments)
    }

    static func delete(_ key: String, in db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM entries WHERE key = ?").execute(arguments: [key])
    }

    private static func entry(of row: Row, from column: Int) -> StateEntry {
        StateEntry(
            value: value(row[column]), created: Timestamp(milliseconds: row[column + 1]),
            expires: Timestamp(milliseconds: row[column + 2]))
    }

    /// A value as it is stored: SQLite's texts end at a NUL, so one with a NUL in it is stored as bytes.
    private static func stored(_ value: String) -> DatabaseValue {
        value.utf8.contains(0) ? Data(value.utf8).databaseValue : value.databaseValue
    }

    private static func value(_ stored: DatabaseValue) -> String {
        switch stored.storage {
        case .string(let text): text
        case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
        case .null, .int64, .double: stored.description
        }
    }

    public func entries(under prefix: String, _ body: ([HeldEntry]) async throws -> Bool) async throws {
        var last = ""
        var isFirst = true
        while true {
            let (start, orEqual) = (isFirst ? prefix : last, isFirst)
            let rows = try await run(isPatient: true) { db in
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT key, value, created, expires FROM entries WHERE key \(orEqual ? ">=" : ">") ?
                        ORDER BY key LIMIT 1000
                        """)
                return try Row.fetchAll(statement, arguments: [start]).map { row in
                    (text: row[0] as String, entry: SQLiteState.entry(of: row, from: 1))
                }
            }
            let held = rows.prefix { $0.text.utf8.starts(with: prefix.utf8) }
            let batch = held.compactMap { row in StateKey(text: row.text).map { HeldEntry($0, row.entry) } }
            if !batch.isEmpty, try await !body(batch) { return }
            guard rows.count == 1000, held.count == rows.count, let end = rows.last else { return }
            (last, isFirst) = (end.text, false)
        }
    }

    public func restore(_ entries: [HeldEntry]) async throws {
        try await changing(entries) { held, db in
            try SQLiteState.store(held.entry, under: held.key.text, in: db)
        }
        if let latest = entries.map(\.entry.created).max() { upkeep?.noteWrite(at: latest, count: entries.count) }
    }

    public func remove(_ keys: [StateKey]) async throws {
        try await changing(keys) { key, db in try SQLiteState.delete(key.text, in: db) }
        upkeep?.giveRoomBack()
    }

    /// Changes many entries, a thousand to a transaction, so that nobody else waits long.
    private func changing<Item: Sendable>(
        _ items: [Item], _ change: @escaping @Sendable (Item, Database) throws -> Void
    ) async throws {
        var rest = items[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(1000))
            rest = rest.dropFirst(1000)
            try await run(isPatient: true) { db in
                try db.inTransaction(.immediate) {
                    for item in part { try change(item, db) }
                    return .commit
                }
            }
        }
    }

    static func failure(_ path: String, _ code: Int32) -> StoreError {
        let words = unsafe String(cString: strerror(code))
        let isAbsent = code == ENOENT || code == ENOTDIR
        return StoreError(
            isAbsent ? .noSuchFile : .inputOutput,
            "\(path): \(words)\(isAbsent ? "; make the folder first" : "; check the permissions")")
    }

    static func failure(_ path: String, _ error: any Error) -> StoreError {
        if let error = error as? StoreError { return error }
        let code: StoreError.Code =
            switch (error as? DatabaseError)?.resultCode {
            case .SQLITE_NOTADB?, .SQLITE_CORRUPT?: .badData
            case .SQLITE_BUSY?, .SQLITE_LOCKED?: .unavailable
            default: .inputOutput
            }
        return StoreError(code, "\(path): \(words(error))")
    }

    static func stateError(_ path: String, _ error: any Error) -> StateError {
        error as? StateError ?? StateError("sqlite:\(path): \(words(error))")
    }

    private static func words(_ error: any Error) -> String {
        guard let error = error as? DatabaseError else { return "\(error)" }
        let words = error.message ?? "database error \(error.resultCode.rawValue)"
        return switch error.resultCode {
        case .SQLITE_FULL: "cannot be written: the disk is full; what was committed is safe"
        case .SQLITE_BUSY, .SQLITE_LOCKED: "another program is holding it"
        case .SQLITE_NOTADB: "is no SQLite database; name another file"
        case .SQLITE_CORRUPT: "the database is damaged: \(words); move it away, and a new one is made"
        case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_NOMEM:
            "cannot be read or written: \(words); check the permissions and the disk"
        default: words
        }
    }
}
