import Dispatch
import GRDB
import State
import Synchronization
import Values

/// Keeps a state database small while it is used: removes what has expired, gives up what would expire first where the
/// database is full, takes the write-ahead log over into the database, and gives room back. All of it in steps so small
/// that nobody who asks for an entry notices.
final class StateUpkeep: Sendable {
    private struct Work {
        var writes = 0
        var isRunning = false
        var isClosed = false
        /// The latest time of an event.
        var latest = Timestamp(milliseconds: .min / 2)
        var forgotten = 0
    }

    private let work = Mutex(Work())
    private let writer: DatabaseQueue
    /// The thread that writes.
    private let line: DispatchQueue
    private let background = DispatchQueue(label: "state upkeep", qos: .utility)
    private let sizeLimit: Int
    private let note: @Sendable (String) -> Void

    /// Writes between two rounds, entries removed in one step, and steps before the log is taken over: with too many it
    /// grows to what takes seconds.
    private static let interval = 128
    private static let step = 50
    private static let stride = 2

    /// Works on `writer` in turns of `line`.
    init(
        _ writer: DatabaseQueue, on line: DispatchQueue, sizeLimit: Int, note: @escaping @Sendable (String) -> Void
    ) {
        (self.writer, self.line, self.sizeLimit, self.note) = (writer, line, sizeLimit, note)
    }

    /// Counts writes of events at time `at`; now and then they lead to a round of upkeep.
    func noteWrite(at: Timestamp, count: Int = 1) {
        let isDue = work.withLock { work in
            work.latest = max(work.latest, at)
            work.writes += count
            guard work.writes >= StateUpkeep.interval, !work.isRunning, !work.isClosed else { return false }
            (work.writes, work.isRunning) = (0, true)
            return true
        }
        if isDue { background.async { self.round() } }
    }

    /// Shrinks the file after much was removed.
    func giveRoomBack() { noteWrite(at: latest, count: StateUpkeep.interval) }

    /// Waits for the round that is under way; there is none after it.
    func close() {
        work.withLock { $0.isClosed = true }
        background.sync {}
    }

    private var latest: Timestamp { work.withLock { $0.latest } }

    private var isClosed: Bool { work.withLock { $0.isClosed } }

    private func round() {
        defer { work.withLock { $0.isRunning = false } }
        // What could not be done now is done in the next round; that the database cannot be used, whoever asks for an
        // entry is told.
        do {
            let start = latest - StateSlack.duration
            var steps = 0
            func pace() throws {
                steps += 1
                if steps % StateUpkeep.stride == 0 { try takeOverLog() }
            }
            while !isClosed, try turn({ db in try transaction(db) { try removeExpired(db, start) } }) { try pace() }
            while !isClosed, let count = try turn({ db in try transaction(db) { try makeRoom(db) } }) {
                tell(count)
                try pace()
            }
            while !isClosed, try turn({ try giveRoomBack($0) }) { try pace() }
            try takeOverLog()
        } catch {}
    }

    /// A full checkpoint keeps other processes from writing meanwhile. A passive one beside a writer would not, and with
    /// SQLite before 3.51.3 may lose what was committed (the "WAL-reset bug").
    private func takeOverLog() throws { try turn { _ = try Row.fetchOne($0, sql: "PRAGMA wal_checkpoint(FULL)") } }

    /// Runs a step when the writer has its turn; others have theirs between two steps.
    private func turn<Answer>(_ step: (Database) throws -> Answer) throws -> Answer {
        try line.sync { try writer.writeWithoutTransaction(step) }
    }

    private func transaction<Answer>(_ db: Database, _ step: () throws -> Answer) throws -> Answer {
        var answer: Answer?
        try db.inTransaction(.immediate) {
            answer = try step()
            return .commit
        }
        guard let answer else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
        return answer
    }

    /// Whether there may be more.
    private func removeExpired(_ db: Database, _ start: Timestamp) throws -> Bool {
        let due = try firstDue(db, by: start)
        for entry in due { try settle(entry, isExpired: entry.expires <= start.milliseconds, in: db) }
        return due.count == StateUpkeep.step
    }

    /// An entry whose date has come.
    private struct Due {
        let key: String
        let due: Int64
        let expires: Int64
    }

    private func firstDue(_ db: Database, by time: Timestamp) throws -> [Due] {
        let statement = try db.cachedStatement(
            sql: "SELECT key, due, expires FROM entries WHERE due <= ? ORDER BY due LIMIT \(StateUpkeep.step)")
        return try Row.fetchAll(statement, arguments: [time.milliseconds]).map { row in
            Due(key: row[0], due: row[1], expires: row[2])
        }
    }

    /// Removes an entry that has expired, and gives one that was renewed its new date.
    private func settle(_ entry: Due, isExpired: Bool, in db: Database) throws {
        if isExpired { return try SQLiteState.delete(entry.key, in: db) }
        try db.cachedStatement(sql: "UPDATE entries SET due = expires WHERE key = ?").execute(arguments: [entry.key])
    }

    /// How many entries were given up; nil where there is room.
    private func makeRoom(_ db: Database) throws -> Int? {
        let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        guard (pages - free) * pageSize > sizeLimit else { return nil }
        // Those that were renewed since they got their date expire later than they are due, and come again.
        let due = try firstDue(db, by: Timestamp(milliseconds: .max))
        var count = 0
        for entry in due {
            let isNext = entry.due == entry.expires
            try settle(entry, isExpired: isNext, in: db)
            if isNext { count += 1 }
        }
        return due.isEmpty ? nil : count
    }

    /// Whether there may be more to give back.
    private func giveRoomBack(_ db: Database) throws -> Bool {
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        // Some is kept for what comes next.
        guard free > 256, free > pages / 4 else { return false }
        // Each row that is fetched is a page given back.
        return try !Row.fetchAll(db, sql: "PRAGMA incremental_vacuum(64)").isEmpty
    }

    /// Tells that entries were given up: the first time, and then each time that ten times as many were.
    private func tell(_ count: Int) {
        guard count > 0 else { return }
        let total = work.withLock { work -> Int? in
            let before = work.forgotten
            work.forgotten += count
            return String(before).count < String(work.forgotten).count || before == 0 ? work.forgotten : nil
        }
        guard let total else { return }
        note("full at \(SizeWords.mebibytes(sizeLimit)); \(total) entries that would have expired first were given up")
    }
}

/// Sizes for people.
enum SizeWords {
    static func mebibytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
}
