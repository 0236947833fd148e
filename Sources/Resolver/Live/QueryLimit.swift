import Synchronization

/// Lets so many through at once; the others wait in the order in which they came.
final class QueryLimit: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// How many of `waiting` have been let through.
        var served = 0
    }

    private let state: Mutex<State>

    /// A limit of `count` at once.
    init(_ count: Int) { state = Mutex(State(free: max(1, count))) }

    /// Runs `work` once there is room for it.
    func run<Result: Sendable>(_ work: () async -> Result) async -> Result {
        await enter()
        defer { leave() }
        return await work()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.served < state.waiting.count else {
                state.free += 1
                return nil
            }
            let next = state.waiting[state.served]
            state.served += 1
            if state.served * 2 > state.waiting.count {
                state.waiting.removeFirst(state.served)
                state.served = 0
            }
            return next
        }
        next?.resume()
    }
}
