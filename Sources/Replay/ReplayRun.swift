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
        /// Whether answers take time, as from a live DNS: then all messages of a batch are screened at once, so that
        /// hundreds of them wait together rather than one after another.
        public var waitsForAnswers = false
        /// Whether messages are screened one after another in the order of their times, as state needs it, rather
        /// than in the order of the archives.
        public var inTimeOrder = false

        /// A replay of `locations`.
        public init(_ locations: [ArchiveLocation]) { self.locations = locations }
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
    /// `progress` now and then. Memory is bounded by the messages in flight.
    ///
    /// - Throws: what `deliver` throws, and `SpoolError`.
    public func run(
        deliver: (Event) throws -> Void, progress: (Progress) -> Void = { _ in }
    ) async throws {
        if options.inTimeOrder {
            try await runInTimeOrder(deliver: deliver, progress: progress)
        } else {
            try await runInArchiveOrder(deliver: deliver, progress: progress)
        }
    }

    private func runInArchiveOrder(deliver: (Event) throws -> Void, progress: (Progress) -> Void) async throws {
        var total = Progress()
        var finishedBytes = 0
        for location in options.locations {
            guard var source = try open(location, deliver: deliver) else { continue }
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
        guard options.waitsForAnswers else {
            var events: [Event] = []
            events.reserveCapacity(batch.count)
            for event in batch { events.append(await screen(event)) }
            return events
        }
        return await withTaskGroup(of: (Int, Event).self) { group in
            for (index, event) in batch.enumerated() { group.addTask { (index, await screen(event)) } }
            let events = await group.reduce(into: [Int: Event]()) { $0[$1.0] = $1.1 }
            return batch.indices.compactMap { events[$0] }
        }
    }

    private func screen(_ event: ArchiveEvent) async -> Event {
        switch event {
        case .problem(let problem): .problem(problem)
        case .message(let entry): await screen(entry)
        }
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
