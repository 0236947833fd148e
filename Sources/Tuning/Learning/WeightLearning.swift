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
    /// The place of each symbol's stage among the stages.
    private let groups: [Int]

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
        var stages: [String] = []
        var stageOf: [Symbol: String] = [:]
        for kind in findings.kinds where stageOf[kind.symbol] == nil { stageOf[kind.symbol] = kind.stage }
        groups = symbols.map { symbol in
            let stage = stageOf[symbol] ?? ""
            if !stages.contains(stage) { stages.append(stage) }
            return stages.firstIndex(of: stage) ?? 0
        }
        offsets = findings.profiles.map { profile in
            let points = profile.kinds.reduce(0) { sum, kind in
                let symbol = findings.kinds[Int(kind)].symbol
                return places[symbol] == nil ? sum + fixed(symbol) : sum
            }
            return Double(points) / 1000
        }
    }

    /// What weights are held to, as mail that is to come is not quite like mail that came: to what the symbols weigh so
    /// far, all times one factor, or those of each stage times one of its own.
    private enum Ground: CaseIterable { case allAlike, byStage }

    /// A way to learn, and how it did.
    private struct Way {
        let ground: Ground
        let penalty: Double
        /// How badly each part was predicted from the ones before.
        var loss = 0.0
        /// How much spam was caught where hardly any ham was.
        var area = 0.0
    }

    /// What was learned, in points.
    struct Weights {
        /// The weights learned from all parts.
        let whole: [Symbol: Double]
        /// For each part, what is learned in the same way from all the others: what a policy does on mail that it has not
        /// seen is told by these.
        let withoutPart: [[Symbol: Double]]
    }

    /// The weights learned from `parts`, the oldest first; nil where each part was told apart better by the weights so far,
    /// where few mistakes are made. What they are held to, and how firmly, is chosen by what does best on each part when
    /// learned from the ones before.
    func weights(from parts: [LabelledCounts]) -> Weights? {
        let whole = parts.dropFirst().reduce(parts[0], +)
        var ways = Ground.allCases.flatMap { ground in
            WeightLearning.penalties.map { Way(ground: ground, penalty: $0) }
        }
        var formerArea = 0.0
        var past = parts[0]
        for part in parts.dropFirst() {
            let (known, coming) = (examples(past), examples(part))
            let priors = Ground.allCases.map { self.priors(known, $0) }
            for place in ways.indices {
                let prior = priors[place / WeightLearning.penalties.count]
                let model = LogisticRegression(penalty: ways[place].penalty, bounds: bounds, priors: prior).learn(known)
                ways[place].loss += LogisticRegression.loss(of: model, on: coming)
                ways[place].area += area(of: model, on: part)
            }
            formerArea += area(of: LogisticRegression.Model(weights: former, intercept: 0), on: part)
            past = past + part
        }
        let (least, most) = (ways.map(\.loss).min() ?? 0, ways.map(\.area).max() ?? 0)
        let tolerance = Double(parts.count - 1) * WeightLearning.areaTolerance
        guard
            let way = ways.last(where: {
                $0.loss <= least * (1 + WeightLearning.tolerance) && $0.area >= most - tolerance
            }) ?? ways.filter({ $0.area >= most - tolerance }).min(by: { $0.loss < $1.loss }),
            way.area >= formerArea
        else { return nil }
        return Weights(
            whole: learned(from: whole, way),
            withoutPart: parts.indices.map { place in
                let others = parts.indices.filter { $0 != place }.map { parts[$0] }
                return learned(from: others.dropFirst().reduce(others[0], +), way)
            })
    }

    private func learned(from counts: LabelledCounts, _ way: Way) -> [Symbol: Double] {
        let known = examples(counts)
        let model = LogisticRegression(penalty: way.penalty, bounds: bounds, priors: priors(known, way.ground))
            .learn(known)
        return Dictionary(uniqueKeysWithValues: zip(symbols, model.weights))
    }

    /// How much of the spam of `part` is caught on average where no more than a few in a hundred ham are.
    private func area(of model: LogisticRegression.Model, on part: LabelledCounts) -> Double {
        var scores: [(score: Int, ham: Int, spam: Int)] = []
        for (profile, count) in part.byProfile.enumerated() where count.ham + count.spam > 0 {
            let margin = isForced[profile] ? nil : model.margin(of: features(of: profile, spam: 0, ham: 0))
            scores.append(
                (margin.map { Int((min(max($0, -1e6), 1e6) * 1000).rounded()) } ?? .max, count.ham, count.spam))
        }
        return ScoreHistogram(scores).areaUnderCurve(upTo: WeightLearning.fewMistakes) ?? 0
    }

    /// The share of ham up to which mistakes are few.
    private static let fewMistakes = 0.02
    private static let areaTolerance = 0.002

    /// The weights so far, made to fit `examples`.
    private func priors(_ examples: [LogisticRegression.Example], _ ground: Ground) -> [Double] {
        func factors(_ groups: [Int], count: Int, around prior: Double?) -> [Double] {
            let scores = examples.map { example in
                var sums = [Double](repeating: 0, count: count)
                for feature in example.features {
                    sums[groups[feature.place]] += former[feature.place] * feature.count
                }
                return LogisticRegression.Example(
                    features: sums.enumerated().filter { $1 != 0 }.map { (place: $0, count: $1) },
                    offset: example.offset, spam: example.spam, ham: example.ham)
            }
            return LogisticRegression(
                penalty: prior == nil ? 1e-4 : 1e-3, bounds: Array(repeating: 0...20, count: count),
                priors: Array(repeating: prior ?? 0, count: count)
            ).learn(scores).weights
        }
        let one = factors(symbols.map { _ in 0 }, count: 1, around: nil)[0]
        guard ground == .byStage else { return former.map { $0 * one } }
        let own = factors(groups, count: (groups.max() ?? 0) + 1, around: one)
        return zip(former, groups).map { $0 * own[$1] }
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
