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
    /// What cannot be told without a look at the message: rules that may hold or not.
    public let unknown: [String]
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
                score: verdict?.score ?? judgement.score, unknown: judgement.notEvaluated.map(\.omission.text))
        }
    }

    /// What `rulings`, each by the places of the profiles, cannot tell of some messages, and of how many.
    public func unknown(in rulings: [[Ruling]]) -> [(what: String, messages: Int)] {
        var counts: [String: Int] = [:]
        for (profile, byLabel) in countsByProfile.enumerated() {
            for what in Set(rulings.flatMap { $0[profile].unknown }) {
                counts[what, default: 0] += byLabel.reduce(0, +)
            }
        }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
