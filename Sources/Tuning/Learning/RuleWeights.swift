/// Weights for the rules of a filter, learned from labelled messages: each near what its author thought of it, of the
/// same sign and within a cap.
///
/// Logistic regression gives the weights. The penalty is on their distance from the author's, so that rules which the
/// messages say little about keep those. Sources count alike, however many messages they have: what one source is
/// full of must not rule the others. Then all weights are stretched together, so that a given threshold catches the
/// share of ham that was asked for.
public struct RuleWeights: Sendable {
    /// What is known of a rule before.
    public struct Rule: Sendable {
        public let name: String
        /// The author's weight, in points.
        public let prior: Double

        public init(name: String, prior: Double) { (self.name, self.prior) = (name, prior) }

        /// Where the weight has to lie: of the author's sign, at most twice the author's.
        var bounds: ClosedRange<Double> {
            prior >= 0 ? 0...min(2 * prior, RuleWeights.cap) : max(2 * prior, -RuleWeights.niceCap)...0
        }
    }

    /// A labelled message.
    public struct Message: Sendable {
        /// The rules that hit, by their places, with how often.
        public let hits: [(rule: Int, count: Int)]
        public let isSpam: Bool
        /// Where it is from.
        public let source: String

        public init(hits: [(rule: Int, count: Int)], isSpam: Bool, source: String) {
            (self.hits, self.isSpam, self.source) = (hits, isSpam, source)
        }

        /// The score under `weights`, in points.
        public func score(_ weights: [Double]) -> Double {
            hits.reduce(0) { $0 + weights[$1.rule] * Double($1.count) }
        }
    }

    /// The most that a rule may weigh, in points, and the most that one may count in favour.
    public static let cap = 4.0
    public static let niceCap = 1.5
    /// A rule that fewer messages have keeps the author's weight.
    public static let fewestMessages = 8

    /// In points, by the rules' places.
    public let weights: [Double]

    /// Learns from `messages`, such that a score of `threshold` catches `hamShare` of the ham.
    public init(
        _ rules: [Rule], _ messages: [Message], penalty: Double = 0.002, threshold: Double = 5, hamShare: Double = 0.005
    ) {
        var counts = [Int](repeating: 0, count: rules.count)
        for message in messages { for hit in message.hits { counts[hit.rule] += 1 } }
        // The regression learns how far each weight is from the author's.
        let bounds = rules.indices.map { index -> ClosedRange<Double> in
            let (rule, limits) = (rules[index], rules[index].bounds)
            guard counts[index] >= RuleWeights.fewestMessages else { return 0...0 }
            return (limits.lowerBound - rule.prior)...(limits.upperBound - rule.prior)
        }
        let shares = RuleWeights.shares(messages)
        let examples = messages.map { message in
            let weight = shares[Key(message)] ?? 0
            return LogisticRegression.Example(
                features: message.hits.map { (place: $0.rule, count: Double($0.count)) },
                offset: message.hits.reduce(0) { $0 + rules[$1.rule].prior * Double($1.count) },
                spam: message.isSpam ? weight : 0, ham: message.isSpam ? 0 : weight)
        }
        let model = LogisticRegression(penalty: penalty, bounds: bounds).learn(examples)
        let raw = zip(rules, model.weights).map { $0.prior + $1 }
        let stretch = RuleWeights.stretch(raw, messages, shares, threshold: threshold, hamShare: hamShare)
        weights = zip(rules, raw).map { rule, weight in
            let stretched = min(max(weight * stretch, rule.bounds.lowerBound), rule.bounds.upperBound)
            return (stretched * 10).rounded() / 10
        }
    }

    private struct Key: Hashable {
        let source: String
        let isSpam: Bool

        init(_ message: Message) { (source, isSpam) = (message.source, message.isSpam) }
    }

    /// What a message of each source weighs, so that sources of a class weigh alike and classes too.
    private static func shares(_ messages: [Message]) -> [Key: Double] {
        var counts: [Key: Int] = [:]
        for message in messages { counts[Key(message), default: 0] += 1 }
        let (spam, ham) = (counts.keys.filter(\.isSpam).count, counts.keys.filter { !$0.isSpam }.count)
        return counts.reduce(into: [:]) { shares, entry in
            shares[entry.key] = 0.5 / Double(max(1, entry.key.isSpam ? spam : ham)) / Double(entry.value)
        }
    }

    /// By how much weights have to be stretched for `threshold` to catch `hamShare` of the ham.
    private static func stretch(
        _ weights: [Double], _ messages: [Message], _ shares: [Key: Double], threshold: Double, hamShare: Double
    ) -> Double {
        let ham = messages.filter { !$0.isSpam }.map { ($0.score(weights), shares[Key($0)] ?? 0) }
            .sorted { $0.0 > $1.0 }
        let total = ham.reduce(0) { $0 + $1.1 }
        var caught = 0.0
        for (score, share) in ham {
            caught += share
            if caught > hamShare * total { return score > 0 ? min(max(threshold / (score + 0.05), 0.5), 2) : 1 }
        }
        return 1
    }
}
