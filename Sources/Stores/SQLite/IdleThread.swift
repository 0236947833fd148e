import Dispatch
import Foundation
import Glibc
import Synchronization

/// A thread for what takes the processor for long and is not urgent: whoever else wakes up gets it at once, where a thread
/// like any other would first use up the milliseconds that the system gives each.
final class IdleThread: Sendable {
    private struct Jobs {
        var waiting: [@Sendable () -> Void] = []
        var isEnded = false
    }

    /// `SCHED_IDLE` of sched(7), which Swift's Glibc module does not declare.
    private static let policy: Int32 = 5

    private let jobs = Mutex(Jobs())
    private let hasNews = DispatchSemaphore(value: 0)

    /// Starts the thread. It lasts until `end()`.
    init(name: String) {
        let thread = Thread { [self] in
            // Where that is not allowed it is a thread like any other.
            var parameters = sched_param()
            _ = unsafe sched_setscheduler(0, IdleThread.policy, &parameters)
            work()
        }
        thread.name = name
        thread.start()
    }

    /// Runs `job` on the thread and waits for it.
    ///
    /// - Throws: what `job` throws.
    func run<Answer: Sendable>(_ job: @escaping @Sendable () throws -> Answer) throws -> Answer {
        let isDone = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Answer, any Error>?>(nil)
        let isTaken = jobs.withLock { jobs in
            guard !jobs.isEnded else { return false }
            jobs.waiting.append {
                let answer = Result { try job() }
                result.withLock { $0 = answer }
                isDone.signal()
            }
            return true
        }
        guard isTaken else { return try job() }
        hasNews.signal()
        isDone.wait()
        guard let answer = result.withLock({ $0 }) else { return try job() }
        return try answer.get()
    }

    /// Ends the thread after what it was given.
    func end() {
        jobs.withLock { $0.isEnded = true }
        hasNews.signal()
    }

    private func work() {
        while true {
            hasNews.wait()
            let (job, isEnded) = jobs.withLock { jobs in
                (jobs.waiting.isEmpty ? nil : jobs.waiting.removeFirst(), jobs.isEnded)
            }
            if let job { job() } else if isEnded { return }
        }
    }
}
