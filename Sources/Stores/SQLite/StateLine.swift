import GRDB
import Glibc
import Synchronization

/// Where questions wait for the one connection that writes: answered in the order they came in, on a thread that a disk
/// may hold up without holding up others.
///
/// To wake a thread costs more than an answer. Who serves the line so looks for the next question for a moment before the
/// thread sleeps: those that a stage asks one after another are answered without another wake.
final class StateLine: Sendable {
    /// What is done when it is its turn.
    typealias Turn = @Sendable (Database) -> Void

    private struct Inbox {
        var turns: [Turn] = []
        /// Whether somebody looks after them.
        var isServed = false
    }

    private let inbox = Mutex(Inbox())
    /// Whether there are turns, told without a lock to who looks again and again.
    private let isWaitedFor = Atomic<Bool>(false)
    private let writer: DatabaseQueue
    private let isSlowed = Atomic<Bool>(false)

    /// How long the next question is looked for before the thread sleeps.
    private static let patience: Duration = .microseconds(50)
    /// How often turns are taken before upkeep may have its own.
    private static let rounds = 16
    /// How long nobody has a turn after those that were taken together, while the line is slowed.
    private static let rest: UInt32 = 500

    /// A line for `writer`, which is not to be written to by others but between the turns.
    init(_ writer: DatabaseQueue) { self.writer = writer }

    /// Adds a turn. Whether it is the next, and its thread awake: it will be over in a moment.
    func add(_ turn: @escaping Turn) -> Bool {
        let (isServed, isFirst) = inbox.withLock { inbox in
            inbox.turns.append(turn)
            isWaitedFor.store(true, ordering: .releasing)
            defer { inbox.isServed = true }
            return (inbox.isServed, inbox.turns.count == 1)
        }
        if !isServed { serve() }
        return isServed && isFirst
    }

    /// Whether those that wait are answered slower than could be: by a moment that none of them notices, after which those
    /// that came meanwhile are answered together.
    func slow(_ isSlowed: Bool) { self.isSlowed.store(isSlowed, ordering: .relaxed) }

    private func serve() {
        writer.asyncWriteWithoutTransaction { [self] db in
            var turns: [Turn] = []
            for _ in 0..<StateLine.rounds {
                guard take(&turns) else { return }
                for turn in turns { turn(db) }
                turns.removeAll(keepingCapacity: true)
                if isSlowed.load(ordering: .relaxed) { usleep(StateLine.rest) }
            }
            // Whoever asked for the connection meanwhile is before the next.
            serve()
        }
    }

    /// Takes what waits; whether there was anything. After false nobody serves the line.
    private func take(_ turns: inout [Turn]) -> Bool {
        let end = ContinuousClock.now + StateLine.patience
        while !isWaitedFor.load(ordering: .acquiring), ContinuousClock.now < end { sched_yield() }
        return inbox.withLock { inbox in
            isWaitedFor.store(false, ordering: .relaxed)
            swap(&inbox.turns, &turns)
            inbox.isServed = !turns.isEmpty
            return inbox.isServed
        }
    }
}
