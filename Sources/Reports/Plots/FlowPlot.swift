import Screening

extension CaseOverview {
    /// How mail thins out on its way: a bar for each checkpoint as wide as what reaches it, with what ends there in the
    /// colour of its fate, and what goes on in grey.
    var flowPlot: String {
        let phases = Phase.allCases.sorted().filter { flow[$0] != nil }
        // Where all mail ends at one checkpoint, a table says as much.
        guard total.all > 0, phases.count > 1 else { return "" }
        var plot = Plot("Messages by the checkpoint that ends them")
        var left = total.all
        for (place, phase) in phases.enumerated() {
            let (high, low) = (
                1 - (Double(place) + 0.12) / Double(phases.count), 1 - (Double(place) + 0.88) / Double(phases.count)
            )
            plot.name((high + low) / 2, phase.rawValue)
            let ended = (flow[phase] ?? [:]).sorted { $0.key < $1.key }
            let goesOn = left - ended.reduce(0) { $0 + $1.value.all }
            var start = 0.0
            func add(_ number: Int, _ style: String, _ word: String) {
                guard number > 0 else { return }
                let end = start + Double(number) / Double(total.all)
                plot.bar(
                    from: start, to: end, low: low, high: high, style,
                    "\(phase.rawValue): \(number) \(word) (\(HTML.percent(number, of: total.all)))")
                start = end
            }
            add(goesOn, "goes", "go on")
            for (disposition, counts) in ended { add(counts.all, disposition.rawValue, disposition.rawValue) }
            left = goesOn
        }
        return plot.svg
    }
}
