import Archives
import Logs
import Mail
import SMTP
import Screening
import Tuning
import Values

extension ReplayRun {
    /// Screens all messages of all archives in the order of their times. Archives are rarely sorted, and compressed
    /// ones cannot be read out of order, so the messages go through a spool file first; what stays in memory is two
    /// numbers a message. Messages of unknown time come last, in archive order.
    func runInTimeOrder(deliver: (Event) throws -> Void, progress: (Progress) -> Void) async throws {
        var total = Progress()
        total.phase = .sorting
        var spool = try MessageSpool()
        var order: [(time: Timestamp?, place: MessageSpool.Place)] = []
        // A spool holds bytes: sessions lie in it as the lines of a transcript, and are known by their places.
        var sessions: [MessageSpool.Place: Spooled] = [:]
        var known = KnownSessions()
        var source = BatchReader(
            options.locations, options: options.archive, messagesPerBatch: 64, numbers: options.numbers)
        while let batch = source.nextBatch() {
            for item in batch {
                switch item {
                case .event(.problem(let problem)): try deliver(.problem(problem))
                case .event(.message(let entry)):
                    let replayed = ReplayedMessage(entry, site: screening.policy.site, logs: options.logs)
                    if options.loggedSessions != nil, let logged = replayed.logged { known.add(logged) }
                    order.append((replayed.known.time.value, try spool.append(entry)))
                case .event(.transcript): break
                case .session(let session):
                    let place = try spool.append(session.spooled)
                    sessions[place] = Spooled(number: session.number, line: nil)
                    if options.loggedSessions != nil { known.add(session.session) }
                    order.append((session.session.connectTime, place))
                case .note(let note): try deliver(.note(note))
                case .end: break
                }
            }
            total.bytes = source.bytesRead
            progress(total)
        }
        try spoolLogged(into: &spool, &sessions, known) { order.append(($0, $1)) }
        try spool.finishWriting()
        order.sort { left, right in
            switch (left.time, right.time) {
            case (let a?, let b?): a == b ? left.place < right.place : a < b
            case (.some, nil): true
            case (nil, .some): false
            case (nil, nil): left.place < right.place
            }
        }
        total.phase = .screening
        let ahead = options.waitsForAnswers ? pace.tasks : 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            var asked = 0
            var underWay = SessionsUnderWay(self)
            func hand(_ event: Event) throws {
                try deliver(event)
                total.messages += event.messages
                progress(total)
            }
            for (index, (time, place)) in order.enumerated() {
                while ahead > 0, asked < order.count, asked < index + ahead {
                    let place = order[asked].place
                    let entry = try spool.entry(at: place)
                    let session = sessions[place].flatMap { TranscriptSession(spooled: entry, $0) }
                    group.addTask { await ask(about: entry, session) }
                    asked += 1
                }
                let entry = try spool.entry(at: place)
                // What others did before this began comes first.
                try await underWay.advance(to: time) { try hand($0) }
                if let spooled = sessions[place], let session = TranscriptSession(spooled: entry, spooled) {
                    underWay.begin(session)
                } else {
                    for event in await screenKeeping(entry) { try hand(event) }
                }
                if ahead > 0 { try await group.next() }
            }
            try await underWay.advance(to: nil) { try hand($0) }
        }
    }

    /// A session that lies in the spool: which of its file it is, and on which line of a log it begins, where a log is
    /// what tells of it.
    struct Spooled {
        let number: Int
        let line: Int?
    }

    /// Puts the sessions that logs alone tell of beside the others.
    private func spoolLogged(
        into spool: inout MessageSpool, _ sessions: inout [MessageSpool.Place: Spooled], _ known: KnownSessions,
        _ add: (Timestamp, MessageSpool.Place) -> Void
    ) throws {
        guard let loggedSessions = options.loggedSessions else { return }
        var counts: [String: Int] = [:]
        try loggedSessions { logged, file in
            guard let rest = known.unknown(of: logged), let recorded = rest.recorded else { return }
            let number = counts[file, default: 0] + 1
            counts[file] = number
            let place = try spool.append(TranscriptSession(recorded, file: file, number: number).spooled)
            sessions[place] = Spooled(number: number, line: logged.place.line)
            add(recorded.connectTime, place)
        }
    }

    /// Screens a message, and keeps its history where that is wanted.
    private func screenKeeping(_ entry: ArchiveEntry) async -> [Event] {
        guard options.keepsHistories else { return [await screen(entry)] }
        let keeper = HistoryKeeper(source: entry.source)
        var environment = screening.environment
        environment.witness = keeper
        let event = await ReplayRun(policy: screening.policy, environment: environment, options: options).screen(entry)
        guard case .record(let record) = event else { return [event] }
        var history = keeper.history
        history.label = record.label
        return [event, .history(history)]
    }

    /// Asks what the stages will ask about a message whose turn has not come, so that the resolver knows the answers by
    /// then: the stages that remember have to take the messages one by one, and would wait for each answer.
    private func ask(about entry: ArchiveEntry, _ session: TranscriptSession?) async {
        var environment = screening.environment
        environment.state = nil
        if let session {
            _ = await screen(session, in: environment)
            return
        }
        let replayed = ReplayedMessage(entry, site: screening.policy.site, logs: options.logs)
        if isOutside(replayed) { return }
        _ = await MessageScreening(policy: screening.policy, environment: environment).record(of: replayed)
    }
}

extension TranscriptSession {
    /// The session as an entry of a spool.
    fileprivate var spooled: ArchiveEntry {
        var lines: [UInt8] = []
        for line in session.events {
            line.json.write(to: &lines)
            lines.append(.lf)
        }
        return ArchiveEntry(message: Bytes(lines), source: file)
    }

    /// Reads what `spooled` gave.
    fileprivate init?(spooled entry: ArchiveEntry, _ spooled: ReplayRun.Spooled) {
        var decoder = TranscriptDecoder(file: entry.source, lineLimit: .max)
        let lines = decoder.consume(entry.message).compactMap { try? $0.get() }
        guard let id = lines.first?.session, let session = RecordedSession(id: id, lines: lines) else { return nil }
        let log = spooled.line.map { HeaderSource.log(entry.source, line: $0) }
        self.init(session, file: entry.source, number: spooled.number, log: log)
    }
}
