import NIOCore
import Synchronization

/// Runs the tasks of connections on the event loop that reads them, so that no step of a session changes threads.
///
/// Whoever wakes a task on the loop does so in `attend`: what the task does then is done at once, instead of after the
/// loop's next look at all its sockets.
final class LoopExecutor: TaskExecutor {
    private struct Work {
        /// What waits, from `next` on; the room is kept, as there is always more to come.
        private var jobs: [UnownedJob] = []
        private var next = 0
        /// Whether jobs are being run, further up the stack or on the loop's own thread.
        var isRunning = false
        /// Whether the loop has been asked to run them.
        var isScheduled = false

        var isEmpty: Bool { next == jobs.count }

        mutating func add(_ job: UnownedJob) { jobs.append(job) }

        mutating func take() -> UnownedJob? {
            guard next < jobs.count else { return nil }
            defer {
                next += 1
                if next == jobs.count {
                    jobs.removeAll(keepingCapacity: next <= Work.roomKept)
                    next = 0
                }
            }
            return jobs[next]
        }

        private static let roomKept = 256
    }

    private static let all = Mutex<[ObjectIdentifier: LoopExecutor]>([:])
    /// Jobs that give rise to jobs without end must not keep the loop from its sockets.
    private static let roundLimit = 256

    /// Wakes those who wait on the loop for no longer than a time.
    let clock: AlarmClock
    private let loop: any EventLoop
    private let work = Mutex(Work())

    private init(_ loop: any EventLoop) { (self.loop, clock) = (loop, AlarmClock(loop)) }

    /// The executor of `loop`: one for all of its connections.
    static func of(_ loop: any EventLoop) -> LoopExecutor {
        all.withLock { all in
            if let executor = all[ObjectIdentifier(loop)] { return executor }
            let executor = LoopExecutor(loop)
            all[ObjectIdentifier(loop)] = executor
            return executor
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let needsLoop = work.withLock { work in
            work.add(job)
            guard !work.isRunning, !work.isScheduled else { return false }
            work.isScheduled = true
            return true
        }
        if needsLoop { schedule() }
    }

    /// Calls `body`, which wakes tasks, and runs what there is to run then. Off the loop only the first happens here.
    func attend(_ body: () -> Void) {
        let isFirst =
            loop.inEventLoop
            && work.withLock { work in
                defer { work.isRunning = true }
                return !work.isRunning
            }
        body()
        if isFirst { run() }
    }

    private func schedule() {
        loop.execute {
            self.work.withLock { $0.isScheduled = false }
            self.attend {}
        }
    }

    private func run() {
        for _ in 0..<LoopExecutor.roundLimit {
            let job = work.withLock { work in
                let job = work.take()
                work.isRunning = job != nil
                return job
            }
            guard let job else { return }
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
        let needsLoop = work.withLock { work in
            work.isRunning = false
            guard !work.isEmpty, !work.isScheduled else { return false }
            work.isScheduled = true
            return true
        }
        if needsLoop { schedule() }
    }
}
