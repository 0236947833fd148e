import Archives
import Screening
import Values

/// A replay: archives in, one record per message out.
public struct ReplayRun: Sendable {
    /// What is replayed and how.
    public struct Options: Sendable {
        /// The archives, in the order in which they are read.
        public var locations: [ArchiveLocation]
        /// How archives are read.
        public var archive = ArchiveOptions()
        /// Labels by message id; `label` is for the rest.
        public var labels: [String: String] = [:]
        /// The label of messages that `labels` does not name.
        public var label: String?
        /// Messages before this time are left out.
        public var since: Timestamp?
        /// Messages from this time on are left out.
        public var until: Timestamp?
        /// Messages screened at the same time.
        public var jobs = 1
        /// Whether messages are screened one after another in the order of their times, as state needs it, rather
        /// than in the order of the archives.
        public var inTimeOrder = false
        /// Where the replay starts when an earlier one got that far; in archive order only.
        public var start = Start()

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
        /// Part of an archive could not be read.
        case problem(ArchiveProblem)
        /// A message lies outside the time asked for.
        case skipped
    }

    let screening: MessageScreening
    let options: Options

    /// A replay under `policy`, with DNS and state from `environment`.
    public init(policy: ScreeningPolicy, environment: ScreeningEnvironment, options: Options) {
        self.screening = MessageScreening(policy: policy, environment: environment)
        self.options = options
    }

    /// Runs the replay. `deliver` is called once per message or problem, in the order of the archives (or of time);
    /// `progress` now and then; `finished` when all of an archive was delivered, in archive order only. Memory is
    /// bounded by the messages in flight.
    ///
    /// - Throws: what `deliver` and `finished` throw, and `SpoolError`.
    public func run(
        deliver: (Event) throws -> Void, finished: (_ location: Int) throws -> Void = { _ in },
        progress: (Progress) -> Void = { _ in }
    ) async throws {
        if options.inTimeOrder {
            try await runInTimeOrder(deliver: deliver, progress: progress)
        } else {
            try await runInArchiveOrder(deliver: deliver, finished: finished, progress: progress)
        }
    }

    private func runInArchiveOrder(
        deliver: (Event) throws -> Void, finished finish: (Int) throws -> Void, progress: (Progress) -> Void
    ) async throws {
        var total = Progress()
        var finishedBytes = 0
        for (index, location) in options.locations.enumerated().dropFirst(options.start.location) {
            var known = index == options.start.location ? options.start.events : 0
            guard var source = try open(location, deliver: { if known == 0 { try deliver($0) } }) else {
                try finish(index)
                continue
            }
            // Splitting an archive is cheap beside screening, so what is known already is read again.
            while known > 0, source.skip(&known) { progress(total) }
            try await withThrowingTaskGroup(of: (number: Int, events: [Event]).self) { group in
                var (started, running, delivered) = (0, 0, 0)
                var finished: [Int: [Event]] = [:]
                var isExhausted = false
                while true {
                    // What is finished but waits for its turn is bounded too.
                    while !isExhausted, running < options.jobs, started - delivered < options.jobs * 4 {
                        guard let batch = source.next() else {
                            isExhausted = true
                            break
                        }
                        let number = started
                        started += 1
                        running += 1
                        group.addTask { (number, await screen(batch)) }
                    }
                    // Delivering comes after starting, so that it takes no time from the tasks.
                    while let events = finished.removeValue(forKey: delivered) {
                        for event in events { try deliver(event) }
                        total.messages += events.count
                        delivered += 1
                    }
                    total.bytes = finishedBytes + source.bytesRead
                    progress(total)
                    if running == 0, isExhausted { break }
                    guard let result = try await group.next() else { continue }
                    running -= 1
                    finished[result.number] = result.events
                }
            }
            finishedBytes += source.bytesRead
            try finish(index)
        }
    }

    /// Opens an archive; one that cannot be opened is delivered as a problem.
    func open(_ location: ArchiveLocation, deliver: (Event) throws -> Void) throws -> BatchReader? {
        let failure: ArchiveError
        do {
            return BatchReader(try ArchiveReader(location, options: options.archive))
        } catch {
            failure = error
        }
        try deliver(.problem(ArchiveProblem(failure, source: failure.file)))
        return nil
    }

    private func screen(_ batch: [ArchiveEvent]) async -> [Event] {
        var events: [Event] = []
        events.reserveCapacity(batch.count)
        for event in batch {
            switch event {
            case .problem(let problem): events.append(.problem(problem))
            case .message(let entry): events.append(await screen(entry))
            }
        }
        return events
    }

    func screen(_ entry: ArchiveEntry) async -> Event {
        let replayed = ReplayedMessage(entry, site: screening.policy.site)
        if let time = replayed.known.time.value {
            if let since = options.since, time < since { return .skipped }
            if let until = options.until, time >= until { return .skipped }
        }
        var record = await screening.record(of: replayed)
        record.label = record.id.flatMap { options.labels[$0] } ?? options.label
        return .record(record)
    }

    /// The record of a single message.
    public static func record(
        of entry: ArchiveEntry, policy: ScreeningPolicy, environment: ScreeningEnvironment
    ) async -> TransactionRecord {
        await MessageScreening(policy: policy, environment: environment)
            .record(of: ReplayedMessage(entry, site: policy.site))
    }
}
