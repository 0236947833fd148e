/// What every threshold would do to a histogram of scores.
public struct ThresholdSweep: Sendable {
    /// One threshold and what it catches.
    public struct Point: Sendable, Hashable {
        /// The score from which on messages are caught, in thousandths of a point.
        public let threshold: Int
        /// Ham that is caught.
        public let falsePositives: Int
        /// Spam that is caught.
        public let truePositives: Int
        /// All ham.
        public let ham: Int
        /// All spam.
        public let spam: Int

        /// Spam that is let through.
        public var falseNegatives: Int { spam - truePositives }
        /// The share of ham that is caught.
        public var falsePositiveShare: Share { Share(falsePositives, of: ham) }
        /// The share of spam that is caught: recall.
        public var recall: Share { Share(truePositives, of: spam) }
        /// The share of spam in what is caught.
        public var precision: Share { Share(truePositives, of: truePositives + falsePositives) }

        /// What the mistakes cost, a spam let through being 1.
        public func cost(ofFalsePositive ratio: Double) -> Double {
            Double(falsePositives) * ratio + Double(falseNegatives)
        }
    }

    /// The points, lowest threshold first. Thresholds lie on the tenths of a point between which counts differ; the
    /// last one catches only what is refused whatever its score.
    public let points: [Point]

    /// Sweeps `histogram` in steps of a tenth of a point, `others` among them.
    public init(_ histogram: ScoreHistogram, including others: [Int] = []) {
        var thresholds: [Int] = []
        for bin in histogram.bins where bin.score < Int.max {
            let tenth = bin.score - ((bin.score % 100) + 100) % 100
            if thresholds.last != tenth { thresholds.append(tenth) }
        }
        thresholds.append((thresholds.last ?? 0) + 100)
        thresholds = Set(thresholds + others).sorted()
        var points: [Point] = []
        var caught = (ham: histogram.ham, spam: histogram.spam)
        var bins = histogram.bins[...]
        for threshold in thresholds {
            while let bin = bins.first, bin.score < threshold {
                caught.ham -= bin.ham
                caught.spam -= bin.spam
                bins.removeFirst()
            }
            points.append(
                Point(
                    threshold: threshold, falsePositives: caught.ham, truePositives: caught.spam,
                    ham: histogram.ham, spam: histogram.spam))
        }
        self.points = points
    }

    /// The highest threshold that costs no more than the cheapest does and `tolerance` (a share of it) besides.
    /// `isAllowed` leaves out points.
    public func cheapest(
        ofFalsePositive ratio: Double, tolerance: Double = 0, where isAllowed: (Point) -> Bool = { _ in true }
    ) -> Point? {
        let allowed = points.filter(isAllowed)
        guard let least = allowed.map({ $0.cost(ofFalsePositive: ratio) }).min() else { return nil }
        return allowed.last { $0.cost(ofFalsePositive: ratio) <= least * (1 + tolerance) }
    }

    /// The middle of the thresholds, in tenths of a point, that catch what `point` does, which is the highest of them: as
    /// far from what is caught as from what is not. Zero and below are left out.
    func middle(of point: Point) -> Int {
        let before = points.last { $0.threshold < point.threshold }?.threshold ?? point.threshold - 100
        let lowest = min(max(before, 0) + 100, point.threshold)
        return lowest + (point.threshold - lowest) / 200 * 100
    }

    /// The point for `threshold`: what it catches, whether or not it is one of the points.
    public static func point(_ threshold: Int, of histogram: ScoreHistogram) -> Point {
        let caught = histogram.bins.filter { $0.score >= threshold }
        return Point(
            threshold: threshold, falsePositives: caught.reduce(0) { $0 + $1.ham },
            truePositives: caught.reduce(0) { $0 + $1.spam }, ham: histogram.ham, spam: histogram.spam)
    }
}
