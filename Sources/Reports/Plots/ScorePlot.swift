import Policy
import Screening
import Tuning
import Values

extension CaseOverview {
    /// The scores of ham, spam and unlabelled mail as bars, with the thresholds.
    var scorePlot: String {
        // What lies far outside is drawn in the first or last bar.
        let marks = thresholds.map(\.score.value)
        let low = max(-20_000, min(-1000, scores.bins.first?.score ?? 0, unlabelledScores.keys.min() ?? 0))
        let high = min(
            60_000, max((marks.max() ?? 0) + 3000, scores.bins.last?.score ?? 0, unlabelledScores.keys.max() ?? 0))
        let step = Plot.ceiling((high - low) / 60 / 100) * 100
        let first = Int((Double(low) / Double(step)).rounded(.down))
        let count = Int((Double(high) / Double(step)).rounded(.down)) - first + 1
        var bars = Array(repeating: (ham: 0, spam: 0, other: 0), count: count)
        func place(_ score: Int) -> Int {
            min(max(Int((Double(score) / Double(step)).rounded(.down)) - first, 0), count - 1)
        }
        for bin in scores.bins {
            bars[place(bin.score)].ham += bin.ham
            bars[place(bin.score)].spam += bin.spam
        }
        for (score, messages) in unlabelledScores { bars[place(score)].other += messages }
        let most = Plot.ceiling(bars.map { max($0.ham, $0.spam, $0.other) }.max() ?? 1)
        // Counts differ by thousands: roots keep the small ones visible, and the axis says what they are.
        func share(_ number: Int) -> Double { (Double(number) / Double(most)).squareRoot() }

        var plot = Plot("Messages by score: ham, spam and unlabelled")
        for number in [most / 100, most / 10, most].filter({ $0 > 0 }) {
            plot.beside(share(number), HTML.number(number))
        }
        for (place, bar) in bars.enumerated() {
            let (start, width) = (Double(place) / Double(count), 1 / Double(count))
            let range =
                "\(JSON.decimal(thousandths: (place + first) * step)) to \(JSON.decimal(thousandths: (place + first + 1) * step))"
            let columns = [(bar.ham, "ham"), (bar.spam, "spam"), (bar.other, "other")].filter { $0.0 > 0 }
            for (column, (number, style)) in columns.enumerated() {
                let left = start + width * 0.9 * Double(column) / Double(columns.count)
                plot.bar(
                    from: left, to: left + width * 0.9 / Double(columns.count), low: 0, high: share(number), style,
                    "\(range): \(number) \(style == "other" ? "unlabelled" : style)")
            }
        }
        let span = Double(count * step)
        for threshold in thresholds {
            let share = Double(threshold.score.value - first * step) / span
            if (0...1).contains(share) { plot.mark(at: share, threshold.disposition.rawValue) }
        }
        for tick in stride(from: 0, through: count, by: max(1, count / 8)) {
            plot.below(Double(tick) / Double(count), JSON.decimal(thousandths: (tick + first) * step))
        }
        return plot.svg
    }

    /// The ROC curve of the score; empty where a class is.
    var curvePlot: String {
        guard let area = scores.areaUnderCurve else { return "" }
        let points = ThresholdSweep(scores).points
        var plot = Plot("ROC curve: the share of spam caught against the share of ham caught; area below it \(area)")
        for share in [0.0, 0.5, 1] {
            plot.beside(share, "\(Int(share * 100)) %")
            plot.below(share, "\(Int(share * 100)) % of ham")
        }
        plot.line(
            points.reversed().map { point in
                (point.falsePositiveShare.value ?? 0, point.recall.value ?? 0)
            } + [(1, 1)], "curve")
        return plot.svg
    }
}
