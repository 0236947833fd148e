import SMTP
import Screening
import Synchronization

/// The next hop of a recorded session: it answers what it answered then. What it was not asked then gets the standard
/// reply.
final class RecordedHop: NextHop {
    private struct Question: Hashable {
        let request: RecordedHopAnswer.Request
        let path: String?
    }

    private let answers: Mutex<[Question: ArraySlice<RecordedHopAnswer>]>
    /// Whether the server behind is known only by what a server said to the client.
    private let isInferred: Bool

    /// The next hop whose answers stand in `session`; where none do, the server itself is taken for it.
    init(_ session: RecordedSession, _ dialogue: RecordedDialogue, isInferred: Bool) {
        self.isInferred = isInferred
        var answers: [Question: ArraySlice<RecordedHopAnswer>] = [:]
        func add(_ answer: RecordedHopAnswer) {
            answers[Question(request: answer.request, path: answer.path), default: []].append(answer)
        }
        if isInferred {
            for exchange in dialogue.exchanges {
                guard let request = exchange.request else { continue }
                add(RecordedHopAnswer(request, path: exchange.path, reply: exchange.reply))
            }
        } else {
            for case .hop(let answer) in session.events.lazy.map(\.event) { add(answer) }
        }
        self.answers = Mutex(answers)
    }

    func greet(_ session: Session) async -> HopGreeting {
        guard let answer = next(.greet, nil) else { return .ready(nil) }
        if let reply = answer.reply, !reply.isPositive { return .unavailable(reply) }
        return .ready(answer.extensions)
    }

    func reply(to request: HopRequest) async -> SMTPReply? {
        let (kind, path) = request.recorded
        // Only one who is asked by the proxy has been asked to forget a transaction.
        if isInferred, kind == .reset || kind == .quit { return nil }
        return next(kind, path)?.reply
    }

    private func next(_ request: RecordedHopAnswer.Request, _ path: String?) -> RecordedHopAnswer? {
        answers.withLock { $0[Question(request: request, path: path)]?.popFirst() }
    }
}
