import Dispatch
import Foundation
import Glibc
import Synchronization

/// A thread for what takes the processor for long and is not urgent: whoever else wakes up gets it at once, where a thread
/// like any other would first use up the milliseconds that the system gives each.
final class IdleThread: Sendable {
    private struct Jobs {
        var waiting: [(number: Int, job: @Sendable () -> Void)] = []
        var count = 0
        var isEnded = false

        mutating func add(_ job: @escaping @Sendable () -> Void) -> Int {
            count += 1
            waiting.append((count, job))
            return count
        }

        /// Whether it was there.
        mutating func remove(_ number: Int) -> Bool {
            guard let index = waiting.firstIndex(where: { $0.number == number }) else { return false }
            waiting.remove(at: index)
            return true
        }
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

    /// Runs `job` on the thread and waits for it. Where others leave it so little of the processor that it takes longer than
    /// `patience`, `hurry` is called once, which may tell the job to give up; one that has not begun is then run here.
    ///
    /// - Throws: what `job` throws.
    func run<Answer: Sendable>(
        patience: DispatchTimeInterval, _ job: @escaping @Sendable () throws -> Answer, hurry: () -> Void
    ) throws -> Answer {
        let isDone = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Answer, any Error>?>(nil)
        let number = jobs.withLock { jobs in
            jobs.isEnded
                ? nil
                : jobs.add {
                    let answer = Result { try job() }
                    result.withLock { $0 = answer }
                    isDone.signal()
                }
        }
        guard let number else { return try job() }
        hasNews.signal()
        if isDone.wait(timeout: .now() + patience) == .timedOut {
            hurry()
            if jobs.withLock({ $0.remove(number) }) { return try job() }
            isDone.wait()
        }
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
                (jobs.waiting.isEmpty ? nil : jobs.waiting.removeFirst().job, jobs.isEnded)
            }
            if let job { job() } else if isEnded { return }
        }
    }
}
