import Screening

/// How a policy does on labelled messages.
public struct Evaluation: Sendable {
    /// Ham that is refused.
    public let refusedHam: Share
    /// Ham that is tagged, kept aside or refused.
    public let caughtHam: Share
    /// Spam that is refused.
    public let refusedSpam: Share
    /// Spam that is let through untagged.
    public let missedSpam: Share
    /// The area below the ROC curve of the score; nil where a class is empty.
    public let areaUnderCurve: Double?
    /// The scores.
    public let histogram: ScoreHistogram

    /// Spam let through by the threshold at which no more than this share of ham is caught.
    public func missedSpam(atFalsePositives limit: Double) -> Share? {
        histogram.missedSpam(atFalsePositives: limit)
    }

    /// How `rulings`, one for each profile, do on `counts`. What is refused before its score counts (`isForced`) has
    /// the highest score of all.
    init(_ rulings: [Ruling], isForced: [Bool], on counts: LabelledCounts) {
        var (refused, caught) = ((ham: 0, spam: 0), (ham: 0, spam: 0))
        var scores: [(score: Int, ham: Int, spam: Int)] = []
        for (profile, count) in counts.byProfile.enumerated() where count.ham + count.spam > 0 {
            let ruling = rulings[profile]
            if ruling.disposition.isTerminal {
                refused.ham += count.ham
                refused.spam += count.spam
            }
            if ruling.disposition > .accept {
                caught.ham += count.ham
                caught.spam += count.spam
            }
            scores.append((isForced[profile] ? .max : ruling.score, count.ham, count.spam))
        }
        refusedHam = Share(refused.ham, of: counts.ham)
        caughtHam = Share(caught.ham, of: counts.ham)
        refusedSpam = Share(refused.spam, of: counts.spam)
        missedSpam = Share(counts.spam - caught.spam, of: counts.spam)
        histogram = ScoreHistogram(scores)
        areaUnderCurve = histogram.areaUnderCurve
    }
}
