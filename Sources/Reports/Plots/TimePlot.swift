import Screening
import Values

extension CaseOverview {
    /// Messages over time by what became of them, and how long one bar is.
    var timePlot: (svg: String, unit: String)? {
        guard let first = days.keys.min(), let last = days.keys.max() else { return nil }
        let span = last - first + 1
        let width = [1, 7, 30, 91, 365].first { span / $0 < 80 } ?? max(1, span / 80)
        let count = span / width + 1
        var bars: [[Disposition: Int]] = Array(repeating: [:], count: count)
        for (day, fates) in days { bars[(day - first) / width].merge(fates, uniquingKeysWith: +) }
        let most = Plot.ceiling(bars.map { $0.values.reduce(0, +) }.max() ?? 1)
        var plot = Plot("Messages over time, by what became of them")
        for share in [0.5, 1] { plot.beside(share, HTML.number(Int(Double(most) * share))) }
        for (place, bar) in bars.enumerated() {
            var low = 0.0
            for disposition in Disposition.allCases.sorted() {
                guard let number = bar[disposition] else { continue }
                let high = low + Double(number) / Double(most)
                plot.bar(
                    from: Double(place) / Double(count), to: (Double(place) + 0.92) / Double(count), low: low,
                    high: high,
                    disposition.rawValue,
                    "\(CaseOverview.span(first + place * width, width)): \(number) \(disposition.rawValue)")
                low = high
            }
        }
        for tick in stride(from: 0, to: count, by: max(1, (count + 4) / 5)) {
            plot.below((Double(tick) + 0.5) / Double(count), CaseOverview.date(first + tick * width, width))
        }
        let unit = [1: "a day", 7: "7 days", 30: "30 days", 91: "91 days", 365: "365 days"][width] ?? "\(width) days"
        return (plot.svg, unit)
    }

    /// The days that a bar stands for: `2024-05-01 to 2024-05-07`.
    private static func span(_ day: Int, _ width: Int) -> String {
        width == 1 ? date(day) : "\(date(day)) to \(date(day + width - 1))"
    }

    /// The beginning of a bar as the axis has it, no finer than a bar is: the month where that is weeks or more.
    private static func date(_ day: Int, _ width: Int) -> String {
        String(date(day).prefix(width >= 30 ? 7 : 10))
    }

    /// A day of the Unix epoch as `2024-05-01`.
    static func date(_ day: Int) -> String {
        String(Timestamp(seconds: Int64(day) * 86_400).rfc3339.prefix(10))
    }
}
