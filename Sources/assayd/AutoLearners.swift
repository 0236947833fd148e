import Screening
import Synchronization

/// What learns from mail now, which a policy read anew keeps where it says the same.
final class AutoLearners: Sendable {
    private let current = Mutex<AutoLearner?>(nil)

    /// What learns with these settings; nil for nothing.
    func learner(_ settings: AutoLearnSettings?) -> AutoLearner? {
        current.withLock { current in
            if let current, current.settings == settings { return current }
            // What the former one has put by it learns still, on the same thread.
            if let settings, let learner = AutoLearner(settings, after: current) {
                current = learner
            } else {
                current = nil
            }
            return current
        }
    }

    /// Waits until what was put by is learned.
    func finish() { current.withLock { $0 }?.finish() }
}
