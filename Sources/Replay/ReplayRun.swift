import Archives
import Screening
import Tuning
import Values

/// A replay: archives in, one record per message out.
public struct ReplayRun: Sendable {
    /// What is replayed and how.
    public struct Options: Sendable {
        /// The archives, in the order in which they are read.
        public var locations: [ArchiveLocation]
        /// What logs know of the messages.
        public var logs: LogJoin?
        /// Hands out the sessions that logs tell of, and the name of the log of each: those that no archive and no
        /// transcript has are replayed with the rest, in time order only.
        public var loggedSessions: (@Sendable (_ each: (LoggedSession, _ log: String) throws -> Void) throws -> Void)?
        /// How archives are read.
        public var archive = ArchiveOptions()
        /// Labels by message id; `label` is for the rest.
        public var labels: [String: String] = [:]
        /// The label of messages that `labels` does not name.
        public var label: String?
        /// What else may say that a message is ham or spam: the folder it lies in, keywords, flags, earlier verdicts.
        public var labelOrigins: Set<LabelVote.Origin> = [.keyword, .folder, .flag, .verdict]
        /// Of an archive, by its place among all, only the messages with these numbers; all of one that is not here.
        public var numbers: [Int: Set<Int>] = [:]
        /// Messages before this time are left out.
        public var since: Timestamp?
        /// Messages from this time on are left out.
        public var until: Timestamp?
        /// Batches of messages screened at the same time.
        public var jobs = 1
        /// Whether answers come over a network. Many more messages than `jobs` are then under way, as most of them
        /// wait; how many compute at once is still up to the processors.
        public var waitsForAnswers = false
        /// Whether messages are screened one after another in the order of their times, as state needs it, rather
        /// than in the order of the archives.
        public var inTimeOrder = false
        /// Whether sessions of transcripts are given the answers of the DNS and of state that were recorded in them,
        /// and enforced as they were.
        public var answersAsRecorded = false
        /// Whether the histories of sessions are handed out too, for the stages that remember to be asked again about
        /// them; in time order only.
        public var keepsHistories = false
        /// Where the replay starts when an earlier one got that far; in archive order only.
        public var start = Start()
        /// Makes the changes to a message that stages ask for, so that records hold it as it would go on; nil where they
        /// need not.
        public var changes: (@Sendable (Delivery) -> Bytes)?

        /// Writes what there is to tell of a message, beside the screening. In archive order only.
        public var write: (@Sendable (_ record: TransactionRecord, _ output: inout [UInt8]) -> Void)?
        /// Makes what takes of some records, beside the screening, what somebody needs of them later: it is handed out
        /// then. In archive order only.
        public var keep: (@Sendable () -> any RecordKeeper)?
        /// Whether records are handed out. Where nothing is wanted of them but what is written and kept of them they
        /// need not change hands.
        public var handsOutRecords = true

        /// A replay of `locations`.
        public init(_ locations: [ArchiveLocation]) { self.locations = locations }
    }

    /// A place in the order of the archives: everything before it was delivered by an earlier replay.
    public struct Start: Sendable, Hashable {
        /// The archive to start in, by its place among all.
        public var location = 0
        /// How many of its events are passed over.
        public var events = 0

        /// The very beginning, unless told otherwise.
        public init(location: Int = 0, events: Int = 0) { (self.location, self.events) = (location, events) }
    }

    /// What a replay hands out.
    public enum Event: Sendable {
        /// A message was screened.
        case record(TransactionRecord)
        /// What was kept of some messages.
        case kept(any RecordKeeper)
        /// A session of a transcript was screened; what lies outside the time asked for is not among its records.
        case session(SessionResult)
        /// What happened in the session that was handed out last.
        case history(SessionHistory)
        /// Part of an archive could not be read.
        case problem(ArchiveProblem)
        /// Something to know that is no mistake of an archive's, and no event that is counted.
        case note(String)
        /// A message lies outside the time asked for.
        case skipped
    }

    let screening: MessageScreening
    let options: Options

    /// Tasks under way at the same time, the messages of each, and the bytes of all: what bounds memory.
    var pace: (tasks: Int, messagesPerBatch: Int, bytes: Int) {
        options.waitsForAnswers ? (max(256, options.jobs), 1, 128 << 20) : (options.jobs, 64, Int.max)
    }

    /// A replay under `policy`, with DNS and state from `environment`.
    public init(policy: ScreeningPolicy, environment: ScreeningEnvironment, options: Options) {
        self.screening = MessageScreening(
            policy: policy, environment: environment, changes: options.changes,
            tellsRecordedFields: options.handsOutRecords || options.keep != nil || options.inTimeOrder)
        self.options = options
    }

    /// Runs the replay. `deliver` is called once per message or problem, in the order of the archives (or of time);
    /// `progress` now and then; `finished` when all of an archive was delivered, in archive order only. Where the options
    /// have records written, `written` gets what was, in its turn. Memory is bounded by the messages in flight.
    ///
    /// - Throws: what `deliver`, `written` and `finished` throw, and `SpoolError`.
    public func run(
        deliver: (Event) throws -> Void, written: (_ output: [UInt8]) throws -> Void = { _ in },
        finished: (_ location: Int) throws -> Void = { _ in }, progress: (Progress) -> Void = { _ in }
    ) async throws {
        if options.inTimeOrder {
            try await runInTimeOrder(deliver: deliver, progress: progress)
        } else {
            try await runInArchiveOrder(deliver: deliver, written: written, finished: finished, progress: progress)
        }
    }

