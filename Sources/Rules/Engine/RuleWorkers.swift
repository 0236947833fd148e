import Synchronization

/// Workers for threads that come and go: making one costs more than judging a small message.
public final class RuleWorkers: Sendable {
    /// A worker that nobody uses for now. It is in one place at a time: on the shelf, or with who took it off.
    private struct Idle: Sendable {
        nonisolated(unsafe) let worker: RuleWorker
    }

    private let idle = Mutex<[Idle]>([])
    private let matchLimit: Int
    private static let limit = 16

    public init(matchLimit: Int) { self.matchLimit = matchLimit }

    /// Calls `body` with a worker that nobody else uses meanwhile.
    public func withWorker<Result>(_ body: (RuleWorker) -> Result) -> Result {
        let taken = idle.withLock { $0.popLast() } ?? Idle(worker: RuleWorker(matchLimit: matchLimit))
        defer { idle.withLock { if $0.count < RuleWorkers.limit { $0.append(taken) } } }
        return unsafe body(taken.worker)
    }
}
