import Screening
import Values

/// A policy overlay with the reason for each number beside it. The same input always gives the same text.
struct TunedOverlay {
    let title: String
    var actions: [TunedAction] = []
    var symbols: [TunedSymbol] = []
    var thresholds: [TunedThreshold] = []
    var values: [SymbolValue] = []
    var histogram: ScoreHistogram?
    var results: (before: Evaluation, after: Evaluation, options: TuningOptions)?

    /// The overlay as YAML.
    var text: String {
        var text = "# Tuned on \(TunedOverlay.comment(title)).\n"
        if let results { text += head(results.before, results.after, results.options) }
        text += "version: 1\n"
        if !thresholds.isEmpty {
            text += "thresholds:\n"
            for threshold in thresholds {
                if let histogram {
                    let point = ThresholdSweep.point(threshold.now, of: histogram)
                    text += "  # From here on: \(TunedOverlay.words(point.falsePositiveShare)) ham, "
                    text += "\(TunedOverlay.words(point.recall)) spam of the older mail"
                    text += threshold.was.map { "; was \(JSON.decimal(thousandths: $0))" } ?? ""
                    text += threshold.isKept ? "; no other is sure to cost less" : ""
                    text += "\n"
                }
                text += "  \(threshold.disposition.rawValue): \(JSON.decimal(thousandths: threshold.now))\n"
            }
        }
        let changed = symbols.filter(\.isChanged)
        if !changed.isEmpty {
            let byName = Dictionary(values.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
            text += "weights:\n"
            for symbol in changed {
                if let value = byName[symbol.symbol] { text += "  # \(reason(symbol, value))\n" }
                text += "  \(symbol.symbol): \(JSON.decimal(thousandths: symbol.now))\n"
            }
        }
        if !actions.isEmpty {
            text += "actions:\n"
            for action in actions {
                text += "  # \(action.was.rawValue) met \(TunedOverlay.words(action.ham)) ham and "
                text += "\(TunedOverlay.words(action.spam)) spam: its weight counts instead\n"
                text += "  \(action.symbol): score\n"
            }
        }
        return text
    }

    private func head(_ before: Evaluation, _ after: Evaluation, _ options: TuningOptions) -> String {
        let share = Int(((1 - options.holdout) * 100).rounded())
        var text = "# Learned from the older \(share) % of its ham and of its spam; on the rest, before and after:\n"
        func line(_ name: String, _ share: (Evaluation) -> Share) {
            text += "#   \(name): \(TunedOverlay.words(share(before))), \(TunedOverlay.words(share(after)))\n"
        }
        line("ham refused", \.refusedHam)
        line("ham caught (tagged or worse)", \.caughtHam)
        line("spam refused", \.refusedSpam)
        line("spam let through", \.missedSpam)
        return text
    }

    private func reason(_ symbol: TunedSymbol, _ value: SymbolValue) -> String {
        var text = "\(TunedOverlay.words(value.ham)) ham, \(TunedOverlay.words(value.spam)) spam"
        if let odds = value.spamOdds {
            text += ", S/O \(JSON.decimal(thousandths: Int((odds * 1000).rounded())))"
        }
        text += "; was \(JSON.decimal(thousandths: symbol.was))"
        if symbol.now == 0, let companion = value.companion, companion.share >= 0.8 {
            text += "; \(companion.symbol) tells the same"
        }
        if symbol.ground == .capped { text += "; no more than this is allowed (--cap)" }
        return text
    }

    static func words(_ share: Share) -> String {
        guard let value = share.value else { return "0 of 0" }
        return "\(share.count) of \(share.total) (\(JSON.decimal(thousandths: Int((value * 100_000).rounded()))) %)"
    }

    /// The text without line ends, which would end the comment.
    private static func comment(_ text: String) -> String {
        String(text.map { $0.isNewline || $0.asciiValue.map { $0 < 0x20 } == true ? " " : $0 })
    }
}
