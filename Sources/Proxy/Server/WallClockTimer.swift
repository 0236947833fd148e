import Screening
import Synchronization

/// Holds stages to their deadlines by the time of day: whoever takes longer is left behind.
public struct WallClockTimer: StageTimer {
    /// A timer.
    public init() {}

    public func run(
        stage: String, limit: Duration, _ work: @Sendable @escaping () async throws -> StageReport
    ) async throws -> StageReport {
        let race = Race()
        // Most stages have what they need at hand: they are done before there is anything to wait for.
        let worker = Task.immediate {
            do { race.end(.success(try await work())) } catch { race.end(.failure(error)) }
        }
        if let outcome = race.outcome { return try outcome.get() }
        let alarm = Task {
            try await Task.sleep(for: limit)
            race.end(.failure(StageDeadlinePassed(limit: limit)))
            worker.cancel()
        }
        defer { alarm.cancel() }
        return try await withCheckedThrowingContinuation { race.wait($0) }
    }

    /// The first of two outcomes.
    private final class Race: Sendable {
        private struct State {
            var outcome: Result<StageReport, any Error>?
            var waiter: CheckedContinuation<StageReport, any Error>?
        }

        private let state = Mutex(State())

        var outcome: Result<StageReport, any Error>? { state.withLock { $0.outcome } }

        func end(_ outcome: Result<StageReport, any Error>) {
            let waiter = state.withLock { state -> CheckedContinuation<StageReport, any Error>? in
                guard state.outcome == nil else { return nil }
                state.outcome = outcome
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(with: outcome)
        }

        func wait(_ waiter: CheckedContinuation<StageReport, any Error>) {
            let outcome = state.withLock { state in
                if state.outcome == nil { state.waiter = waiter }
                return state.outcome
            }
            if let outcome { waiter.resume(with: outcome) }
        }
    }
}
