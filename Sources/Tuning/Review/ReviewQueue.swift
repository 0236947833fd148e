import Glibc
import Policy
import Screening

/// The messages whose labels would teach most, the first one first: those that are near a threshold, those on which the
/// policy and what labelled mail teaches disagree, those about which sources disagree, and of messages that are alike
/// only a few.
public struct ReviewQueue: Sendable {
    /// A message to look at.
    public struct Item: Sendable {
        /// Its number.
        public let number: Int
        /// Why it is asked about, in words.
        public let reasons: [String]
        /// The probability that it is spam, by the labelled mail; nil where ham or spam is missing.
        public let spamProbability: Double?
    }

    /// The messages, the most informative first.
    public let items: [Item]

    private struct Candidate {
        let message: RunFindings.Message
        let worth: Double
    }

    /// What is asked about a profile.
    private struct Worth {
        var unlabelled = 0.0
        /// For messages labelled ham, and spam.
        var labelled = [0.0, 0.0]
        var reasons: [String] = []
        var labelledReason = ""
        var probability: Double?
    }

    /// Candidates that are looked at more closely for each one wanted.
    private static let breadth = 20

    /// Chooses `limit` messages of `findings`, weighed by `policy`. `conflicts` are the numbers of messages about whose
    /// label sources disagree; `settled` are left out; `cluster` gives what near-duplicates share, for some messages.
    public init(
        _ findings: RunFindings, policy: ScreeningPolicy, limit: Int, conflicts: Set<Int>, settled: Set<Int>,
        cluster: ([Int]) throws -> [Int: String]
    ) rethrows {
        let worths = ReviewQueue.worths(findings, policy)
        var candidates: [Candidate] = []
        for message in findings.messages where !settled.contains(message.number) {
            guard findings.profiles[Int(message.profile)].hasMessage else { continue }
            let worth = worths[Int(message.profile)]
            var value = message.label == .unlabelled ? worth.unlabelled : worth.labelled[Int(message.label.rawValue)]
            if conflicts.contains(message.number) { value += 2 }
            if value > 0 { candidates.append(Candidate(message: message, worth: value)) }
        }
        candidates.sort { $0.worth != $1.worth ? $0.worth > $1.worth : $0.message.number < $1.message.number }
        // Alike in all that was found: the first few stand for the rest.
        var seen: [Int32: Int] = [:]
        var close: [Candidate] = []
        for candidate in candidates where close.count < limit * ReviewQueue.breadth {
            let count = seen[candidate.message.profile, default: 0]
            guard count < max(3, limit / 4) else { continue }
            seen[candidate.message.profile] = count + 1
            close.append(candidate)
        }
        let clusters = try cluster(close.map(\.message.number))
        var (perCluster, perProfile): ([String: Int], [Int32: Int]) = ([:], [:])
        let order = close.map { candidate -> (candidate: Candidate, worth: Double) in
            let cluster = clusters[candidate.message.number] ?? "#\(candidate.message.number)"
            // Each that came before and is like it halves what it teaches.
            let alike = perCluster[cluster, default: 0] * 2 + perProfile[candidate.message.profile, default: 0]
            perCluster[cluster, default: 0] += 1
            perProfile[candidate.message.profile, default: 0] += 1
            return (candidate, candidate.worth * pow(0.5, Double(min(alike, 60))))
        }.sorted {
            $0.worth != $1.worth ? $0.worth > $1.worth : $0.candidate.message.number < $1.candidate.message.number
        }
        items = order.prefix(limit).map { entry in
            let (message, worth) = (entry.candidate.message, worths[Int(entry.candidate.message.profile)])
            var reasons = message.label == .unlabelled ? worth.reasons : []
            if message.label != .unlabelled, worth.labelled[Int(message.label.rawValue)] > 0 {
                reasons.append("labelled \(message.label.name); \(worth.labelledReason)")
            }
            if reasons.isEmpty, message.label == .unlabelled { reasons.append("nothing labelled is quite like it") }
            if conflicts.contains(message.number) { reasons.insert("sources disagree on its label", at: 0) }
            return Item(number: message.number, reasons: reasons, spamProbability: worth.probability)
        }
    }

    private static func worths(_ findings: RunFindings, _ policy: ScreeningPolicy) -> [Worth] {
        let rulings = findings.rulings(under: policy)
        let thresholds = policy.thresholds.map(\.score.value)
        let probabilities = learned(findings, policy)
        return findings.profiles.indices.map { place in
            let ruling = rulings[place]
            var worth = Worth()
            let nearest = thresholds.map { abs(ruling.score - $0) }.min()
            let nearness = nearest.map { 1 / (1 + Double($0) / 1000) } ?? 0
            worth.unlabelled = 0.05 + nearness
            if let nearest, nearness >= 0.5 { worth.reasons.append("\(points(nearest)) points from a threshold") }
            guard let probability = probabilities?[place] else { return worth }
            worth.probability = probability
            let caught = ruling.disposition > .accept
            let disagreement = caught ? 1 - probability : probability
            worth.unlabelled += 1 - abs(2 * probability - 1)
            if disagreement > 0.5 {
                worth.unlabelled += disagreement
                worth.reasons.append(
                    "the policy says \(ruling.disposition.rawValue), labelled mail says \(percent(probability)) spam")
            } else if abs(2 * probability - 1) < 0.5 {
                worth.reasons.append("labelled mail says \(percent(probability)) spam: unsure")
            }
            // A label against all that the rest of the mail teaches may be a mistake.
            worth.labelledReason = "mail like it is \(percent(probability)) spam"
            if probability > 0.9 { worth.labelled[0] = probability }
            if probability < 0.1 { worth.labelled[1] = 1 - probability }
            return worth
        }
    }

    /// The probability that messages of each profile are spam, as the labelled ones teach; nil where a class is empty.
    private static func learned(_ findings: RunFindings, _ policy: ScreeningPolicy) -> [Double]? {
        var counts = LabelledCounts(profiles: findings.profiles.count)
        for message in findings.messages { counts.add(message) }
        guard counts.ham > 0, counts.spam > 0 else { return nil }
        let stages = policy.enabledStages
        let symbols = Set(findings.kinds.filter { stages.contains($0.stage) }.map(\.symbol))
        let bounds = Dictionary(uniqueKeysWithValues: symbols.map { ($0, -10.0...10.0) })
        return WeightLearning(
            findings, bounds: bounds, fixed: { _ in 0 }, isForced: findings.profiles.map { _ in false }
        ).probabilities(from: counts)
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    private static func points(_ thousandths: Int) -> String {
        let tenths = (thousandths + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }
}
