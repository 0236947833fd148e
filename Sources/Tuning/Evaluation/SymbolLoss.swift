import Screening

/// What the score would lose without a symbol: the same weights, thresholds and messages, and this symbol never found.
public struct SymbolLoss: Sendable, Hashable {
    /// By how much the area below the ROC curve would shrink; nil where a class is empty.
    public let area: Double?
    /// How much more spam would be let through.
    public let missedSpam: Int
    /// How much less ham would be tagged or refused.
    public let sparedHam: Int
}

extension RunFindings {
    /// What each symbol that weighs something is worth to the score: `scores` and `isForced` by profile, the weights in
    /// thousandths of a point, and the score from which on mail is caught.
    func losses(
        _ counts: LabelledCounts, scores: [Int], isForced: [Bool], weights: [Symbol: Int], caughtFrom threshold: Int
    ) -> [Symbol: SymbolLoss] {
        // Profiles by the symbols in them, with how often; what is refused whatever its score loses nothing.
        var users: [Symbol: [(profile: Int, count: Int)]] = [:]
        for (place, profile) in profiles.enumerated() where !isForced[place] {
            let labelled = counts.byProfile[place]
            guard labelled.ham + labelled.spam > 0 else { continue }
            var occurrences: [Symbol: Int] = [:]
            for kind in profile.kinds { occurrences[kinds[Int(kind)].symbol, default: 0] += 1 }
            for (symbol, count) in occurrences where weights[symbol, default: 0] != 0 {
                users[symbol, default: []].append((place, count))
            }
        }
        var bins: [Int: (ham: Int, spam: Int)] = [:]
        for (place, count) in counts.byProfile.enumerated() where count.ham + count.spam > 0 {
            let score = isForced[place] ? Int.max : scores[place]
            bins[score, default: (0, 0)].ham += count.ham
            bins[score, default: (0, 0)].spam += count.spam
        }
        func histogram(_ bins: [Int: (ham: Int, spam: Int)]) -> ScoreHistogram {
            ScoreHistogram(bins.map { ($0.key, $0.value.ham, $0.value.spam) })
        }
        let whole = histogram(bins).areaUnderCurve
        return users.reduce(into: [:]) { losses, entry in
            let (symbol, places) = entry
            var changed = bins
            var (missed, spared) = (0, 0)
            for (place, count) in places {
                let (was, labelled) = (scores[place], counts.byProfile[place])
                let now = was - weights[symbol, default: 0] * count
                changed[was]?.ham -= labelled.ham
                changed[was]?.spam -= labelled.spam
                changed[now, default: (0, 0)].ham += labelled.ham
                changed[now, default: (0, 0)].spam += labelled.spam
                guard (was >= threshold) != (now >= threshold) else { continue }
                missed += was >= threshold ? labelled.spam : -labelled.spam
                spared += was >= threshold ? labelled.ham : -labelled.ham
            }
            let area = histogram(changed).areaUnderCurve
            losses[symbol] = SymbolLoss(
                area: whole.flatMap { whole in area.map { whole - $0 } }, missedSpam: missed, sparedHam: spared)
        }
    }

    /// The findings of the messages that `isMeant` takes by their numbers.
    public func messages(where isMeant: (Int) -> Bool) -> RunFindings {
        RunFindings(kinds: kinds, profiles: profiles, messages: messages.filter { isMeant($0.number) })
    }
}
