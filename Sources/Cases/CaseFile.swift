import GRDB

/// A case file: what scans of archives found, in SQLite, to be asked about without reading a message again.
public struct CaseFile: Sendable {
    /// The file's name as given.
    public let path: String
    let queue: DatabaseQueue

    /// Opens the case at `path` for questions. Nothing in it can be changed through this.
    public init(reading path: String) throws(CaseError) {
        guard let identity = try FileIdentity(path) else {
            throw CaseError(.noSuchFile, path, "No such file or directory; check the name")
        }
        guard identity == .database else { throw CaseError(.badData, path, "is no case file") }
        self.path = path
        do {
            queue = try DatabaseQueue(path: path, configuration: CaseFile.configuration(isReadOnly: true))
            try queue.read { try CaseSchema.check($0, path: path) }
        } catch {
            throw CaseError(error, path: path)
        }
    }

    /// Opens the case at `path` for writing, and makes it where it is not there.
    init(writing path: String) throws(CaseError) {
        if try FileIdentity(path) == .other {
            throw CaseError(.badData, path, "is there already and is no case file; name another file")
        }
        self.path = path
        do {
            queue = try DatabaseQueue(path: path, configuration: CaseFile.configuration(isReadOnly: false))
            try CaseSchema.prepare(queue, path: path)
            try queue.writeWithoutTransaction { db in
                // A killed process loses nothing that was committed, and a power failure damages nothing.
                _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
            }
        } catch {
            throw CaseError(error, path: path)
        }
    }

    /// Whether the file at `path` is an SQLite database, as a case is and an archive is not.
    public static func isDatabase(_ path: String) -> Bool { (try? FileIdentity(path)) == .database }

    /// Whether something lies at `path` that is no database.
    static func isForeign(_ path: String) -> Bool { (try? FileIdentity(path)) == .other }

    /// Runs `work` on the open database, and tells its failures as failures of this case.
    func read<Result>(_ work: (Database) throws -> Result) throws(CaseError) -> Result {
        do {
            return try queue.read(work)
        } catch {
            throw CaseError(error, path: path)
        }
    }

    /// Stops the query that is running, from another task.
    public func interrupt() { queue.interrupt() }

    private static func configuration(isReadOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            db.add(function: QueryFunctions.isInNetwork)
            db.add(function: QueryFunctions.contains)
            // A case may come from anybody: nothing in its schema may call what only a query should.
            try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            if isReadOnly { try db.execute(sql: "PRAGMA query_only = ON") }
        }
        return configuration
    }
}
