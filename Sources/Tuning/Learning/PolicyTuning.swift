import Policy
import Screening

/// A better policy for the labelled messages of a run: thresholds and weights learned from the older ones, and what they
/// come to on the newer ones, which nothing was learned from.
public struct PolicyTuning: Sendable {
    /// Why nothing can be learned.
    public enum Obstacle: Error, Sendable, Hashable {
        /// No message is labelled ham, or none spam; or too few of one to learn from some and tell for others.
        case tooFew(RunFindings.Label, Int)
        /// Nothing was found that tells one message from another.
        case nothingToTell
    }

    /// The findings.
    public let findings: RunFindings
    /// The messages that it learned from.
    public let older: LabelledCounts
    /// The messages that results are told for.
    public let newer: LabelledCounts
    /// The weights.
    public let symbols: [TunedSymbol]
    /// Actions that are given up, as they refuse too much ham.
    public let actions: [TunedAction]
    /// The thresholds, in the order of their dispositions.
    public let thresholds: [TunedThreshold]
    /// The thresholds that were tried, on the older messages, each part of them scored by what the others teach.
    public let sweep: ThresholdSweep
    /// What each symbol tells, on the older messages.
    public let values: [SymbolValue]
    /// What the tuned score would lose without each symbol, on the newer messages.
    public let losses: [Symbol: SymbolLoss]
    /// How the policy that is does on the newer messages.
    public let before: Evaluation
    /// How the tuned one does.
    public let after: Evaluation
    /// What the tuned policy comes to for each profile.
    public let rulings: [Ruling]
    /// What the policy that is comes to for each profile.
    public let former: [Ruling]
    /// The overlay.
    public let overlay: String

    /// The fewest messages of a class.
    public static let fewest = 10
    private static let folds = 5

    /// Tunes `base` for `findings`. `overlaying` gives the policy that a text over `base` makes; `title` names the
    /// case in the overlay. Throws `Obstacle`, and what `overlaying` throws.
    public init(
        _ findings: RunFindings, base: ScreeningPolicy, options: TuningOptions, title: String,
        overlaying: (String) throws -> ScreeningPolicy
    ) throws {
        let (folds, newer) = PolicyTuning.parts(of: findings, options)
        let older = folds.dropFirst().reduce(folds[0], +)
        for (label, count) in [(RunFindings.Label.ham, older.ham + newer.ham), (.spam, older.spam + newer.spam)] {
            guard count >= PolicyTuning.fewest else { throw Obstacle.tooFew(label, count) }
        }
        guard findings.profiles.count > 1 else { throw Obstacle.nothingToTell }
        let values = findings.symbolValues(older)
        let actions = values.compactMap { PolicyTuning.action(on: $0, base, options) }.sorted { $0.symbol < $1.symbol }
        let given = Set(actions.map(\.symbol))

        // What is refused whatever the score, once those actions are given up.
        var draft = TunedOverlay(title: title, actions: actions)
        draft.thresholds = PolicyTuning.learnable(base).map {
            TunedThreshold(disposition: $0, was: nil, now: PolicyTuning.never, isKept: false)
        }
        let isForced = findings.rulings(under: try overlaying(draft.text)).map { $0.disposition.isTerminal }

        let (symbols, withoutFold) = PolicyTuning.symbols(findings, values, base, options, given, isForced, folds)
        // Weights tell the mail that they were learned from better apart than any other, and thresholds put where its scores
        // part would come too late: each fold is scored by what the others teach.
        var scored: [(score: Int, ham: Int, spam: Int)] = []
        for (fold, symbols) in zip(withoutFold.isEmpty ? [older] : folds, withoutFold.isEmpty ? [symbols] : withoutFold)
        {
            draft.symbols = symbols
            let scores = findings.rulings(under: try overlaying(draft.text)).map(\.score)
            scored += fold.byProfile.enumerated().map { (isForced[$0] ? .max : scores[$0], $1.ham, $1.spam) }
        }
        let histogram = ScoreHistogram(scored)
        let former = findings.rulings(under: base)
        let untouched = TunedOverlay(title: title, thresholds: draft.thresholds)
        let wasForced = findings.rulings(under: try overlaying(untouched.text)).map { $0.disposition.isTerminal }
        let choice = ThresholdChoice(
            histogram, former: Evaluation(former, isForced: wasForced, on: older).histogram, options,
            sameScores: symbols.allSatisfy { !$0.isChanged })
        let thresholds = choice.thresholds(PolicyTuning.learnable(base)) { base.threshold(of: $0)?.value }

        var overlay = TunedOverlay(title: title, actions: actions)
        (overlay.symbols, overlay.thresholds, overlay.values) = (symbols, thresholds, values)
        overlay.histogram = histogram
        before = Evaluation(former, isForced: wasForced, on: newer)
        let rulings = findings.rulings(under: try overlaying(overlay.text))
        after = Evaluation(rulings, isForced: isForced, on: newer)
        overlay.results = (before, after, options)
        losses = findings.losses(
            newer, scores: rulings.map(\.score), isForced: isForced,
            weights: Dictionary(symbols.map { ($0.symbol, $0.now) }, uniquingKeysWith: { first, _ in first }),
            caughtFrom: thresholds.map(\.now).min() ?? .max)
        (self.findings, self.older, self.newer, self.symbols) = (findings, older, newer, symbols)
        (self.actions, self.thresholds, self.values) = (actions, thresholds, values)
        sweep = ThresholdSweep(histogram, including: thresholds.map(\.now))
        (self.rulings, self.former, self.overlay) = (rulings, former, overlay.text)
    }

