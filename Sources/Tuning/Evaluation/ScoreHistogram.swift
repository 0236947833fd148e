/// How much ham and spam has which score: all that thresholds act upon.
public struct ScoreHistogram: Sendable {
    /// The messages with one score.
    public struct Bin: Sendable, Hashable {
        /// The score, in thousandths of a point; `Int.max` for what is refused whatever its score.
        public let score: Int
        /// Ham with this score.
        public internal(set) var ham: Int
        /// Spam with this score.
        public internal(set) var spam: Int
    }

    /// The bins that hold a message, lowest score first.
    public let bins: [Bin]
    /// All ham.
    public let ham: Int
    /// All spam.
    public let spam: Int

    /// The histogram of messages with these scores; equal scores may come more than once.
    public init(_ counts: [(score: Int, ham: Int, spam: Int)]) {
        var bins: [Bin] = []
        for entry in counts.sorted(by: { $0.score < $1.score }) where entry.ham + entry.spam > 0 {
            if let last = bins.indices.last, bins[last].score == entry.score {
                bins[last].ham += entry.ham
                bins[last].spam += entry.spam
            } else {
                bins.append(Bin(score: entry.score, ham: entry.ham, spam: entry.spam))
            }
        }
        self.bins = bins
        (ham, spam) = (bins.reduce(0) { $0 + $1.ham }, bins.reduce(0) { $0 + $1.spam })
    }

    /// The probability that a spam has a higher score than a ham, equal scores counting half: the area below the ROC
    /// curve. Nil where either class is empty.
    public var areaUnderCurve: Double? {
        guard ham > 0, spam > 0 else { return nil }
        var (below, won) = (0.0, 0.0)
        for bin in bins {
            won += Double(bin.spam) * (below + Double(bin.ham) / 2)
            below += Double(bin.ham)
        }
        return won / (Double(ham) * Double(spam))
    }
}
