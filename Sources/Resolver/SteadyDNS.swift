import DNS
import Synchronization

/// A view that gives each question one answer for as long as it is there, whatever becomes of the DNS meanwhile: so
/// that what a run was told can be told again. It keeps every answer.
public final class SteadyDNS: DNSView {
    private let base: any DNSView
    private let answers = Mutex<[DNSQuestion: Task<DNSAnswer, Never>]>([:])

    /// A view of what `base` answers the first time.
    public init(_ base: any DNSView) { self.base = base }

    public func answer(to question: DNSQuestion) async -> DNSAnswer {
        let task = answers.withLock { answers in
            if let task = answers[question] { return task }
            let task = Task { [base] in await base.answer(to: question) }
            answers[question] = task
            return task
        }
        return await task.value
    }
}
