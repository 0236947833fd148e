import SMTP
import Screening
import Values

/// What a server did with a transaction when it was recorded.
public enum RecordedFate: Sendable, Hashable {
    /// It took the message, with this reply.
    case accepted(SMTPReply)
    /// It refused the message, the sender, or the last recipient before there was a message.
    case refused(SMTPReply, at: Phase)
    /// The client went no further.
    case unfinished

    /// What the server said at last; nil where the client went no further.
    public var reply: SMTPReply? {
        switch self {
        case .accepted(let reply), .refused(let reply, _): reply
        case .unfinished: nil
        }
    }

    /// Whether the server and a policy disagree on whether the message is taken: the policy's verdict is `verdict`.
    public func differs(from verdict: Verdict?) -> Bool {
        guard let disposition = verdict?.disposition else { return false }
        switch self {
        case .accepted: return disposition.isTerminal
        case .refused: return !disposition.isTerminal
        case .unfinished: return false
        }
    }

    /// Whether it was refused for what the recipient's mailbox is, such as not there, moved or full (RFC 3463 §3.2, §3.3):
    /// that is for the server to say, whatever a policy before it rules.
    public var isForRecipient: Bool {
        guard case .refused(let reply, at: .rcpt) = self, let status = reply.enhanced else { return false }
        return status.subject == 1 || status.subject == 2
    }

    /// The fate in a word or two.
    public var words: String {
        switch self {
        case .accepted: "accepted"
        case .refused(let reply, _): "refused \(reply.code)"
        case .unfinished: "not finished"
        }
    }

    /// The fate as the `then` of a replay line, beside what the policy rules now.
    public func json(beside record: TransactionRecord) -> JSON {
        let (outcome, phase): (String, Phase?) =
            switch self {
            case .accepted: ("accepted", .message)
            case .refused(_, let phase): ("refused", phase)
            case .unfinished: ("unfinished", nil)
            }
        return .object([
            "outcome": .string(outcome), "checkpoint": JSON(phase?.rawValue), "reply": JSON(reply?.description),
            "differs": .bool(differs(from: record.judgement.verdict)),
        ])
    }
}
