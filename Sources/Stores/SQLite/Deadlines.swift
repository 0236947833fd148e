import Dispatch
import Synchronization
import Values

/// Ends the races that took too long. All of them have the same time, so that they are due in the order they began in:
/// one alarm is set at a time, where a timer for each question would cost more than its answer.
final class Deadlines: Sendable {
    /// A race that an alarm can end.
    protocol Runner: Sendable {
        /// Whether it has ended.
        var isOver: Bool { get }
        /// Ends it with an error, unless it is over.
        func end(throwing error: any Error)
    }

    private struct Watched {
        let runner: any Runner
        let due: ContinuousClock.Instant
    }

    private struct State {
        /// Those that were over when a later one came are gone; `first` is where the rest begins.
        var watched: [Watched] = []
        var first = 0
        var isSet = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "state deadlines")
    private let limit: Duration
    private let error: any Error

    /// Deadlines `limit` after the beginning; what is not over by then ends with `error`.
    init(after limit: Duration, _ error: any Error) { (self.limit, self.error) = (limit, error) }

    /// Watches a race that begins now.
    func watch(_ runner: any Runner) {
        let due = ContinuousClock.now + limit
        let isFirst = state.withLock { state in
            Deadlines.forget(&state) { $0.runner.isOver }
            state.watched.append(Watched(runner: runner, due: due))
            defer { state.isSet = true }
            return !state.isSet
        }
        if isFirst { set(in: limit) }
    }

    private func set(in delay: Duration) {
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(max(1, delay.milliseconds)))) { [self] in ring() }
    }

    private func ring() {
        let now = ContinuousClock.now
        let (late, next) = state.withLock { state in
            var late: [any Runner] = []
            Deadlines.forget(&state) { watched in
                if watched.runner.isOver { return true }
                if watched.due <= now { late.append(watched.runner) }
                return watched.due <= now
            }
            let next = state.first < state.watched.count ? state.watched[state.first].due : nil
            state.isSet = next != nil
            return (late, next)
        }
        for runner in late { runner.end(throwing: error) }
        if let next { set(in: now.duration(to: next)) }
    }

    /// Takes those off the beginning that need no watching any more.
    private static func forget(_ state: inout State, where isDone: (Watched) -> Bool) {
        while state.first < state.watched.count, isDone(state.watched[state.first]) { state.first += 1 }
        if state.first == state.watched.count || state.first >= 1024 {
            state.watched.removeFirst(state.first)
            state.first = 0
        }
    }
}
