import Dispatch
import GRDB
import Glibc
import Synchronization

/// Takes the write-ahead log of a state database over into the database beside whoever writes, so that nobody who asks for
/// an entry waits for the disk; and keeps it from growing without end.
///
/// With SQLite before 3.51.3 a checkpoint may lose what was committed (its "WAL-reset bug"): it reads how long the log is;
/// another connection begins the log, which was taken over whole, anew; and the checkpoint takes the new log's frames for
/// ones that it has seen. That is over once it holds the lock of those who read from the database alone (`WAL_READ_LOCK(0)`).
/// So that it cannot happen, whoever opened the file, in this process or in others, no checkpoint here begins unless
/// - somebody reads, from before it begins to after it ends. Who reads either has a mark in the log, and nobody can begin
///   the log anew; or the log had been taken over whole before, and who reads holds that lock, without which a checkpoint
///   does nothing. Or
/// - this process holds the lock of those who write, without which nobody can begin the log anew.
final class StateLog: Sendable {
    /// The file that the log is in.
    private let file: String
    private let writer: DatabaseQueue
    /// Who writes on it, where they can be slowed.
    private let line: StateLine?
    /// Reads: while the log is taken over, and what upkeep will need.
    private let holder: DatabaseQueue
    /// Takes it over.
    private let copier: DatabaseQueue

    /// Where it is taken over as long as there is time for it.
    let aside = IdleThread(name: "state log")
    /// Whether the log has grown so long that there is none.
    private let isLong = Atomic<Bool>(false)
    /// Until when the machine is taken to be too busy for it.
    private let busyUntil = Mutex(ContinuousClock.now)
    /// Whether what is done aside is to give up.
    private let isHurried = Atomic<Bool>(false)
    private let (written, logged): (FileWriteback, FileWriteback)
    private let held = Mutex(StepTimes())

    /// Frames after which the log is to begin anew.
    private let longest: Int
    /// Frames after which writers are slowed and held back for it, each for a moment.
    private var long: Int { longest * 4 }
    /// Frames after which they wait as long as it takes.
    private var most: Int { long * 4 }

    /// Bytes that the file keeps when the log begins anew: more than what it usually grows to, which would be given back
    /// to the file system and asked for again each time.
    static let sizeLimit = 320 << 20
    /// How often what was written meanwhile is taken over in a row.
    private static let rounds = 4
    /// How often writers are held back in a row, and how long each time at most.
    private static let holds = 8
    private static let hold = DispatchTimeInterval.milliseconds(4)
    /// How long to wait for what is done when nobody else wants the processor, and how long not to try again where that was
    /// not enough.
    private static let patience = DispatchTimeInterval.seconds(2)
    private static let pause: Duration = .seconds(60)

    /// Looks after the log of the database at `path`, which `writer` writes, so that it begins anew after `longest` frames;
    /// those that wait for the writer stand in `line`.
    init(_ path: String, _ writer: DatabaseQueue, _ line: StateLine? = nil, longest: Int = 16_384) throws {
        (file, self.writer, self.line, self.longest) = (path + "-wal", writer, line, longest)
        (written, logged) = (FileWriteback(path), FileWriteback(file))
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        // For who opens the database while another process does; a passive checkpoint waits for nobody.
        configuration.busyMode = .timeout(1)
        configuration.prepareDatabase { db in
            try db.execute(
                sql: "PRAGMA trusted_schema = OFF; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0")
            // One reads a row here and there, the other copies past the cache.
            try db.execute(sql: "PRAGMA cache_size = 16")
        }
        copier = try DatabaseQueue(path: path, configuration: configuration)
        configuration.readonly = true
        holder = try DatabaseQueue(path: path, configuration: configuration)
    }

    deinit { aside.end() }

    /// Ends the connections.
    func close() {
        aside.end()
        try? holder.close()
        try? copier.close()
    }

    /// Takes over what is committed, while others write. The log begins anew with the first write that finds all of it taken
    /// over; where it has become long, what is written meanwhile is taken over in its turn, so that the first moment without
    /// a write is enough. Where there is none for long, one is made.
    func takeOver() throws {
        guard var last = try takeOverAside() else { return }
        readAhead(of: last)
        // The disk gets it bit by bit, rather than all of it at once when the log is to begin anew.
        try sync()
        guard last.length > longest else { return }
        for _ in 0..<StateLog.rounds {
            guard let next = try followUp(last) else { return }
            last = next
        }
        if last.length > long { try makeMoment(last) }
    }

    /// Makes a moment without a write. It has to be as long as the disk takes for the rest of the log, then for the rest of
    /// the database, before the log's beginning may be written over. That is short where little is left: writers are slowed
    /// until so is the case, and then held back; but not for longer than none of them notices, unless the log would grow
    /// without end.
    private func makeMoment(_ last: Progress) throws {
        line?.slow(true)
        defer { line?.slow(false) }
        var last = last
        for _ in 0..<StateLog.holds {
            guard let next = try followUp(last) else { return }
            guard let held = try takeOverHeld(next.length > most ? nil : StateLog.hold) else { return }
            last = held
        }
    }

