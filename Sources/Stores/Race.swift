import Glibc
import Synchronization

/// The first of several outcomes: whoever comes later is left behind.
final class Race<Value: Sendable>: Sendable {
    private struct State {
        var outcome: Result<Value, any Error>?
        var waiter: CheckedContinuation<Value, any Error>?
    }

    private let state = Mutex(State())
    /// Whether there is an outcome, told without a lock to who looks again and again.
    private let isDecided = Atomic<Bool>(false)

    /// Ends the race; only the first call counts.
    func end(_ outcome: Result<Value, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard state.outcome == nil else { return nil }
            state.outcome = outcome
            isDecided.store(true, ordering: .releasing)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: outcome)
    }

    /// Whether it has ended.
    var isOver: Bool { isDecided.load(ordering: .acquiring) }

    /// Looks for the end for a moment, `patience` at most, without giving the thread away: for an outcome that takes less
    /// than to sleep and be woken.
    func watch(for patience: Duration) -> Result<Value, any Error>? {
        let end = ContinuousClock.now + patience
        while !isOver {
            guard ContinuousClock.now < end else { return nil }
            sched_yield()
        }
        return state.withLock { $0.outcome }
    }

    /// Waits for the end.
    func outcome() async throws -> Value {
        try await withCheckedThrowingContinuation { waiter in
            let outcome = state.withLock { state in
                if state.outcome == nil { state.waiter = waiter }
                return state.outcome
            }
            if let outcome { waiter.resume(with: outcome) }
        }
    }
}

extension Race: Deadlines.Runner {
    func end(throwing error: any Error) { end(.failure(error)) }
}
