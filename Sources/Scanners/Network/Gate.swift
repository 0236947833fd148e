import NIOCore
import NIOPosix
import Synchronization

/// Lets in so many at a time; who waits too long is turned away.
final class Gate: Sendable {
    private struct State {
        var free: Int
        var number = 0
        var waiting = CircularBuffer<(number: Int, waiter: CheckedContinuation<Bool, Never>)>()
    }

    private let state: Mutex<State>

    init(_ limit: Int) { state = Mutex(State(free: limit)) }

    /// Runs `body` once there is room. Throws where there is none by `deadline`.
    func within<Value: Sendable>(
        by deadline: NIODeadline, _ body: () async throws(ScannerFault) -> Value
    ) async throws(ScannerFault) -> Value {
        guard await enter(by: deadline) else { throw ScannerFault("too much waits to be scanned") }
        defer { leave() }
        return try await body()
    }

    private func enter(by deadline: NIODeadline) async -> Bool {
        await withCheckedContinuation { waiter in
            let number = state.withLock { state -> Int? in
                if state.free > 0 {
                    state.free -= 1
                    return nil
                }
                state.number += 1
                state.waiting.append((state.number, waiter))
                return state.number
            }
            guard let number else {
                waiter.resume(returning: true)
                return
            }
            MultiThreadedEventLoopGroup.singleton.next().scheduleTask(deadline: deadline) { self.giveUp(number) }
        }
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state in
            state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0).waiter }
        }
        waiter?.resume(returning: false)
    }

    private func leave() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()?.waiter
            if next == nil { state.free += 1 }
            return next
        }
        next?.resume(returning: true)
    }
}
