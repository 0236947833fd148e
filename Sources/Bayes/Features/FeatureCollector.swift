/// Takes features in, each once, up to a limit; and the texts of those that evidence is to name.
struct FeatureCollector {
    private(set) var features = MessageFeatures()
    /// Texts of wanted features, by feature.
    private(set) var names: [UInt32: String] = [:]
    private let wanted: Set<UInt32>
    private let isNaming: Bool
    /// Which last bits wanted features have: most features are passed over without looking them up.
    private let hints: [Bool]

    /// Open addressing over features and groups; a slot of zero is free.
    private var seen: [UInt32]
    private var count = 0

    private static let slots = 1 << 14
    /// The most features of a message.
    static let limit = 6_000

    /// A collector that remembers the texts of features in `wanted`.
    init(naming wanted: Set<UInt32> = []) {
        self.wanted = wanted
        isNaming = !wanted.isEmpty
        var hints = [Bool](repeating: false, count: 1_024)
        for feature in wanted { hints[Int(feature & 1_023)] = true }
        self.hints = hints
        seen = Array(repeating: 0, count: FeatureCollector.slots)
    }

    /// The features taken in so far; the collector is ready for another message.
    mutating func finish() -> MessageFeatures {
        let result = features
        features = MessageFeatures()
        count = 0
        for slot in seen.indices { seen[slot] = 0 }
        return result
    }

    /// Adds the token with this hash as a feature of `kind`; `name` gives its text.
    @inline(__always)
    mutating func add(_ kind: FeatureKind, _ hash: UInt64, name: @autoclosure () -> String) {
        let feature = FeatureHash.feature(kind, hash)
        guard insert(feature | UInt32(kind.group.rawValue + 1) << 24) else { return }
        features.groups[kind.group.rawValue].append(feature)
        if isNaming, hints[Int(feature & 1_023)], wanted.contains(feature), names[feature] == nil {
            names[feature] = kind.label + name()
        }
    }

    /// Adds `text` as a feature of `kind`.
    mutating func add(_ kind: FeatureKind, _ text: String) {
        add(kind, FeatureHash.of(text), name: text)
    }

    /// Adds `name` with the size of `value`: nothing, one, two, and from there on each power of two.
    mutating func add(_ kind: FeatureKind, _ name: String, sized value: Int) {
        let bucket = value <= 0 ? 0 : Int.bitWidth - value.leadingZeroBitCount
        add(kind, "\(name)~\(bucket == 0 ? 0 : 1 << (bucket - 1))")
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
