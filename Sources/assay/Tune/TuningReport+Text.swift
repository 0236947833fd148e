import Cases
import Reports
import Screening
import Tuning
import Values

extension TuningReport {
    /// The report for people, each table with no more than `limit` rows, for a terminal of that many
    /// columns.
    func text(limit: Int, columns: Int? = nil) -> String {
        let (older, newer) = (tuning.older, tuning.newer)
        var text = TerminalLine.safe("\(title)\(group.map { ", \($0) only" } ?? ""), over \(base)") + "\n"
        text += "  learned from the older \(older.ham) ham and \(older.spam) spam, "
        text += "told for the newer \(newer.ham) ham and \(newer.spam) spam\n"
        text += "\nOn the newer mail, from which nothing was learned (95 % intervals)\n" + results(columns)
        text +=
            "\nThresholds, on the older mail, each part of it scored by what the others teach\n"
            + thresholds(limit, columns)
        text +=
            "\nSymbols, the most telling first; what the area below the curve loses without each, on the newer mail\n"
        text += symbols(limit, columns)
        for action in tuning.actions {
            text += "  \(action.symbol) would no longer lead to \(action.was.rawValue): it met "
            text += "\(action.ham.count) ham and \(action.spam.count) spam of the older mail\n"
        }
        text += "\n" + ham(limit)
        if let overlayFile {
            text +=
                "\n" + TerminalLine.safe("The overlay is in \(overlayFile). Every message whose fate it changes:")
                + "\n"
            text +=
                TerminalLine.safe(
                    "  assay diff \(path) --policy \(base == "the built-in defaults" ? "" : "\(base.replacing(", ", with: ",")),")\(overlayFile)"
                ) + "\n"
        } else {
            text += "\n--overlay FILE writes it as a policy overlay, each number with its reason.\n"
        }
        return text
    }

    /// What tuning a group of messages alone comes to, shortly: results, thresholds, and the ham that would be caught.
    func groupText(limit: Int, columns: Int? = nil) -> String {
        let (older, newer) = (tuning.older, tuning.newer)
        var text = "\n" + TerminalLine.safe("\(group ?? "all"), tuned alone: ")
        text += "\(older.ham + newer.ham) ham, \(older.spam + newer.spam) spam\n" + results(columns)
        text +=
            "  "
            + tuning.thresholds.map { "\($0.disposition.rawValue) from \(JSON.decimal(thousandths: $0.now))" }
            .joined(separator: ", ") + "\n"
        let changed = tuning.symbols.filter(\.isChanged)
        text += "  \(changed.count) weights differ\n" + ham(limit)
        if let overlayFile { text += TerminalLine.safe("The overlay for it is in \(overlayFile).") + "\n" }
        return text
    }

    private func results(_ columns: Int?) -> String {
        var table = TextTable([("", .left), ("before", .right), ("", .left), ("after", .right), ("", .left)])
        func add(_ name: String, _ share: (Evaluation) -> Share?) {
            let cells = [tuning.before, tuning.after].flatMap { evaluation -> [String] in
                guard let share = share(evaluation), let value = share.value, let interval = share.interval else {
                    return ["-", ""]
                }
                let ends = "\(TuningReport.percent(interval.lowerBound)) – \(TuningReport.percent(interval.upperBound))"
                return ["\(share.count)  \(TuningReport.percent(value))", "(\(ends))"]
            }
            table.add([name] + cells)
        }
        add("ham refused", \.refusedHam)
        add("ham tagged or worse", \.caughtHam)
        add("spam refused", \.refusedSpam)
        add("spam let through", \.missedSpam)
        for share in TuningReport.equalShares {
            add("spam missed at \(TuningReport.percent(share)) of ham") { $0.missedSpam(atFalsePositives: share) }
        }
        let areas = [tuning.before, tuning.after].flatMap { evaluation in
            [evaluation.areaUnderCurve.map { TuningReport.percent($0) } ?? "-", ""]
        }
        table.add(["area below the ROC curve"] + areas)
        return table.text(columns: columns)
    }

