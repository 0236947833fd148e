import Screening

/// Thresholds for scores of labelled mail: those that cost least, where that is more than chance.
struct ThresholdChoice {
    private let sweep: ThresholdSweep
    private let histogram: ScoreHistogram
    private let former: ScoreHistogram
    private let hasSameScores: Bool
    private let options: TuningOptions

    /// Chooses on `histogram`; `former` has the scores of the same mail so far, which `sameScores` says are still those.
    init(_ histogram: ScoreHistogram, former: ScoreHistogram, _ options: TuningOptions, sameScores: Bool) {
        sweep = ThresholdSweep(histogram)
        (self.histogram, self.former, self.options, hasSameScores) = (histogram, former, options, sameScores)
    }

    /// The thresholds of `dispositions`; `was` gives those so far. A refusal has to spare more ham than a tag, and comes at
    /// no lower score.
    func thresholds(_ dispositions: [Disposition], was: (Disposition) -> Int?) -> [TunedThreshold] {
        // Mail in which nothing was found is not to be caught, whatever labelled mail looked like.
        let most = max(sweep.points.last?.threshold ?? 0, 100)
        let tagged = choice(was(.tag), options.costRatio) { $0.threshold > 0 }
        // As far from the ham below as from the spam above: what comes is like neither.
        let tag = tagged.map { $0.isKept ? $0.point.threshold : sweep.middle(of: $0.point) } ?? most
        // What refusing from a higher score on lets through is tagged still: a little more of it buys distance from ham.
        let refused = choice(was(.reject), options.costRatio * 10, tolerance: 0.01) { point in
            point.threshold >= tag && (point.falsePositiveShare.value ?? 0) <= options.refusedHam
        }
        let reject = refused?.point.threshold ?? max(most, tag)
        return dispositions.map { disposition in
            let was = was(disposition)
            func tuned(_ threshold: Int, _ isKept: Bool?) -> TunedThreshold {
                TunedThreshold(disposition: disposition, was: was, now: threshold, isKept: isKept ?? false)
            }
            return switch disposition {
            case .tag: tuned(tag, tagged?.isKept)
            case .quarantine: tuned(min(max(was ?? reject, tag), reject), false)
            default: tuned(reject, refused?.isKept)
            }
        }
    }

    /// The threshold that costs least among those allowed, or that so far, where it costs no more than chance may have it;
    /// nil where none is allowed.
    private func choice(
        _ was: Int?, _ ratio: Double, tolerance: Double = 0, where isAllowed: (ThresholdSweep.Point) -> Bool
    ) -> (point: ThresholdSweep.Point, isKept: Bool)? {
        let kept = was.map(standing).flatMap { isAllowed($0) ? $0 : nil }
        guard let cheapest = sweep.cheapest(ofFalsePositive: ratio, tolerance: tolerance, where: isAllowed) else {
            return kept.map { ($0, true) }
        }
        if let kept {
            let more = kept.cost(ofFalsePositive: ratio) - cheapest.cost(ofFalsePositive: ratio)
            let (ham, spam) = (
                abs(kept.falsePositives - cheapest.falsePositives), abs(kept.truePositives - cheapest.truePositives)
            )
            // The messages between the two are counts, whose variance is their number: one standard error.
            if more <= (ratio * ratio * Double(ham) + Double(spam)).squareRoot() { return (kept, true) }
        }
        return (cheapest, false)
    }

    /// Where a threshold that was `was` stands now that scores are others: where it catches what it did, ham and spam
    /// weighing the same.
    private func standing(_ was: Int) -> ThresholdSweep.Point {
        guard !hasSameScores else { return ThresholdSweep.point(was, of: histogram) }
        func caught(_ point: ThresholdSweep.Point) -> Double {
            (point.falsePositiveShare.value ?? 0) + (point.recall.value ?? 0)
        }
        let (wanted, last) = (caught(ThresholdSweep.point(was, of: former)), sweep.points.last)
        // What caught nothing by its score is to catch nothing.
        if let last, wanted <= caught(last) {
            return ThresholdSweep.point(max(was, last.threshold), of: histogram)
        }
        return sweep.points.min { abs(caught($0) - wanted) < abs(caught($1) - wanted) }
            ?? ThresholdSweep.point(was, of: histogram)
    }
}
