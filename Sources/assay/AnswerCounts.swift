import DNS
import Synchronization

/// A live view that counts what it was asked, and what nobody answered.
final class AnswerCounts: TimedDNSView {
    private let base: any DNSView
    private let counts = Mutex((asked: 0, unanswered: 0))

    init(_ base: any DNSView) { self.base = base }

    /// Questions asked, and those that ended in a time-out or a failure.
    var totals: (asked: Int, unanswered: Int) { counts.withLock { $0 } }

    func answer(to question: DNSQuestion) async -> DNSAnswer { await timedAnswer(to: question).answer }

    func timedAnswer(to question: DNSQuestion) async -> TimedAnswer {
        let timed = await base.timed(question)
        counts.withLock { counts in
            counts.asked += 1
            if timed.answer == .timeout || timed.answer == .serverFailure { counts.unanswered += 1 }
        }
        return timed
    }
}
