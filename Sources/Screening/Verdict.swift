import Policy
import SMTP
import Values

/// What the policy makes of the findings at one checkpoint.
public struct Verdict: Sendable {
    /// The phase that was judged.
    public let phase: Phase
    /// What becomes of the command or message.
    public let disposition: Disposition
    /// The sum of the weights so far, in thousandths of a point.
    public let score: Int
    /// The refusal; nil where the next hop's own reply stands.
    public let reply: SMTPReply?
    /// What decided, most decisive first; empty when nothing spoke against the mail.
    public let grounds: [Ground]

    /// One ground of a verdict and the policy line behind it.
    public enum Ground: Sendable, Hashable {
        /// The action the policy names for a symbol.
        case action(Action, Symbol, PolicyPlace)
        /// The score reached a threshold.
        case threshold(Disposition, thousandths: Int, PolicyPlace)
        /// No recipient was left.
        case recipientsRefused
    }

    /// A verdict.
    public init(phase: Phase, disposition: Disposition, score: Int, reply: SMTPReply?, grounds: [Ground]) {
        (self.phase, self.disposition, self.score, self.reply, self.grounds) = (
            phase, disposition, score, reply, grounds
        )
    }

    /// The verdict as JSON: disposition, checkpoint, score, reply.
    public var json: JSON {
        .object([
            "disposition": .string(disposition.rawValue), "checkpoint": .string(phase.rawValue),
            "score": .thousandths(score), "reply": JSON(reply?.description),
        ])
    }
}

/// A finding as the policy weighs it.
public struct WeighedFinding: Sendable {
    /// The stage that made it.
    public let stage: String
    /// The phase in which it was made.
    public let phase: Phase
    /// What was found.
    public let finding: Finding
    /// Its weight in thousandths of a point, and the policy line that says so.
    public let weight: Placed<Int>
    /// What the policy does about it besides, and the line that says so.
    public let action: Placed<Action>

    /// A finding weighed before.
    public init(stage: String, phase: Phase, finding: Finding, weight: Placed<Int>, action: Placed<Action>) {
        (self.stage, self.phase, self.finding, self.weight, self.action) = (stage, phase, finding, weight, action)
    }

    /// The finding as one that a verdict in `phase` has to answer.
    func asked(at phase: Phase) -> WeighedFinding {
        WeighedFinding(stage: stage, phase: phase, finding: finding, weight: weight, action: action)
    }

    /// The finding as JSON: stage, symbol, score, evidence.
    public var json: JSON {
        .object([
            "stage": .string(stage), "symbol": .string(finding.symbol.name), "score": .thousandths(weight.value),
            "checkpoint": .string(phase.rawValue), "evidence": finding.evidence.json,
        ])
    }
}

/// A stage that did not look, and why.
public struct NotEvaluated: Sendable, Hashable {
    /// The stage's id.
    public let stage: String
    /// Why it did not look.
    public let omission: StageReport.Omission

    /// A stage that did not look because of `omission`.
    public init(stage: String, omission: StageReport.Omission) { (self.stage, self.omission) = (stage, omission) }

    /// The reason with what it was in this case.
    public var reason: String { omission.text }

    /// The entry as JSON: stage and reason.
    public var json: JSON { .object(["stage": .string(stage), "reason": .string(reason)]) }
}
