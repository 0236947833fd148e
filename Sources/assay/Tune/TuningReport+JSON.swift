import Cases
import Screening
import Tuning
import Values

extension TuningReport {
    /// An object a line: the results, each threshold tried, each symbol, each ham that would be caught.
    var json: [JSON] {
        guard let group else { return ungrouped }
        return ungrouped.map { line in
            guard case .object(var members) = line else { return line }
            members["group"] = .string(group)
            return .object(members)
        }
    }

    private var ungrouped: [JSON] {
        let tuned = Dictionary(tuning.symbols.map { ($0.symbol, $0) }, uniquingKeysWith: { first, _ in first })
        var lines: [JSON] = [
            .object([
                "kind": .string("results"), "base": .string(base),
                "learned_from": .object(["ham": .integer(tuning.older.ham), "spam": .integer(tuning.older.spam)]),
                "told_for": .object(["ham": .integer(tuning.newer.ham), "spam": .integer(tuning.newer.spam)]),
                "before": tuning.before.json, "after": tuning.after.json,
                "thresholds": .object(
                    Dictionary(
                        tuning.thresholds.map { ($0.disposition.rawValue, JSON.thousandths($0.now)) },
                        uniquingKeysWith: { first, _ in first })),
            ])
        ]
        lines += tuning.sweep.points.map { point in
            .object([
                "kind": .string("threshold"), "score": .thousandths(point.threshold),
                "ham_caught": .integer(point.falsePositives), "spam_caught": .integer(point.truePositives),
                "ham": .integer(point.ham), "spam": .integer(point.spam),
                "cost": .thousandths(Int((point.cost(ofFalsePositive: costRatio) * 1000).rounded())),
            ])
        }
        lines += tuning.values.compactMap { value in
            guard let symbol = tuned[value.symbol] else { return nil }
            return .object([
                "kind": .string("symbol"), "symbol": .string(value.symbol.name), "ham": .integer(value.ham.count),
                "spam": .integer(value.spam.count), "spam_odds": value.spamOdds.map(JSON.rounded) ?? .null,
                "information_gain": JSON.rounded(value.informationGain), "was": .thousandths(symbol.was),
                "now": .thousandths(symbol.now), "ground": .string(symbol.ground.name),
                "auc_loss_percent": (tuning.losses[value.symbol]?.area).map { JSON.rounded($0 * 100) } ?? .null,
                "spam_missed_without": tuning.losses[value.symbol].map { .integer($0.missedSpam) } ?? .null,
                "ham_spared_without": tuning.losses[value.symbol].map { .integer($0.sparedHam) } ?? .null,
                "companion": JSON(value.companion?.symbol.name),
                "companion_share": value.companion.map { JSON.rounded($0.share) } ?? .null,
            ])
        }
        lines += tuning.actions.map { action in
            .object([
                "kind": .string("action"), "symbol": .string(action.symbol.name), "was": .string(action.was.rawValue),
                "now": .string(Action.score.rawValue), "ham": .integer(action.ham.count),
                "spam": .integer(action.spam.count),
            ])
        }
        lines += tuning.caught(.ham).map { message in
            let (was, now) = (tuning.former[Int(message.profile)], tuning.rulings[Int(message.profile)])
            let head = heads[message.number]
            return .object([
                "kind": .string("false_positive"), "message": .integer(message.number), "id": JSON(head?.id),
                "source": JSON(head?.source), "was": .string(was.disposition.rawValue),
                "now": .string(now.disposition.rawValue), "score": .thousandths(now.score),
                "header_from": JSON(head?.headerFrom), "subject": JSON(head?.subject),
            ])
        }
        return lines
    }
}

extension Evaluation {
    fileprivate var json: JSON {
        var members: [String: JSON] = [
            "ham_refused": refusedHam.json, "ham_caught": caughtHam.json, "spam_refused": refusedSpam.json,
            "spam_missed": missedSpam.json,
            "auc_percent": areaUnderCurve.map { JSON.rounded($0 * 100) } ?? .null,
        ]
        for share in TuningReport.equalShares {
            let name = "spam_missed_at_\(JSON.decimal(thousandths: Int((share * 100_000).rounded())))_percent_of_ham"
            members[name] = missedSpam(atFalsePositives: share)?.json ?? .null
        }
        return .object(members)
    }
}

extension Share {
    /// Count, total, and percentages with three decimals.
    fileprivate var json: JSON {
        .object([
            "count": .integer(count), "of": .integer(total), "percent": value.map { JSON.rounded($0 * 100) } ?? .null,
            "low": interval.map { JSON.rounded($0.lowerBound * 100) } ?? .null,
            "high": interval.map { JSON.rounded($0.upperBound * 100) } ?? .null,
        ])
    }
}

extension JSON {
    /// A number with three decimals.
    fileprivate static func rounded(_ value: Double) -> JSON { .thousandths(Int((value * 1000).rounded())) }
}

extension TunedSymbol.Ground {
    fileprivate var name: String {
        switch self {
        case .learned: "learned"
        case .capped: "capped"
        case .tooFewHits: "too-few-hits"
        case .neutral: "neutral"
        case .kept: "kept"
        }
    }
}
