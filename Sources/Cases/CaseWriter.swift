import GRDB
import Screening
import Tuning
import Values

/// Writes one run of a replay into a case, in batches: what a batch found and how far it got are committed together,
/// so that whenever the process dies the run can go on where the last batch ended.
public struct CaseWriter {
    /// Where the run stands when it is opened.
    public enum Beginning: Sendable, Hashable {
        /// Nothing is there yet.
        case new
        /// A run that was not finished: it goes on behind this many events of an archive, by its place among all.
        case resumed(source: Int, events: Int)
        /// A run that was not finished and has to start over, as what it remembered is lost.
        case startedOver
        /// The same run is there, whole.
        case done
    }

    /// The run's number in the case.
    public let run: Int
    /// Where it stands.
    public let beginning: Beginning
    /// Other runs of the case that were never finished.
    public let unfinished: [Int]
    /// The archives of the run as they were named, in order.
    public let sources: [String]

    private let file: CaseFile
    private let lock: CaseLock
    private let isInTimeOrder: Bool
    private var source = 0
    private var events = 0
    private var pending: [Entry] = []
    private var pendingEvents = 0
    private var rows: CaseRows
    private var historyCount = 0

    /// What waits to be written.
    private enum Entry {
        /// So many events.
        case records(CaseRowBatch, events: Int, skipped: Int)
        case problem(source: String, text: String)
        case skipped
        case history(SessionHistory)
        case sourceFinished(Int)

        /// How many events of a replay it stands for.
        var events: Int { if case .records(_, let events, _) = self { events } else { 1 } }
    }

    /// Events to a transaction.
    private static let batch = 512

    /// Opens the case at `path`, or makes it, for the run that `description` describes.
    public init(_ path: String, _ description: RunDescription) throws(CaseError) {
        if CaseFile.isForeign(path) {
            throw CaseError(.badData, path, "is there already and is no case file; name another file")
        }
        lock = try CaseLock(path)
        file = try CaseFile(writing: path)
        isInTimeOrder = description.isInTimeOrder
        sources = description.sources.map(\.location)
        do {
            let opened = try file.queue.write { try RunRow.open(description, in: $0, path: path) }
            (run, beginning, unfinished) = (opened.run, opened.beginning, opened.unfinished)
            if description.keepsHistories, opened.beginning != .done {
                try file.queue.write { try CaseHistories.prepare(run: opened.run, in: $0) }
            }
        } catch {
            throw CaseError(error, path: path)
        }
        if case .resumed(let source, let events) = beginning { (self.source, self.events) = (source, events) }
        rows = CaseRows(run: run)
    }

    /// Adds what was found about a message.
    public mutating func add(_ record: TransactionRecord) throws(CaseError) {
        try add([record], skipped: 0)
    }

    /// Adds what was made ready of messages, each an event.
    public mutating func add(_ batch: CaseRowBatch) throws(CaseError) {
        try add(.records(batch, events: batch.count, skipped: 0), events: batch.count)
    }

    /// Adds what was found about the transactions of a session, which count as one event, what the server did with each
    /// then, where that is known, and how many of them lie outside the time asked for.
    public mutating func add(
        _ records: [TransactionRecord], fates: [StoredFate?] = [], skipped: Int
    ) throws(CaseError) {
        var batch = CaseRowBatch()
        for (index, record) in records.enumerated() {
            batch.add(record, fate: index < fates.count ? fates[index] : nil)
        }
        try add(.records(batch, events: 1, skipped: skipped))
    }

    /// Adds a part of an archive that could not be read.
    public mutating func addProblem(source: String, text: String) throws(CaseError) {
        try add(.problem(source: source, text: text))
    }

    /// Adds what happened in a session of a simulation.
    public mutating func add(_ history: SessionHistory) throws(CaseError) { try add(.history(history)) }

    /// Adds a message outside the time asked for.
    public mutating func addSkipped() throws(CaseError) { try add(.skipped) }

    /// All of the archive at this place among all has been added.
    public mutating func finishSource(_ position: Int) throws(CaseError) { try add(.sourceFinished(position)) }

    /// Ends the run at `time`. With `findsMoves`, messages that lay in the inbox in an earlier run and lie in the junk
    /// folder now, or the other way round, are taken for what somebody who moved them thought they were.
    public mutating func finish(at time: Timestamp, findsMoves: Bool = true) throws(CaseError) {
        try flush()
        let run = run
        try writing { db in
            if findsMoves { try LabelRows.addMoves(run: run, in: db) }
            try db.execute(
                sql: "UPDATE runs SET finished = ? WHERE id = ?", arguments: [time.milliseconds, run])
            try db.execute(sql: "UPDATE run_sources SET finished = 1 WHERE run = ?", arguments: [run])
        }
        // One file is easier to copy than three. Where somebody is reading it stays as it is.
        _ = try? file.queue.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
    }

    private mutating func add(_ entry: Entry, events: Int = 1) throws(CaseError) {
        pending.append(entry)
        pendingEvents += events
        if pendingEvents >= CaseWriter.batch { try flush() }
    }

    /// Commits what waits.
    mutating func flush() throws(CaseError) {
        guard !pending.isEmpty else { return }
        let entries = pending
        pending.removeAll(keepingCapacity: true)
        pendingEvents = 0
        var (source, events, historyCount) = (source, events, historyCount)
        let (run, isInTimeOrder) = (run, isInTimeOrder)
        // Moved, not copied: they remember much. Where the batch fails, what it made is gone, and so is what they
        // remember of it.
        var rows = CaseRows(run: run)
        swap(&rows, &self.rows)
        try writing { db in
            var skipped = 0
            for entry in entries {
                if case .history(let history) = entry {
                    historyCount += 1
                    try CaseHistories.insert(history, run: run, position: historyCount, in: db)
                    continue
                }
                events += entry.events
                switch entry {
                case .history: break
                case .records(let batch, _, let left):
                    try rows.insert(batch, in: db)
                    skipped += left
                case .problem(let source, let text): try rows.insertProblem(source: source, text: text, in: db)
                case .skipped: skipped += 1
                case .sourceFinished(let position):
                    try db.execute(
                        sql: "UPDATE run_sources SET finished = 1, events = ? WHERE run = ? AND position = ?",
                        arguments: [events - 1, run, position])
                    (source, events) = (position + 1, 0)
                }
            }
            if skipped > 0 {
                try db.execute(
                    sql: "UPDATE runs SET skipped = skipped + ? WHERE id = ?", arguments: [skipped, run])
            }
            if !isInTimeOrder {
                try db.execute(
                    sql: "UPDATE run_sources SET events = ? WHERE run = ? AND position = ? AND finished = 0",
                    arguments: [events, run, source])
            }
        }
        (self.rows, self.source, self.events, self.historyCount) = (rows, source, events, historyCount)
    }

    func writing(_ work: (Database) throws -> Void) throws(CaseError) {
        do {
            try file.queue.write(work)
        } catch {
            throw CaseError(error, path: file.path)
        }
    }
}
