extension ScoreHistogram {
    /// Spam let through by the lowest threshold that catches no more than this share of ham; nil where a class is empty.
    /// A spam with the score of a ham that is let through is let through too.
    public func missedSpam(atFalsePositives limit: Double) -> Share? {
        guard ham > 0, spam > 0 else { return nil }
        let most = Int((limit * Double(ham)).rounded(.down))
        var (caught, missed) = (0, spam)
        for bin in bins.reversed() {
            caught += bin.ham
            guard caught <= most else { break }
            missed -= bin.spam
        }
        return Share(missed, of: spam)
    }

    /// The share of the area below the ROC curve that lies where no more than `limit` of ham is caught: how much spam is
    /// caught on average at so few mistakes. Nil where a class is empty.
    func areaUnderCurve(upTo limit: Double) -> Double? {
        guard ham > 0, spam > 0, limit > 0 else { return nil }
        let most = limit * Double(ham)
        var (area, hams, spams) = (0.0, 0.0, 0.0)
        for bin in bins.reversed() {
            let step = min(Double(bin.ham), most - hams)
            // Within equal scores the curve is straight.
            let share = bin.ham > 0 ? step / Double(bin.ham) : 1
            area += step * (spams + share * Double(bin.spam) / 2)
            hams += step
            spams += Double(bin.spam)
            if hams >= most, bin.ham > 0 { break }
        }
        return area / (most * Double(spam))
    }
}
