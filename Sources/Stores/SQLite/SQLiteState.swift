import Dispatch
import GRDB
import Glibc
import State
import Synchronization
import Values

/// State in an SQLite database: one writer a process, several processes beside one another, and what was answered stays
/// whatever becomes of the process.
public final class SQLiteState: StateInventory {
    /// What a database is opened for.
    public enum Access: Sendable, Hashable {
        case reading
        /// For writing; made where it is not there, if that is wanted.
        case writing(makes: Bool)
    }

    /// The database's path.
    public let path: String
    let queue: DatabaseQueue
    private let line: StateLine
    let upkeep: StateUpkeep?
    private let deadlines: Deadlines
    /// A listing or a change of many entries is no stage's: it may take its time.
    private let patientDeadlines: Deadlines
    private let waiting = Atomic<Int>(0)

    /// Questions that may wait at once: those beyond could not be answered in time.
    private static let mostWaiting = 4096
    /// How long an answer that is next is watched for before the thread goes to others.
    private static let patience: Duration = .microseconds(50)

    /// Opens the database at `path`. `note` is told what an admin should know, such as that it is full.
    public init(
        path: String, _ access: Access, _ settings: StateSettings = StateSettings(),
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(StoreError) {
        self.path = path
        func deadlines(_ limit: Duration) -> Deadlines {
            Deadlines(after: limit, StateError("sqlite:\(path): no answer within \(limit.milliseconds) ms"))
        }
        (self.deadlines, patientDeadlines) = (deadlines(settings.timeout), deadlines(.seconds(60)))
        let isReadOnly = access == .reading
        var status = stat()
        if unsafe stat(path, &status) != 0 {
            let reason = errno
            guard reason == ENOENT else { throw SQLiteState.failure(path, reason) }
            guard access == .writing(makes: true) else {
                throw StoreError(.noSuchFile, "\(path): No such file or directory; check the name")
            }
            // It holds who wrote to whom: for its owner alone.
            let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw SQLiteState.failure(path, errno) }
            Glibc.close(descriptor)
        }
        if status.st_mode & S_IFMT == S_IFDIR { throw StoreError(.badData, "\(path): is a folder; name a file in it") }
        do {
            let configuration = SQLiteState.configuration(isReadOnly: isReadOnly, timeout: settings.timeout)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            line = StateLine(queue)
            let standing = try queue.read { try StateSchema.standing($0) }
            if case .other(let reason) = standing { throw StoreError(.badData, "\(path): \(reason)") }
            if isReadOnly {
                if case .empty = standing {
                    throw StoreError(.badData, "\(path): is empty; no state was kept in it yet")
                }
                upkeep = nil
                return
            }
            try SQLiteState.prepare(queue, standing)
            upkeep = StateUpkeep(queue, try StateLog(path, queue, line), sizeLimit: settings.sizeLimit) {
                note("state: \(path): \($0)")
            }
        } catch {
            throw SQLiteState.failure(path, error)
        }
    }

    /// Why the database at `path` could not be opened for writing; nil where it could. Makes nothing.
    public static func obstacle(at path: String) -> StoreError? {
        var status = stat()
        if unsafe stat(path, &status) != 0, errno == ENOENT {
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
            return unsafe access(folder, W_OK | X_OK) == 0 ? nil : failure(path, errno)
        }
        if unsafe access(path, R_OK | W_OK) != 0 { return failure(path, errno) }
        do throws(StoreError) {
            _ = try SQLiteState(path: path, .reading)
            return nil
        } catch {
            return status.st_size == 0 ? nil : error
        }
    }

