import Dispatch
import GRDB
import State
import Synchronization
import Values

/// Keeps a state database small while it is used: removes what has expired, gives up what would expire first where the
/// database is full, and gives room back, in steps so short that nobody who asks for an entry notices; and has the
/// write-ahead log taken over into the database.
final class StateUpkeep: Sendable {
    private struct Work {
        var writes = 0
        var isRunning = false
        var isClosed = false
        /// The latest time of an event.
        var latest = Timestamp(milliseconds: .min / 2)
        var forgotten = 0
        /// Changes since the log was taken over last.
        var unsettled = 0

        /// Whether a round is due, which begins then.
        mutating func beginRound() -> Bool {
            isRunning = writes >= StateUpkeep.interval && !isClosed
            if isRunning { writes = 0 }
            return isRunning
        }
    }

    private let work = Mutex(Work())
    private let taken = Mutex(StepTimes())
    private let writer: DatabaseQueue
    let log: StateLog
    /// Its steps hold up whoever asks, so it is as urgent as they are: a thread of less urgency would be put aside in one.
    private let background = DispatchQueue(label: "state upkeep", qos: .userInitiated)
    private let sizeLimit: Int
    private let note: @Sendable (String) -> Void

    /// Writes between two rounds, the most entries that are removed in one step, and how long a step may take before its
    /// next entry waits for another.
    private static let interval = 128
    private static let step = 50
    private static let budget: Duration = .milliseconds(2)
    /// Pages given back in one step.
    private static let pages = 64
    /// Changes after which the log is taken over: of a few pages each, most often one.
    private static let stride = 2048
    /// A time by which everything is due.
    private static let end = Timestamp(milliseconds: .max)

    /// Works on `writer` between the turns of those that ask for entries; `log` is its log.
    init(
        _ writer: DatabaseQueue, _ log: StateLog, sizeLimit: Int, note: @escaping @Sendable (String) -> Void
    ) {
        (self.writer, self.log, self.sizeLimit, self.note) = (writer, log, sizeLimit, note)
    }

    /// Counts writes of events at time `at`; now and then they lead to a round of upkeep.
    func noteWrite(at: Timestamp, count: Int = 1) {
        let isDue = work.withLock { work in
            work.latest = max(work.latest, at)
            work.writes += count
            work.unsettled += count
            return !work.isRunning && work.beginRound()
        }
        if isDue { background.async { self.rounds() } }
    }

    /// Shrinks the file after much was removed.
    func giveRoomBack() { noteWrite(at: latest, count: StateUpkeep.interval) }

    /// Waits for the round that is under way; there is none after it.
    func close() {
        work.withLock { $0.isClosed = true }
        background.sync { log.close() }
    }

    private var latest: Timestamp { work.withLock { $0.latest } }

    private var isClosed: Bool { work.withLock { $0.isClosed } }

    /// One round after another for as long as there were enough writes meanwhile.
    private func rounds() {
        repeat { round() } while work.withLock { $0.beginRound() }
    }

    private func round() {
        // What could not be done now is done in the next round; that the database cannot be used, whoever asks for an
        // entry is told.
        do {
            let start = latest - StateSlack.duration
            while !isClosed, let step = try fetching(start, { db in try removeExpired(db, start) }) {
                try settle(step.count)
                if !step.isMore { break }
            }
            while !isClosed, try turn({ try isFull($0) }), let step = try fetching(StateUpkeep.end, makeRoom) {
                tell(step.forgotten)
                try settle(step.count)
            }
            var hasRoom = false
            while !isClosed, try turn({ try giveRoomBack($0) }) {
                hasRoom = true
                try settle(StateUpkeep.pages)
            }
            // The file is shortened when the log is taken over.
            try settle(hasRoom ? StateUpkeep.stride : 0)
        } catch {}
    }

    /// Counts changes, and has the log taken over where there were many since that was done last. What upkeep writes so
    /// keeps pace with the disk.
    private func settle(_ count: Int) throws {
        let isDue = work.withLock { work in
            work.unsettled += count
            guard work.unsettled >= StateUpkeep.stride else { return false }
            work.unsettled = 0
            return true
        }
        if isDue { try log.takeOver() }
    }

    /// Runs a step when the writer has its turn; others have theirs between two steps.
    private func turn<Answer>(_ step: (Database) throws -> Answer) throws -> Answer {
        try writer.writeWithoutTransaction { db in
            let start = ContinuousClock.now
            defer { taken.withLock { $0.add(start.duration(to: .now)) } }
            return try step(db)
        }
    }

    /// How long its steps have held others up.
    var stepTimes: StepTimes { taken.withLock { $0 } }

    /// How long writers were held back for the log.
    var holdTimes: StepTimes { log.holdTimes }

    /// Runs a step that changes the entries that are due first by `time`. They are read once before, beside the others' turns:
    /// what is not in memory comes from the disk, which may be busy for long, and then nobody waits for it but this thread.
    private func fetching<Answer>(_ time: Timestamp, _ step: (Database) throws -> Answer) throws -> Answer {
        try log.read { db in
            for entry in try firstDue(db, by: time) { _ = try SQLiteState.entry(entry.key, in: db) }
        }
        return try turn { db in try transaction(db) { try step(db) } }
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

    /// How many entries were looked at, and whether there may be more; nil where there was none.
    private func removeExpired(_ db: Database, _ start: Timestamp) throws -> (count: Int, isMore: Bool)? {
        let due = try firstDue(db, by: start)
        let count = try settle(due, in: db) { $0.expires <= start.milliseconds }
        return count == 0 ? nil : (count, count < due.count || due.count == StateUpkeep.step)
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

    /// Removes those that have expired and gives those that were renewed their new dates, as many as there is time for;
    /// how many it came to.
    private func settle(_ entries: [Due], in db: Database, hasExpired: (Due) -> Bool) throws -> Int {
        let end = ContinuousClock.now + StateUpkeep.budget
        var count = 0
        for entry in entries {
            if hasExpired(entry) {
                try SQLiteState.delete(entry.key, in: db)
            } else {
                let statement = try db.cachedStatement(sql: "UPDATE entries SET due = expires WHERE key = ?")
                try statement.execute(arguments: [entry.key])
            }
            count += 1
            if ContinuousClock.now >= end { break }
        }
        return count
    }

    private func isFull(_ db: Database) throws -> Bool {
        let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        return (pages - free) * pageSize > sizeLimit
    }

    /// How many entries were looked at, and how many of them given up; nil where there is room.
    private func makeRoom(_ db: Database) throws -> (count: Int, forgotten: Int)? {
        guard try isFull(db) else { return nil }
        let due = try firstDue(db, by: StateUpkeep.end)
        // Those that were renewed since they got their date expire later than they are due, and come again.
        let count = try settle(due, in: db) { $0.due == $0.expires }
        return count == 0 ? nil : (count, due.prefix(count).count { $0.due == $0.expires })
    }

    /// Whether there may be more to give back.
    private func giveRoomBack(_ db: Database) throws -> Bool {
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
        // Some is kept for what comes next.
        guard free > 256, free > pages / 4 else { return false }
        // Each row that is fetched is a page given back.
        return try !Row.fetchAll(db, sql: "PRAGMA incremental_vacuum(\(StateUpkeep.pages))").isEmpty
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
