import Testing
import Tuning

/// Shares, ROC curves and thresholds, against figures worked out by other means.
@Suite struct EvaluationTests {
    /// Wilson's interval, as `statsmodels.stats.proportion.proportion_confint(method="wilson")` gives it.
    @Test(arguments: [
        (0, 10, 0.0, 0.27753), (10, 10, 0.72247, 1.0), (5, 10, 0.23659, 0.76341), (1, 1000, 0.000177, 0.005642),
        (0, 2076, 0.0, 0.001847),
    ])
    func wilson(count: Int, total: Int, low: Double, high: Double) throws {
        let interval = try #require(Share(count, of: total).interval)
        #expect(abs(interval.lowerBound - low) < 0.00001)
        #expect(abs(interval.upperBound - high) < 0.00001)
    }

    @Test func nothingHasNoShare() {
        #expect(Share(0, of: 0).value == nil)
        #expect(Share(0, of: 0).interval == nil)
    }

    @Test(arguments: [
        ([(0, 10, 0), (1000, 0, 10)], 1.0), ([(0, 0, 10), (1000, 10, 0)], 0.0), ([(500, 7, 9)], 0.5),
        // Ham 1, 2, 3 and spam 2, 3, 4: of nine pairs six are won and two are ties.
        ([(1000, 1, 0), (2000, 1, 1), (3000, 1, 1), (4000, 0, 1)], 7.0 / 9), ([(Int.max, 0, 3), (0, 3, 0)], 1.0),
    ])
    func areas(counts: [(Int, Int, Int)], area: Double) throws {
        let histogram = ScoreHistogram(counts.map { (score: $0.0, ham: $0.1, spam: $0.2) })
        #expect(abs(try #require(histogram.areaUnderCurve) - area) < 1e-12)
    }

    @Test(arguments: [[], [(1000, 5, 0)], [(1000, 0, 5), (2000, 0, 1)]] as [[(Int, Int, Int)]])
    func oneClassHasNoArea(counts: [(Int, Int, Int)]) {
        let histogram = ScoreHistogram(counts.map { (score: $0.0, ham: $0.1, spam: $0.2) })
        #expect(histogram.areaUnderCurve == nil)
        #expect(!ThresholdSweep(histogram).points.isEmpty)
    }

    /// Each point catches what counting anew for its threshold gives.
    @Test func sweepsAgreeWithCounting() {
        let histogram = ScoreHistogram([
            (-1250, 40, 0), (-50, 10, 2), (0, 30, 3), (40, 1, 1), (60, 1, 0), (2500, 2, 20), (2500, 1, 5),
            (7000, 0, 60), (.max, 1, 9),
        ])
        let sweep = ThresholdSweep(histogram)
        #expect(sweep.points.map(\.threshold) == [-1300, -100, 0, 2500, 7000, 7100])
        for point in sweep.points { #expect(point == ThresholdSweep.point(point.threshold, of: histogram)) }
        #expect(sweep.points.first?.falsePositives == 86)
        #expect(sweep.points.last?.falsePositives == 1)
        #expect(sweep.cheapest(ofFalsePositive: 1)?.threshold == 2500)
        #expect(sweep.cheapest(ofFalsePositive: 100)?.threshold == 7000)
        #expect(sweep.cheapest(ofFalsePositive: 100, tolerance: 10)?.threshold == 7100)
        #expect(sweep.cheapest(ofFalsePositive: 1, where: { $0.threshold > 2500 })?.threshold == 7000)
        #expect(sweep.cheapest(ofFalsePositive: 1, where: { _ in false }) == nil)
        #expect(
            ThresholdSweep(histogram, including: [2500, 5000]).points.map(\.threshold)
                == [-1300, -100, 0, 2500, 5000, 7000, 7100])
    }
}