    /// Takes over what was written since `last`; nil where nothing more is to be done: nobody has written, or the log has
    /// begun anew, or somebody reads what was there before, for whom everybody would wait in vain.
    private func followUp(_ last: Progress) throws -> Progress? {
        guard let next = try takeOverAside() else { return nil }
        // The fewer pages are on their way to the disk, the shorter the next round.
        try sync()
        return next.length > last.length && next.takenOver >= last.length ? next : nil
    }

    /// Waits until the disk has what was taken over. A checkpoint that leaves frames behind does not see to that.
    private func sync() throws {
        try whenIdle { [self] in
            try writeOut(written)
            try copier.writeWithoutTransaction { try DatabaseFile.sync($0) }
        }
    }

    /// Has the disk write what there is of a file before it is waited for.
    private func writeOut(_ file: FileWriteback) throws {
        file.writeOut { isHurried.load(ordering: .relaxed) }
        if isHurried.load(ordering: .relaxed) { throw DatabaseError(resultCode: .SQLITE_INTERRUPT) }
    }

    /// Does what is not urgent, as the copying of a log that is not long, when nobody else wants the processor. On a busy
    /// machine that may be never: it is then interrupted, so far as it can be, and done all the same. A long log is
    /// everybody's business from the start.
    private func whenIdle<Answer: Sendable>(_ work: @escaping @Sendable () throws -> Answer) throws -> Answer {
        if isLong.load(ordering: .relaxed) || busyUntil.withLock({ ContinuousClock.now < $0 }) { return try work() }
        do {
            defer { isHurried.store(false, ordering: .relaxed) }
            return try aside.run(patience: StateLog.patience, work) {
                busyUntil.withLock { $0 = .now + StateLog.pause }
                isHurried.store(true, ordering: .relaxed)
                copier.interrupt()
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            return try work()
        }
    }

    /// Takes over what is committed, when there is time for it.
    private func takeOverAside() throws -> Progress? {
        let progress = try whenIdle { [self] in
            // A checkpoint begins with the disk having all of the log.
            try writeOut(logged)
            return try takeOverBeside()
        }
        if let progress { isLong.store(progress.length > longest * 2, ordering: .relaxed) }
        return progress
    }

    /// Reads beside whoever writes; what was read so comes from memory when a writer needs it.
    func read<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try holder.writeWithoutTransaction { held in
            if held.isInsideTransaction { try held.rollback() }
            return try body(held)
        }
    }

    /// Frames of which the file's blocks are read before they are written, and what each takes: its head and a page.
    private static let ahead = 4096
    private static let frame = 24 + 4096

    /// Has what will be written over read into memory, where it has left it. A frame does not end where a block does, and
    /// whoever writes a part of a block waits for the rest of it.
    private func readAhead(of progress: Progress) {
        // SQLite has no locks on this file that closing it would end.
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { Glibc.close(descriptor) }
        let length = StateLog.ahead * StateLog.frame
        _ = posix_fadvise(descriptor, off_t(progress.length * StateLog.frame), off_t(length), POSIX_FADV_WILLNEED)
        // It may begin anew at any time.
        _ = posix_fadvise(descriptor, 0, off_t(length), POSIX_FADV_WILLNEED)
    }

    /// How many frames the log had when a checkpoint began, and how many of them are taken over after it.
    private struct Progress: Sendable {
        let length: Int
        let takenOver: Int
    }

    /// Takes over what is committed when it begins; nil where another process is at it.
    private func takeOverBeside() throws -> Progress? {
        try holder.writeWithoutTransaction { held in
            // One that a failing disk left open.
            if held.isInsideTransaction { try held.rollback() }
            try held.execute(sql: "BEGIN")
            defer { try? held.rollback() }
            // It begins to read with the first row.
            _ = try Int.fetchOne(held, sql: "SELECT count(*) FROM sqlite_master")
            return try checkpoint()
        }
    }

    /// Takes over what is left, while nobody writes; after `limit`, writers go on beside it.
    private func takeOverHeld(_ limit: DispatchTimeInterval?) throws -> Progress? {
        let (isHeld, isOver) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        writer.asyncWriteWithoutTransaction { [self] db in
            let start = ContinuousClock.now
            defer { held.withLock { $0.add(start.duration(to: .now)) } }
            // Those of other processes are held back too, unless one of them writes for long.
            try? db.execute(sql: "BEGIN IMMEDIATE")
            isHeld.signal()
            _ = isOver.wait(timeout: limit.map { .now() + $0 } ?? .distantFuture)
            if db.isInsideTransaction { try? db.rollback() }
        }
        isHeld.wait()
        defer { isOver.signal() }
        return try takeOverBeside()
    }

    /// How long writers were held back.
    var holdTimes: StepTimes { held.withLock { $0 } }

    /// Takes over as much as nobody has need of in the log; nil where another connection is at it. Only for who has made
    /// sure that the log is not begun anew meanwhile.
    private func checkpoint() throws -> Progress? {
        try copier.writeWithoutTransaction { db in
            let row = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(PASSIVE)")
            guard let row, row[0] == 0 else { return nil }
            return Progress(length: row[1], takenOver: row[2])
        }
    }
}