    /// What became of a part of a batch.
    private enum Result: Sendable {
        case event(Event)
        /// What was written and kept of some messages, of which so many are not handed out.
        case part(written: [UInt8], kept: (any RecordKeeper)?, messages: Int)
        case end(location: Int)
    }

    private func runInArchiveOrder(
        deliver: (Event) throws -> Void, written tell: ([UInt8]) throws -> Void,
        finished finish: (Int) throws -> Void, progress: (Progress) -> Void
    ) async throws {
        var total = Progress()
        let pace = pace
        var source = BatchReader(
            options.locations, options: options.archive, messagesPerBatch: pace.messagesPerBatch,
            start: options.start, numbers: options.numbers)
        try await withThrowingTaskGroup(of: (number: Int, bytes: Int, results: [Result]).self) { group in
            var (started, running, delivered, bytesRunning) = (0, 0, 0, 0)
            var finished: [Int: [Result]] = [:]
            var isExhausted = false
            while true {
                // What is finished but waits for its turn is bounded too.
                while !isExhausted, running < pace.tasks, started - delivered < pace.tasks * 4,
                    bytesRunning < pace.bytes
                {
                    guard let batch = source.nextBatch() else {
                        isExhausted = true
                        break
                    }
                    let (number, bytes) = (started, batch.byteCount)
                    started += 1
                    running += 1
                    bytesRunning += bytes
                    group.addTask { (number, bytes, await screen(batch)) }
                }
                // Delivering comes after starting, so that it takes no time from the tasks.
                while let results = finished.removeValue(forKey: delivered) {
                    for result in results {
                        switch result {
                        case .event(let event):
                            try deliver(event)
                            total.messages += event.messages
                        case .part(let output, let kept, let messages):
                            if let kept { try deliver(.kept(kept)) }
                            if !output.isEmpty { try tell(output) }
                            total.messages += messages
                        case .end(let location): try finish(location)
                        }
                    }
                    delivered += 1
                }
                total.bytes = source.bytesRead
                progress(total)
                if running == 0, isExhausted { break }
                guard let result = try await group.next() else { continue }
                running -= 1
                bytesRunning -= result.bytes
                finished[result.number] = result.results
            }
        }
    }

    private func screen(_ batch: [BatchReader.Item]) async -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(batch.count)
        var places = PlaceVotes()
        var (output, messages): ([UInt8], Int) = ([], 0)
        // About as much as is written of a batch, so that it need not be moved as it grows.
        if options.write != nil { output.reserveCapacity(min(batch.count, 64) * 3072) }
        var keeper = options.keep?()
        func endPart() {
            guard messages > 0 else { return }
            results.append(
                .part(written: output, kept: keeper, messages: options.handsOutRecords ? 0 : messages))
            (output, messages, keeper) = ([], 0, options.keep?())
        }
        func add(_ result: Result) {
            endPart()
            results.append(result)
        }
        for item in batch {
            switch item {
            case .event(.problem(let problem)): add(.event(.problem(problem)))
            case .event(.message(let entry)):
                guard let record = await record(of: entry, &places) else {
                    add(.event(.skipped))
                    continue
                }
                messages += 1
                options.write?(record, &output)
                keeper?.add(record)
                if options.handsOutRecords { results.append(.event(.record(record))) }
            case .event(.transcript): break
            case .session(let session): add(.event(.session(await screen(session))))
            case .note(let note): add(.event(.note(note)))
            case .end(let location): add(.end(location: location))
            }
        }
        endPart()
        return results
    }

    /// Whether the message lies outside the time asked for; one of unknown time does not.
    func isOutside(_ replayed: ReplayedMessage) -> Bool {
        isOutside(replayed.known.time.value)
    }

    func isOutside(_ time: Timestamp?) -> Bool {
        guard let time else { return false }
        return options.since.map { time < $0 } ?? false || options.until.map { time >= $0 } ?? false
    }

    func screen(_ entry: ArchiveEntry) async -> Event {
        var places = PlaceVotes()
        return await record(of: entry, &places).map(Event.record) ?? .skipped
    }

    /// The record of a message; nil for one that lies outside the time asked for.
    private func record(of entry: ArchiveEntry, _ places: inout PlaceVotes) async -> TransactionRecord? {
        let replayed = ReplayedMessage(entry, site: screening.policy.site, logs: options.logs)
        if isOutside(replayed) { return nil }
        var record = await screening.record(of: replayed)
        record.labelVotes = options.votes(for: record.id)
        if !options.labelOrigins.isEmpty {
            record.labelVotes += LabelHints.votes(entry, replayed.message, &places).filter {
                options.labelOrigins.contains($0.origin)
            }
        }
        record.label = record.labelVotes.label
        return record
    }

    /// The record of a single message.
    public static func record(
        of entry: ArchiveEntry, policy: ScreeningPolicy, environment: ScreeningEnvironment
    ) async -> TransactionRecord {
        await MessageScreening(policy: policy, environment: environment)
            .record(of: ReplayedMessage(entry, site: policy.site))
    }
}

extension ReplayRun.Options {
    /// What the user says about the message with this id.
    func votes(for id: String?) -> [LabelVote] {
        var votes: [LabelVote] = []
        if let listed = id.flatMap({ labels[$0] }) { votes.append(LabelVote(.list, listed, "--labels")) }
        if let label { votes.append(LabelVote(.option, label, "--label")) }
        return votes
    }
}

extension [BatchReader.Item] {
    /// The bytes of the messages in the batch.
    fileprivate var byteCount: Int {
        reduce(0) { $0 + $1.size }
    }
}
