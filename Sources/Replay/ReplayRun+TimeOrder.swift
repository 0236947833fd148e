import Archives
import Mail
import Screening
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
        var source = BatchReader(options.locations, options: options.archive, messagesPerBatch: 64)
        while let batch = source.nextBatch() {
            for item in batch {
                switch item {
                case .event(.problem(let problem)): try deliver(.problem(problem))
                case .event(.message(let entry)):
                    let time = ReplayedMessage(entry, site: screening.policy.site).known.time.value
                    order.append((time, try spool.append(entry)))
                case .end: break
                }
            }
            total.bytes = source.bytesRead
            progress(total)
        }
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
            for (index, (_, place)) in order.enumerated() {
                while asked < order.count, asked < index + ahead {
                    let entry = try spool.entry(at: order[asked].place)
                    group.addTask { await ask(about: entry) }
                    asked += 1
                }
                try deliver(await screen(try spool.entry(at: place)))
                total.messages += 1
                progress(total)
                if ahead > 0 { try await group.next() }
            }
        }
    }

    /// Asks what the stages will ask about a message whose turn has not come, so that the resolver knows the answers by
    /// then: the stages that remember have to take the messages one by one, and would wait for each answer.
    private func ask(about entry: ArchiveEntry) async {
        let replayed = ReplayedMessage(entry, site: screening.policy.site)
        if isOutside(replayed) { return }
        var environment = screening.environment
        environment.state = nil
        _ = await MessageScreening(policy: screening.policy, environment: environment).record(of: replayed)
    }
}