    /// The messages of `label` that the tuned policy catches, refused ones first, in the order of their numbers.
    public func caught(_ label: RunFindings.Label) -> [RunFindings.Message] {
        findings.messages.filter { $0.label == label && rulings[Int($0.profile)].disposition > .accept }
            .sorted { left, right in
                let (one, other) = (rulings[Int(left.profile)].disposition, rulings[Int(right.profile)].disposition)
                return one != other ? one > other : left.number < right.number
            }
    }

    /// What cannot be told of some messages without a look at them, and of how many, under the policies compared.
    public var unknown: [(what: String, messages: Int)] { findings.unknown(in: [former, rulings]) }

    /// A score that no message has, in thousandths of a point.
    static let never = 100_000_000

    private static func parts(
        of findings: RunFindings, _ options: TuningOptions
    ) -> (folds: [LabelledCounts], newer: LabelledCounts) {
        let share = (1 - options.holdout) / Double(folds)
        var parts = findings.parts((1...folds).map { share * Double($0) })
        let newer = parts.removeLast()
        return (parts, newer)
    }

    private static func learnable(_ base: ScreeningPolicy) -> [Disposition] {
        [.tag, .quarantine, .reject].filter { $0 != .quarantine || base.threshold(of: $0) != nil }
    }

    /// An action that refuses more ham than may be.
    private static func action(
        on value: SymbolValue, _ base: ScreeningPolicy, _ options: TuningOptions
    ) -> TunedAction? {
        let action = base.action(of: value.symbol).value
        guard action.disposition.isTerminal, (value.ham.value ?? 0) > options.refusedHam else { return nil }
        return TunedAction(symbol: value.symbol, was: action, ham: value.ham, spam: value.spam)
    }

    private static func symbols(
        _ findings: RunFindings, _ values: [SymbolValue], _ base: ScreeningPolicy, _ options: TuningOptions,
        _ given: Set<Symbol>, _ isForced: [Bool], _ folds: [LabelledCounts]
    ) -> (symbols: [TunedSymbol], withoutFold: [[TunedSymbol]]) {
        let stages = base.enabledStages
        let running = Set(findings.kinds.filter { stages.contains($0.stage) }.map(\.symbol))
        let cap = Double(options.cap) / 1000
        var bounds: [Symbol: ClosedRange<Double>] = [:]
        var grounds: [Symbol: TunedSymbol.Ground] = [:]
        for value in values where running.contains(value.symbol) {
            let weight = base.weight(of: value.symbol).value
            // What weighs more already may keep it: of graded findings all grades are wanted.
            let cap = max(cap, Double(abs(weight)) / 1000)
            if !options.learnsWeights {
                grounds[value.symbol] = .kept
            } else if value.ham.count + value.spam.count < options.minimumHits {
                grounds[value.symbol] = .tooFewHits
            } else if weight > 0 || given.contains(value.symbol) {
                bounds[value.symbol] = 0...cap
            } else if weight < 0 {
                bounds[value.symbol] = -cap...0
            } else if options.weighsNeutral {
                bounds[value.symbol] = -cap...cap
            } else {
                grounds[value.symbol] = .neutral
            }
        }
        let learning = WeightLearning(
            findings, bounds: bounds, fixed: { running.contains($0) ? base.weight(of: $0).value : 0 },
            isForced: isForced)
        func tuned(_ weights: [Symbol: Double]) -> [TunedSymbol] {
            values.filter { running.contains($0.symbol) }.map { value in
                let was = base.weight(of: value.symbol).value
                guard let weight = weights[value.symbol] else {
                    return TunedSymbol(symbol: value.symbol, was: was, now: was, ground: grounds[value.symbol] ?? .kept)
                }
                let now = Int((weight * 100).rounded()) * 10
                return TunedSymbol(
                    symbol: value.symbol, was: was, now: now,
                    ground: abs(now) >= max(options.cap, abs(was)) ? .capped : .learned)
            }.sorted { $0.symbol < $1.symbol }
        }
        guard !bounds.isEmpty, let weights = learning.weights(from: folds) else { return (tuned([:]), []) }
        return (tuned(weights.whole), weights.withoutPart.map(tuned))
    }
}
