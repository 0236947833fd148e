import Values

/// What was learned, made ready to judge: a weight for each feature, and in how many messages it was met.
///
/// A model is read-only, and looked into where it lies, which may be a file's own pages. Features fall into a table by
/// their first bits; where two meet they share a weight, which the learning has seen and allowed for.
public struct BayesModel: Sendable {
    /// The file, or as much of it as is looked into.
    let contents: FileContents
    /// A place holds the weight (16 bits, times `scale`), the ham and the spam that had the feature (8 bits each).
    let table: ModelTable
    let scale: Float
    let bias: Float
    /// How many messages it was learned from.
    public let hamCount: Int
    public let spamCount: Int
    /// The first 16 hexadecimal digits of the checksum of its file: which model it is.
    public let id: String

    /// What a model makes of a message.
    public struct Judgement: Sendable {
        /// How likely the message is spam, from 0 to 1.
        public let probability: Double
        /// The logarithm of the odds that it is: the same, told apart where the probability is nearly 0 or 1.
        public let odds: Double
        /// How many features of the message the model knows, and how many there are.
        public let known: Int
        public let count: Int
    }

    /// A feature's share in a judgement.
    public struct Evidence: Sendable, Hashable {
        public let feature: UInt32
        /// What it adds to the logarithm of the odds: above 0 speaks for spam.
        public let weight: Double
        /// In how many messages of each kind it was met; exact up to 31, about right above.
        public let ham: Int
        public let spam: Int
    }

    /// Judges a message by its features.
    public func judge(_ features: MessageFeatures) -> Judgement {
        var sum = bias
        var known = 0
        contents.withSpan { file in
            for group in FeatureGroup.allCases {
                let list = features.groups[group.rawValue]
                var part: Float = 0
                for feature in list {
                    let entry = table.entry(place(feature, group), in: file)
                    part += Float(Int16(truncatingIfNeeded: entry))
                    if entry >> 16 != 0 { known += 1 }
                }
                sum += part * scale * group.share(of: list.count)
            }
        }
        let odds = Double(sum)
        return Judgement(
            probability: Logistic.probability(odds), odds: odds.isFinite ? odds : 0, known: known,
            count: features.count)
    }

    /// The features that weigh most for spam and for ham, the strongest first, at most `limit` of each.
    public func strongest(_ features: MessageFeatures, limit: Int) -> (spam: [Evidence], ham: [Evidence]) {
        var spam = Strongest(limit: limit)
        var ham = Strongest(limit: limit)
        contents.withSpan { file in
            for group in FeatureGroup.allCases {
                let list = features.groups[group.rawValue]
                let share = group.share(of: list.count)
                for feature in list {
                    let entry = table.entry(place(feature, group), in: file)
                    let weight = Double(Float(Int16(truncatingIfNeeded: entry)) * scale * share)
                    guard entry >> 16 != 0, weight != 0 else { continue }
                    let evidence = Evidence(
                        feature: feature, weight: weight, ham: SmallCount.value(UInt8(truncatingIfNeeded: entry >> 16)),
                        spam: SmallCount.value(UInt8(truncatingIfNeeded: entry >> 24)))
                    if weight > 0 { spam.add(evidence) } else { ham.add(evidence) }
                }
            }
        }
        return (spam.found, ham.found)
    }

    /// The features that weigh most of those that were added; the first numbers where several weigh the same.
    private struct Strongest {
        let limit: Int
        private(set) var found: [Evidence] = []

        init(limit: Int) { self.limit = limit }

        mutating func add(_ evidence: Evidence) {
            if found.count == limit, let last = found.last, !Strongest.isBefore(evidence, last) { return }
            let place = found.firstIndex { Strongest.isBefore(evidence, $0) } ?? found.endIndex
            found.insert(evidence, at: place)
            if found.count > limit { found.removeLast() }
        }

        private static func isBefore(_ left: Evidence, _ right: Evidence) -> Bool {
            left.weight == right.weight ? left.feature < right.feature : abs(left.weight) > abs(right.weight)
        }
    }

    private func place(_ feature: UInt32, _ group: FeatureGroup) -> Int {
        BayesModel.place(feature, group, bits: table.bits)
    }

    /// Where a feature stands in a table of 2 to the `bits` places.
    @inline(__always)
    static func place(_ feature: UInt32, _ group: FeatureGroup, bits: Int) -> Int {
        let mixed = (feature &+ UInt32(group.rawValue) &* 0x0100_0193) &* 0x9E37_79B1
        return Int(mixed >> UInt32(32 - bits))
    }
}

extension FeatureGroup {
    /// The say of the group, by measurement on mail of one time judged by what was learned of an earlier one, and on
    /// mail of sources that were not learned from.
    var emphasis: Float {
        switch self {
        case .words, .pairs: 1.5
        case .subject, .addresses: 1
        case .header: 0.75
        case .structure: 0.5
        }
    }

    /// What each of `count` features of the group counts: with it the group has one length however many there are.
    func share(of count: Int) -> Float { count == 0 ? 0 : emphasis / Float(count).squareRoot() }
}

/// The logistic function in operations that give the same bits on every machine, so that learning does too.
enum Logistic {
    /// How likely what has these logarithmic odds is.
    static func probability(_ odds: Double) -> Double {
        guard odds.isFinite else { return 0.5 }
        let power = exponential(-min(max(odds, -30), 30))
        return 1 / (1 + power)
    }

    /// e to the power of `x`, |x| ≤ 30, by halving the exponent until a short series is exact enough.
    private static func exponential(_ x: Double) -> Double {
        let step = x / 64
        var (term, sum) = (1.0, 1.0)
        for index in 1...12 {
            term = term * step / Double(index)
            sum += term
        }
        for _ in 0..<6 { sum *= sum }
        return sum
    }
}

/// Counts in eight bits: exact up to 31, above that with four bits of precision.
enum SmallCount {
    static func byte(_ value: Int) -> UInt8 {
        guard value > 31 else { return UInt8(clamping: value) }
        let exponent = min(Int.bitWidth - 1 - value.leadingZeroBitCount, 17)
        // 32 has the exponent 5; sixteen steps for each power of two.
        let mantissa = min((value >> (exponent - 4)) & 15, 15)
        return UInt8(clamping: 32 + (exponent - 5) * 16 + mantissa)
    }

    static func value(_ byte: UInt8) -> Int {
        guard byte >= 32 else { return Int(byte) }
        let exponent = (Int(byte) - 32) / 16 + 5
        return (16 + (Int(byte) - 32) % 16) << (exponent - 4)
    }
}
