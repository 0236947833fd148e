/// Takes features in, each once, up to a limit.
struct FeatureCollector {
    private(set) var features = MessageFeatures()
    /// What each feature was read from; nil where nobody asks.
    private var names: FeatureNames?

    /// Open addressing over features and groups; a slot of zero is free.
    private var seen = [UInt32](repeating: 0, count: FeatureCollector.slots)
    private var count = 0

    private static let slots = 1 << 14
    /// The most features of a message.
    static let limit = 6_000

    /// From now on what features are read from is kept until they are taken.
    mutating func keepNames() { names = FeatureNames() }

    /// The features taken in so far, and what they were read from; the collector is ready for another message.
    mutating func finish() -> (MessageFeatures, FeatureNames?) {
        let result = (features, names)
        (features, names, count) = (MessageFeatures(), nil, 0)
        for slot in seen.indices { seen[slot] = 0 }
        return result
    }

    /// The words that are added next are those of `text`.
    mutating func begin(_ text: [UInt8]) { names?.begin(text) }

    /// Adds `text` as a feature of `kind`.
    mutating func add(_ kind: FeatureKind, _ text: String) {
        guard let feature = take(kind, FeatureHash.of(text)) else { return }
        names?.note(feature, kind, label: text)
    }

    /// Adds `name` with the size of `value`: nothing, one, two, and from there on each power of two.
    mutating func add(_ kind: FeatureKind, _ name: String, sized value: Int) {
        let bucket = value <= 0 ? 0 : Int.bitWidth - value.leadingZeroBitCount
        add(kind, "\(name)~\(bucket == 0 ? 0 : 1 << (bucket - 1))")
    }

    /// Adds the word with this hash, which stands at `range` of the text.
    @inline(__always)
    mutating func add(_ kind: FeatureKind, word hash: UInt64, at range: Range<Int>) {
        guard let feature = take(kind, hash) else { return }
        names?.note(feature, kind, word: range)
    }

    /// Adds two words, `distance` apart, as the feature with this hash.
    @inline(__always)
    mutating func add(
        _ kind: FeatureKind, pair hash: UInt64, _ first: Range<Int>, _ second: Range<Int>, distance: Int
    ) {
        guard let feature = take(kind, hash) else { return }
        names?.note(feature, kind, first, second, distance: distance)
    }

    /// The feature that a token is, where it was not there before.
    @inline(__always)
    private mutating func take(_ kind: FeatureKind, _ hash: UInt64) -> UInt32? {
        let feature = FeatureHash.feature(kind, hash)
        guard insert(feature | UInt32(kind.group.rawValue + 1) << 24) else { return nil }
        features.groups[kind.group.rawValue].append(feature)
        return feature
    }

    private mutating func insert(_ key: UInt32) -> Bool {
        guard count < FeatureCollector.limit else { return false }
        var slot = Int(key &* 0x9E37_79B1) & (FeatureCollector.slots - 1)
        while seen[slot] != 0 {
            if seen[slot] == key { return false }
            slot = (slot + 1) & (FeatureCollector.slots - 1)
        }
        seen[slot] = key
        count += 1
        return true
    }
}
