import GRDB

/// Why a case file cannot be used as asked.
public struct CaseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Code: Sendable, Hashable {
        /// There is no such file.
        case noSuchFile
        /// The file is no case, is damaged, or was written by a newer version.
        case badData
        /// Somebody else writes to it.
        case inUse
        /// The disk or the system failed.
        case inputOutput
        /// The case has no such message or run.
        case notInCase
        /// A statement that is no query, or is not understood.
        case badStatement
        /// A query was stopped.
        case interrupted
    }

    /// What kind of failure it is.
    public let code: Code
    /// The failure in words, the file's name first.
    public let description: String

    /// A failure about the file at `path`.
    public init(_ code: Code, _ path: String, _ text: String) {
        (self.code, self.description) = (code, "\(path): \(text)")
    }

    /// What the failure of a database call means for the case at `path`.
    init(_ error: any Error, path: String) {
        if let error = error as? CaseError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.inputOutput, path, "\(error)")
            return
        }
        let words = error.message ?? "database error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.inputOutput, path, "cannot be written: the disk is full; what was committed is safe")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.inUse, path, "another program is using it; wait for it, or name another file")
        case .SQLITE_NOTADB: self.init(.badData, path, "is no case file")
        case .SQLITE_CORRUPT: self.init(.badData, path, "the case file is damaged: \(words)")
        case .SQLITE_INTERRUPT: self.init(.interrupted, path, "the query was stopped: it took too long")
        case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_NOMEM:
            self.init(.inputOutput, path, "cannot be read or written: \(words); check the permissions and the disk")
        default: self.init(.badData, path, "the case file is damaged: \(words)")
        }
    }
}
