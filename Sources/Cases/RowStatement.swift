import GRDB
import GRDBSQLite

/// A prepared statement that writes a row, bound and stepped through SQLite's own interface: a case has a dozen rows a
/// message, and what a general statement does around each would cost more than the row.
struct RowStatement {
    private let statement: Statement

    /// The statement for `sql`, prepared once for each connection.
    init(_ sql: String, in db: Database) throws { statement = try db.cachedStatement(sql: sql) }

    /// Writes a row of `count` values, each as `next` gives it.
    func execute(_ count: Int, in db: Database, next: () throws -> RowValue) throws {
        let handle = unsafe statement.sqliteStatement
        // Bindings are copied by SQLite and replaced by the next row's.
        defer { unsafe sqlite3_reset(handle) }
        for index in 1...Int32(count) {
            let code = unsafe RowStatement.bind(try next(), to: handle, at: index)
            guard code == SQLITE_OK else { throw failure(code, in: db) }
        }
        let code = unsafe sqlite3_step(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code, in: db) }
    }

    private static func bind(_ value: RowValue, to handle: OpaquePointer, at index: Int32) -> Int32 {
        // SQLITE_TRANSIENT, which is a cast that Swift does not import: SQLite copies the bytes before it returns.
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
        case .text(let bytes, let range):
            // Without a pointer SQLite would bind null.
            guard !range.isEmpty else { return unsafe sqlite3_bind_text(handle, index, "", 0, transient) }
            return unsafe bytes[range].withUnsafeBytes { text in
                unsafe sqlite3_bind_text(
                    handle, index, text.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: text.count),
                    transient)
            }
        case .blob(let bytes, let range):
            return unsafe bytes[range].withUnsafeBytes { blob in
                unsafe sqlite3_bind_blob(handle, index, blob.baseAddress, Int32(clamping: blob.count), transient)
            }
        }
    }

    private func failure(_ code: Int32, in db: Database) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage, sql: statement.sql)
    }
}

/// A value of a row, its text where it lies.
enum RowValue {
    case null
    case integer(Int64)
    case text([UInt8], Range<Int>)
    case blob([UInt8], Range<Int>)
}
