import DNS
import Synchronization

/// A view that gives each question one answer for as long as it is there, whatever becomes of the DNS meanwhile: so
/// that what a run was told can be told again. It keeps every answer.
public final class SteadyDNS: TimedDNSView {
    private let base: any DNSView
    private let answers = Mutex<[DNSQuestion: Task<TimedAnswer, Never>]>([:])

    /// A view of what `base` answers the first time.
    public init(_ base: any DNSView) { self.base = base }

    public func answer(to question: DNSQuestion) async -> DNSAnswer { await timedAnswer(to: question).answer }

    public func timedAnswer(to question: DNSQuestion) async -> TimedAnswer {
        let task = answers.withLock { answers in
            if let task = answers[question] { return task }
            let task = Task { [base] in await base.timed(question) }
            answers[question] = task
            return task
        }
        return await task.value
    }
}