    private func thresholds(_ limit: Int, _ columns: Int?) -> String {
        var table = TextTable([
            ("score", .right), ("ham caught", .right), ("spam caught", .right), ("precision", .right),
            ("recall", .right), ("cost", .right), ("", .left),
        ])
        let chosen = Dictionary(
            tuning.thresholds.map { ($0.now, $0.disposition.rawValue) }, uniquingKeysWith: { "\($0), \($1)" })
        for point in sampled(limit, keeping: Set(chosen.keys)) {
            table.add([
                JSON.decimal(thousandths: point.threshold),
                "\(point.falsePositives)", "\(point.truePositives)",
                point.precision.value.map { TuningReport.percent($0) } ?? "-",
                point.recall.value.map { TuningReport.percent($0) } ?? "-",
                JSON.decimal(thousandths: Int((point.cost(ofFalsePositive: costRatio) * 1000).rounded())),
                chosen[point.threshold].map { "← \($0)" } ?? "",
            ])
        }
        return table.text(columns: columns)
    }

    /// Some of the points: those around the chosen thresholds say most, and the rest shows the curve.
    private func sampled(_ limit: Int, keeping chosen: Set<Int>) -> [ThresholdSweep.Point] {
        let points = tuning.sweep.points
        guard points.count > limit, limit > 0 else { return points }
        let stride = (points.count + limit - 1) / limit
        return points.enumerated().filter { $0.offset % stride == 0 || chosen.contains($0.element.threshold) }.map(
            \.element)
    }

    private func symbols(_ limit: Int, _ columns: Int?) -> String {
        let tuned = Dictionary(tuning.symbols.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
        var table = TextTable([
            ("symbol", .left), ("ham", .right), ("spam", .right), ("S/O", .right), ("bits", .right), ("was", .right),
            ("now", .right), ("loses", .right), ("besides", .left),
        ])
        for value in tuning.values.prefix(limit) {
            guard let symbol = tuned[value.symbol] else { continue }
            let companion = value.companion.flatMap { companion in
                companion.share >= 0.9 ? "mostly with \(companion.symbol)" : nil
            }
            table.add([
                value.symbol.name, "\(value.ham.count)", "\(value.spam.count)",
                value.spamOdds.map { JSON.decimal(thousandths: Int(($0 * 1000).rounded())) } ?? "-",
                JSON.decimal(thousandths: Int((value.informationGain * 1000).rounded())),
                JSON.decimal(thousandths: symbol.was), JSON.decimal(thousandths: symbol.now),
                (tuning.losses[value.symbol]?.area).map { TuningReport.percent($0) } ?? "-",
                [symbol.ground.words, companion].compactMap(\.self).joined(separator: "; "),
            ])
        }
        let more = tuning.values.count - limit
        return table.text(columns: columns)
            + (more > 0 ? "  (\(more) more; --limit or --format ndjson has them)\n" : "")
    }

    private func ham(_ limit: Int) -> String {
        let caught = tuning.caught(.ham)
        guard !caught.isEmpty else { return "No ham would be tagged or refused.\n" }
        var text = "Ham that the new policy would tag or refuse: \(caught.count)\n"
        for message in caught.prefix(limit) {
            let (was, now) = (tuning.former[Int(message.profile)], tuning.rulings[Int(message.profile)])
            let head = heads[message.number]
            let line =
                "  #\(message.number)  \(was.disposition.rawValue) → \(now.disposition.rawValue)  "
                + "\(JSON.decimal(thousandths: now.score))  \(head?.headerFrom ?? head?.mailFrom ?? "-")  "
                + (head?.subject ?? "(no subject)")
            text += TerminalText.safe(line, limit: 200) + "\n"
        }
        if caught.count > limit {
            text += "  (the first \(limit) of \(caught.count); --limit or --format ndjson has more)\n"
        }
        return text
    }
}

extension TunedSymbol.Ground {
    /// The ground in words, where it is not that the weight was learned.
    var words: String? {
        switch self {
        case .learned, .kept: nil
        case .capped: "at the cap"
        case .tooFewHits: "too few messages: left as it was"
        case .neutral: "weighs nothing (--weigh-neutral)"
        }
    }
}
