import Cases
import Screening
import Tuning

/// The messages of a run that a reader should look at first: ham that was caught, spam that was not, then the rest by
/// how near they came to another fate.
struct TellingMessages {
    private let limit: Int
    private var chosen: [Rank: [Int]] = [:]

    private enum Rank: Int, CaseIterable {
        case caughtHam, missedSpam, refused, caught, passed
    }

    init(limit: Int) { self.limit = limit }

    mutating func add(_ fate: CaseFile.MessageFate, _ label: RunFindings.Label) {
        let disposition = fate.disposition ?? .accept
        let rank: Rank =
            switch (label, disposition) {
            case (.ham, let fate) where fate > .accept: .caughtHam
            case (.spam, .accept): .missedSpam
            case (_, let fate) where fate.isTerminal: .refused
            case (_, .accept): .passed
            default: .caught
            }
        if chosen[rank, default: []].count < limit { chosen[rank, default: []].append(fate.number) }
    }

    /// Half of the places go to mistakes where there are as many; the rest are shared by what else there is.
    var numbers: [Int] {
        var left = limit
        var numbers: [Int] = []
        for rank in Rank.allCases {
            let ranksLeft = Rank.allCases.count - rank.rawValue
            let share = rank == .passed ? left : max(left * 2 / (ranksLeft + 1), 0)
            let taken = (chosen[rank] ?? []).prefix(share)
            numbers += taken
            left -= taken.count
        }
        return numbers.sorted()
    }
}
