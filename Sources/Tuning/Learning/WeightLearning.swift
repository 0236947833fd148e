import Glibc
import Screening

/// Weights of symbols learned from labelled profiles, within bounds of sign and size.
struct WeightLearning {
    private let findings: RunFindings
    private let symbols: [Symbol]
    private let places: [Symbol: Int]
    private let bounds: [ClosedRange<Double>]
    /// What the symbols that are not learned weigh, in points, for each profile.
    private let offsets: [Double]
    private let isForced: [Bool]
    /// What the symbols weigh so far, in points.
    private let former: [Double]

    /// The penalties tried, the lightest first.
    private static let penalties = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]
    /// Of penalties that predict as well but for this share, the heaviest: it stays nearest to what is.
    private static let tolerance = 0.01
    /// A symbol that a message has more often counts this often.
    private static let most = 10

    /// Learns `bounds` (in points) for symbols; others weigh what `fixed` says. Profiles that `isForced` have a fate
    /// whatever their score, and teach nothing.
    init(
        _ findings: RunFindings, bounds: [Symbol: ClosedRange<Double>], fixed: (Symbol) -> Int, isForced: [Bool]
    ) {
        self.findings = findings
        symbols = bounds.keys.sorted()
        let places = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, $0) })
        self.places = places
        self.bounds = symbols.map { bounds[$0] ?? 0...0 }
        former = symbols.map { Double(fixed($0)) / 1000 }
        self.isForced = isForced
        offsets = findings.profiles.map { profile in
            let points = profile.kinds.reduce(0) { sum, kind in
                let symbol = findings.kinds[Int(kind)].symbol
                return places[symbol] == nil ? sum + fixed(symbol) : sum
            }
            return Double(points) / 1000
        }
    }

    /// The weights, in points, learned from all `parts`, the oldest first. They are held to what the symbols weigh so
    /// far, by one factor for all, as mail that is to come is not quite like mail that came. How firmly is chosen by what
    /// predicts each part best from the ones before.
    func weights(from parts: [LabelledCounts]) -> (weights: [Symbol: Double], penalty: Double) {
        let whole = parts.dropFirst().reduce(parts[0], +)
        var losses = Array(repeating: 0.0, count: WeightLearning.penalties.count)
        var past = parts[0]
        for part in parts.dropFirst() {
            let (known, coming) = (examples(past), examples(part))
            let priors = priors(known)
            for (place, penalty) in WeightLearning.penalties.enumerated() {
                let model = LogisticRegression(penalty: penalty, bounds: bounds, priors: priors).learn(known)
                losses[place] += LogisticRegression.loss(of: model, on: coming)
            }
            past = past + part
        }
        let least = losses.min() ?? 0
        let place = losses.lastIndex { $0 <= least * (1 + WeightLearning.tolerance) } ?? 0
        let (penalty, all) = (WeightLearning.penalties[place], examples(whole))
        let model = LogisticRegression(penalty: penalty, bounds: bounds, priors: priors(all)).learn(all)
        return (Dictionary(uniqueKeysWithValues: zip(symbols, model.weights)), penalty)
    }

    /// The weights so far, made to fit `examples` by one factor.
    private func priors(_ examples: [LogisticRegression.Example]) -> [Double] {
        let scores = examples.map { example in
            LogisticRegression.Example(
                features: [(place: 0, count: example.features.reduce(0) { $0 + former[$1.place] * $1.count })],
                offset: example.offset, spam: example.spam, ham: example.ham)
        }
        let factor = LogisticRegression(penalty: 1e-4, bounds: [0...20]).learn(scores).weights[0]
        return former.map { $0 * factor }
    }

    /// The probability that messages of each profile are spam, learned from `counts` with a middling penalty.
    func probabilities(from counts: LabelledCounts) -> [Double] {
        let model = LogisticRegression(penalty: 0.003, bounds: bounds).learn(examples(counts))
        return findings.profiles.indices.map { profile in
            1 / (1 + exp(-model.margin(of: features(of: profile, spam: 0, ham: 0))))
        }
    }

    private func features(of profile: Int, spam: Double, ham: Double) -> LogisticRegression.Example {
        var occurrences: [Int: Int] = [:]
        for kind in findings.profiles[profile].kinds {
            if let place = places[findings.kinds[Int(kind)].symbol] { occurrences[place, default: 0] += 1 }
        }
        let features = occurrences.sorted { $0.key < $1.key }.map { place, count in
            (place: place, count: Double(min(count, WeightLearning.most)))
        }
        return LogisticRegression.Example(features: features, offset: offsets[profile], spam: spam, ham: ham)
    }

    /// The profiles of `counts` as examples: both classes weigh the same, whatever their number.
    private func examples(_ counts: LabelledCounts) -> [LogisticRegression.Example] {
        let (ham, spam) = (Double(max(1, counts.ham)), Double(max(1, counts.spam)))
        return counts.byProfile.enumerated().compactMap { profile, count in
            guard count.ham + count.spam > 0, !isForced[profile] else { return nil }
            return features(of: profile, spam: Double(count.spam) / spam / 2, ham: Double(count.ham) / ham / 2)
        }
    }
}
