import Glibc
import Screening

/// What a symbol tells about messages: how often it is found in ham and in spam, and how much that helps.
public struct SymbolValue: Sendable {
    /// The symbol.
    public let symbol: Symbol
    /// Ham with it.
    public let ham: Share
    /// Spam with it.
    public let spam: Share
    /// What knowing it tells about the label, in bits.
    public let informationGain: Double
    /// The symbol that is found most often in the same messages, and the share of this one's messages that have it; none
    /// that most mail has anyway, whatever else is found in it.
    public let companion: (symbol: Symbol, share: Double)?

    /// The share of spam among its messages if there were as much ham as spam (S/O); nil when it was not found.
    public var spamOdds: Double? {
        guard let inSpam = spam.value, let inHam = ham.value, inSpam + inHam > 0 else { return nil }
        return inSpam / (inSpam + inHam)
    }
}

extension RunFindings {
    /// The value of each symbol for `counts` of messages by profile and label, most telling first.
    public func symbolValues(_ counts: LabelledCounts) -> [SymbolValue] {
        let symbols = Set(kinds.map(\.symbol)).sorted()
        let places = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, $0) })
        var found = Array(repeating: (ham: 0, spam: 0), count: symbols.count)
        var together = PairCounts(symbols.count)
        for (profile, count) in counts.byProfile.enumerated() where count.ham + count.spam > 0 {
            let present = Set(profiles[profile].kinds.compactMap { places[kinds[Int($0)].symbol] }).sorted()
            for place in present {
                found[place].ham += count.ham
                found[place].spam += count.spam
            }
            together.add(present, count.ham + count.spam)
        }
        let labelled = counts.ham + counts.spam
        let common = Set(symbols.indices.filter { (found[$0].ham + found[$0].spam) * 10 >= labelled * 8 })
        return symbols.indices.filter { found[$0].ham + found[$0].spam > 0 }.map { place in
            let (ham, spam) = found[place]
            let companion = together.companion(of: place, except: common).map { other, count in
                (symbol: symbols[other], share: Double(count) / Double(ham + spam))
            }
            return SymbolValue(
                symbol: symbols[place], ham: Share(ham, of: counts.ham), spam: Share(spam, of: counts.spam),
                informationGain: informationGain(ham, spam, of: counts), companion: companion)
        }.sorted { left, right in
            left.informationGain != right.informationGain
                ? left.informationGain > right.informationGain : left.symbol < right.symbol
        }
    }

    private func informationGain(_ ham: Int, _ spam: Int, of counts: LabelledCounts) -> Double {
        func entropy(_ one: Int, _ other: Int) -> Double {
            let total = Double(one + other)
            return [one, other].filter { $0 > 0 }.reduce(0) { $0 - Double($1) / total * log2(Double($1) / total) }
        }
        let (with, without) = (ham + spam, counts.ham + counts.spam - ham - spam)
        let all = Double(with + without)
        guard all > 0 else { return 0 }
        let left = Double(with) / all * entropy(ham, spam)
        let right = Double(without) / all * entropy(counts.ham - ham, counts.spam - spam)
        return max(0, entropy(counts.ham, counts.spam) - left - right)
    }
}

/// How many messages have two symbols, for each pair that occurs.
private struct PairCounts {
    private var counts: [[Int: Int]]

    init(_ symbols: Int) { counts = Array(repeating: [:], count: symbols) }

    mutating func add(_ present: [Int], _ messages: Int) {
        for one in present { for other in present where other != one { counts[one][other, default: 0] += messages } }
    }

    func companion(of place: Int, except common: Set<Int>) -> (other: Int, count: Int)? {
        counts[place].filter { !common.contains($0.key) }.max { ($0.value, $1.key) < ($1.value, $0.key) }.map {
            ($0.key, $0.value)
        }
    }
}