    private static func configuration(isReadOnly: Bool, timeout: Duration) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        // A transaction that a failing disk leaves open is ended by the next question, rather than the process.
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(Double(timeout.milliseconds) / 1000)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            if isReadOnly {
                try db.execute(sql: "PRAGMA query_only = ON")
            } else {
                // A killed process loses nothing that was committed, and a power failure damages nothing. The log is
                // taken over into the database by upkeep alone.
                try db.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0")
                // Where it had to grow once, it shrinks when it begins anew.
                try db.execute(sql: "PRAGMA journal_size_limit = \(StateLog.sizeLimit)")
                try db.execute(sql: "PRAGMA cache_size = -32768")
            }
        }
        return configuration
    }

    private static func prepare(_ queue: DatabaseQueue, _ standing: StateSchema.Standing) throws {
        try queue.writeWithoutTransaction { db in
            // Only an empty database can be made to give room back bit by bit.
            if case .empty = standing { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        }
        try StateSchema.prepare(queue)
    }

    public func get(_ key: StateKey, at: Timestamp) async throws -> StateEntry? {
        let text = key.text
        return try await run { db in try SQLiteState.entry(text, in: db).flatMap { $0.isLive(at: at) ? $0 : nil } }
    }

    public func insertIfAbsent(
        _ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp
    ) async throws -> (entry: StateEntry, inserted: Bool) {
        try await change(key, at: at) { live in
            if let live { return (nil, (live, false)) }
            let entry = StateEntry(value: value, created: at, expires: expires)
            return (entry, (entry, true))
        }
    }

    public func put(_ key: StateKey, _ value: String, expires: Timestamp, at: Timestamp) async throws {
        let text = key.text
        try await run { db in
            // Most are there: one statement is the whole transaction.
            if try SQLiteState.renew(text, value, expires: expires, at: at, in: db) { return }
            try SQLiteState.change(text, at: at, in: db) {
                (StateEntry.replacing($0, value, expires: expires, at: at), ())
            }
        }
        upkeep?.noteWrite(at: at)
    }

    public func increment(_ key: StateKey, by amount: Int, window: Duration, at: Timestamp) async throws -> Int {
        try await change(key, at: at) { live in
            let (entry, count) = StateEntry.counting(live, by: amount, window: window, at: at)
            return (entry, count)
        }
    }

    public func remove(_ key: StateKey, at: Timestamp) async throws {
        let text = key.text
        try await run { try SQLiteState.delete(text, in: $0) }
    }

    private func change<Answer: Sendable>(
        _ key: StateKey, at: Timestamp, _ decide: @escaping @Sendable (StateEntry?) -> (StateEntry?, Answer)
    ) async throws -> Answer {
        let text = key.text
        let answer = try await run { try SQLiteState.change(text, at: at, in: $0, decide) }
        upkeep?.noteWrite(at: at)
        return answer
    }

    /// Runs `work` when its turn comes. Throws a `StateError` when that takes too long; it may be done all the same.
    func run<Answer: Sendable>(
        isPatient: Bool = false, _ work: @escaping @Sendable (Database) throws -> Answer
    ) async throws -> Answer {
        guard waiting.load(ordering: .relaxed) < SQLiteState.mostWaiting else {
            throw StateError("sqlite:\(path): too many questions wait for an answer")
        }
        let race = Race<Answer>()
        waiting.add(1, ordering: .relaxed)
        let isNext = line.add { [self] db in
            defer { waiting.subtract(1, ordering: .relaxed) }
            // Nobody waits for it any more.
            if race.isOver { return }
            do {
                if db.isInsideTransaction { try db.rollback() }
                race.end(.success(try work(db)))
            } catch {
                race.end(.failure(SQLiteState.stateError(path, error)))
            }
        }
        if isNext, let outcome = race.watch(for: SQLiteState.patience) { return try outcome.get() }
        (isPatient ? patientDeadlines : deadlines).watch(race)
        return try await race.outcome()
    }

    /// How long the steps that remove what has expired, and other steps of upkeep, held up those who ask since the database
    /// was opened.
    public var upkeepTimes: StepTimes { upkeep?.stepTimes ?? StepTimes() }

    /// How long those who ask were held back so that the write-ahead log could begin anew, since the database was opened.
    public var holdTimes: StepTimes { upkeep?.holdTimes ?? StepTimes() }

    public func close() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                upkeep?.close()
                try? queue.close()
                continuation.resume()
            }
        }
    }
}
