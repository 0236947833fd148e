import Policy
import SMTP
import State
import Values

/// Turns findings into a verdict. Pure and total: the same findings under the same policy always give the same
/// verdict, which is what lets one scan answer any number of what-ifs.
public struct Judge: Sendable {
    private let shared: SharedPolicy
    var policy: ScreeningPolicy { shared.policy }

    /// A judge who goes by `policy`.
    public init(_ policy: ScreeningPolicy) { self.init(SharedPolicy(policy)) }

    init(_ shared: SharedPolicy) { self.shared = shared }

    /// The finding with the weight and action the policy gives it.
    public func weigh(_ finding: Finding, stage: String, phase: Phase) -> WeighedFinding {
        let rule = shared.rules.rule(for: finding.symbol)
        return WeighedFinding(
            stage: stage, phase: phase, finding: finding, weight: rule?.weight ?? Placed(0, at: .builtIn),
            action: action(on: finding, rule))
    }

    private func action(on finding: Finding, _ rule: JudgingRules.Rule?) -> Placed<Action> {
        let action = rule?.action ?? Placed(.score, at: .builtIn)
        if action.value == .score, shared.rules.isFailure(finding.symbol) {
            if policy.state.whenAway == .defer, finding.evidence.items.first?.key == Judge.stateFailure {
                return Placed(.defer, at: policy.place(of: ["state", "when_away"]))
            }
            if policy.onStageError == .defer { return Placed(.defer, at: policy.place(of: ["on_stage_error"])) }
        }
        return action
    }

    /// The evidence of a stage's failure for want of state.
    static let stateFailure = "state"

    /// Whether the policy refuses something on this finding alone.
    public func refuses(_ finding: Finding) -> Bool {
        action(on: finding, shared.rules.rule(for: finding.symbol)).value.disposition.isTerminal
    }

    /// The verdict at `phase` on all findings made so far, in order.
    ///
    /// Before the message, only refusals count, and only those found in this phase: what was let pass earlier is not
    /// refused later for the same reason. At the message, milder actions found anywhere and the score count too.
    public func verdict(at phase: Phase, on findings: [WeighedFinding]) -> Verdict {
        // By place: to take each finding out whole would be to copy it.
        var score = 0
        for place in findings.indices { score += findings[place].weight.value }
        var grounds: [Verdict.Ground] = []
        var disposition = Disposition.accept
        var reply: ReplyText?
        for place in findings.indices {
            let asked = findings[place].action.value.disposition
            guard asked > .accept, asked.isTerminal ? findings[place].phase == phase : phase == .message else {
                continue
            }
            let finding = findings[place]
            let ground = Verdict.Ground.action(finding.action.value, finding.finding.symbol, finding.action.place)
            if asked > disposition {
                disposition = asked
                reply = policy.replies[finding.finding.symbol]?.adding(finding.finding.replyNote)
                grounds.insert(ground, at: 0)
            } else {
                grounds.append(ground)
            }
        }
        if phase == .message {
            for threshold in shared.rules.thresholds
            where score >= threshold.score.value && threshold.disposition > disposition {
                disposition = threshold.disposition
                reply = nil
                grounds.insert(
                    .threshold(disposition, thousandths: threshold.score.value, threshold.score.place), at: 0)
            }
        }
        return Verdict(
            phase: phase, disposition: disposition, score: score, reply: disposition.reply(reply), grounds: grounds)
    }
}

extension ScreeningPolicy {
    func place(of path: [String]) -> PolicyPlace {
        settings.first { $0.path == path }?.place ?? .builtIn
    }
}

extension Disposition {
    /// The refusal this disposition gives, in the policy's words where it has any; nil where the mail goes on.
    func reply(_ text: ReplyText?) -> SMTPReply? {
        switch self {
        case .accept, .tag, .quarantine, .discard:
            return nil
        case .defer:
            return (text ?? ReplyText(51, 7, 1, "Temporarily refused by policy; try again later")).reply(class: 4)
        case .reject:
            return (text ?? ReplyText(50, 7, 1, "Refused by policy")).reply(class: 5)
        case .disconnect:
            // RFC 5321 §3.8: 421 announces that the server closes the connection.
            return (text ?? ReplyText(54, 7, 1, "Refused by policy, closing the connection")).reply(class: 5)
        }
    }
}
