import Policy
import Screening

/// What a policy comes to for one profile.
public struct Ruling: Sendable, Hashable {
    /// What becomes of the message.
    public let disposition: Disposition
    /// The checkpoint that decides it.
    public let checkpoint: Phase?
    /// The sum of the weights, in thousandths of a point.
    public let score: Int
}

extension RunFindings {
    /// What `policy` comes to for each profile, by their places. It is the judge of live mail who rules.
    public func rulings(under policy: ScreeningPolicy) -> [Ruling] {
        let judge = Judge(policy)
        return profiles.map { profile in
            let judgement = judge.rejudge(record(of: profile))
            let verdict = judgement.verdict
            return Ruling(
                disposition: verdict?.disposition ?? .accept, checkpoint: verdict?.phase,
                score: verdict?.score ?? judgement.score)
        }
    }
}
