import GRDB
import GRDBSQLite

/// The file that a connection has open.
///
/// It is reached through SQLite: a process that closes a descriptor of its own for a file gives up all of its locks on it,
/// SQLite's among them.
enum DatabaseFile {
    /// Waits until the disk has what was written to the database.
    static func sync(_ db: Database) throws {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = unsafe sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard code == SQLITE_OK, let file = unsafe file, let sync = unsafe file.pointee.pMethods?.pointee.xSync else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code == SQLITE_OK ? SQLITE_IOERR : code))
        }
        let outcome = unsafe sync(file, SQLITE_SYNC_NORMAL)
        guard outcome == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: outcome)) }
    }
}
