import Glibc

/// Logistic regression on counted examples, with a penalty on weights far from what is known and bounds on each: cyclic coordinate
/// descent, which ends at the same weights on every run.
struct LogisticRegression {
    /// Messages with the same features.
    struct Example {
        /// Features by their places, with how often each occurs.
        let features: [(place: Int, count: Double)]
        /// What the score is without any of the features.
        let offset: Double
        /// The weight of spam with these features.
        let spam: Double
        /// The weight of ham with these features.
        let ham: Double
    }

    /// What was learned.
    struct Model {
        var weights: [Double]
        var intercept: Double

        /// The logarithm of the odds that `example` is spam.
        func margin(of example: Example) -> Double {
            example.features.reduce(intercept + example.offset) { $0 + weights[$1.place] * $1.count }
        }
    }

    /// The weight of the penalty.
    let penalty: Double
    /// Where each feature's weight has to lie.
    let bounds: [ClosedRange<Double>]
    /// What each weight is held to: the penalty is on the distance from it.
    let priors: [Double]

    init(penalty: Double, bounds: [ClosedRange<Double>], priors: [Double]? = nil) {
        (self.penalty, self.bounds) = (penalty, bounds)
        self.priors = priors ?? bounds.map { _ in 0 }
    }

    private static let passes = 200
    private static let tolerance = 1e-4

    /// Learns from `examples`, whose weights sum to 1.
    func learn(_ examples: [Example]) -> Model {
        var model = Model(
            weights: zip(bounds, priors).map { min(max($1, $0.lowerBound), $0.upperBound) }, intercept: 0)
        var margins = examples.map { model.margin(of: $0) }
        var columns: [[(row: Int, count: Double)]] = Array(repeating: [], count: bounds.count)
        for (row, example) in examples.enumerated() {
            for feature in example.features { columns[feature.place].append((row, feature.count)) }
        }
        for _ in 0..<LogisticRegression.passes {
            var largest = 0.0
            let all = examples.indices.lazy.map { (row: $0, count: 1.0) }
            let (slope, curvature) = derivatives(examples, margins, all)
            if curvature > 1e-12 {
                let step = LogisticRegression.limited(-slope / curvature)
                model.intercept += step
                for row in margins.indices { margins[row] += step }
                largest = abs(step)
            }
            for place in bounds.indices where bounds[place].lowerBound < bounds[place].upperBound {
                var (slope, curvature) = derivatives(examples, margins, columns[place])
                slope += penalty * (model.weights[place] - priors[place])
                curvature += penalty
                let wanted = model.weights[place] + LogisticRegression.limited(-slope / curvature)
                let bounded = min(max(wanted, bounds[place].lowerBound), bounds[place].upperBound)
                let step = bounded - model.weights[place]
                guard step != 0 else { continue }
                model.weights[place] = bounded
                for (row, count) in columns[place] { margins[row] += step * count }
                largest = max(largest, abs(step))
            }
            if largest < LogisticRegression.tolerance { break }
        }
        return model
    }

    /// The mean loss of `model` on `examples`, in nats.
    static func loss(of model: Model, on examples: [Example]) -> Double {
        var (sum, total) = (0.0, 0.0)
        for example in examples {
            let margin = model.margin(of: example)
            sum += example.spam * softplus(-margin) + example.ham * softplus(margin)
            total += example.spam + example.ham
        }
        return total > 0 ? sum / total : 0
    }

    private func derivatives(
        _ examples: [Example], _ margins: [Double], _ column: some Sequence<(row: Int, count: Double)>
    ) -> (slope: Double, curvature: Double) {
        var (slope, curvature) = (0.0, 0.0)
        for (row, count) in column {
            let example = examples[row]
            let probability = 1 / (1 + exp(-margins[row]))
            let total = example.spam + example.ham
            slope += count * (total * probability - example.spam)
            curvature += count * count * total * probability * (1 - probability)
        }
        return (slope, curvature)
    }

    /// A step of Newton's method, kept from leaping where the curve is flat.
    private static func limited(_ step: Double) -> Double { min(max(step, -1), 1) }

    /// `log(1 + exp(x))`, which does not overflow.
    private static func softplus(_ value: Double) -> Double { value > 30 ? value : log1p(exp(value)) }
}
