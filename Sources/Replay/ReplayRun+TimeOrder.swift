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
        var finishedBytes = 0
        for location in options.locations {
            guard var source = try open(location, deliver: deliver) else { continue }
            while let batch = source.next() {
                for event in batch {
                    switch event {
                    case .problem(let problem): try deliver(.problem(problem))
                    case .message(let entry):
                        let time = ReplayedMessage(entry, site: screening.policy.site).known.time.value
                        order.append((time, try spool.append(entry)))
                    }
                }
                total.bytes = finishedBytes + source.bytesRead
                progress(total)
            }
            finishedBytes += source.bytesRead
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
        for (_, place) in order {
            try deliver(await screen(try spool.entry(at: place)))
            total.messages += 1
            progress(total)
        }
    }
}
