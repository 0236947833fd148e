/// What the features of a message were read from: those that evidence tells of are named, without another look at the
/// message.
public struct FeatureNames: Sendable {
    /// Where a feature stood.
    private struct Origin: Sendable {
        let feature: UInt32
        let kind: FeatureKind
        let place: Place
    }

    /// Where the text of a feature lies.
    private enum Place: Sendable {
        case label(Int)
        case word(text: Int, Range<Int32>)
        case pair(text: Int, Range<Int32>, Range<Int32>, distance: Int)
    }

    private var origins: [Origin] = []
    private var labels: [String] = []
    private var texts: [[UInt8]] = []

    /// The names of those features that are in `wanted`, each as it was met first.
    public func names(of wanted: Set<UInt32>) -> [UInt32: String] {
        // Which last bits wanted features have: most features are passed over without looking them up.
        var hints = [Bool](repeating: false, count: 1_024)
        for feature in wanted { hints[Int(feature & 1_023)] = true }
        var names: [UInt32: String] = [:]
        for origin in origins where hints[Int(origin.feature & 1_023)] {
            guard wanted.contains(origin.feature), names[origin.feature] == nil else { continue }
            names[origin.feature] = origin.kind.label + shown(origin.place)
        }
        return names
    }

    private func shown(_ place: Place) -> String {
        switch place {
        case .label(let index): labels[index]
        case .word(let text, let range): shown(range, of: text)
        case .pair(let text, let first, let second, let distance):
            shown(first, of: text) + String(repeating: " …", count: distance - 1) + " " + shown(second, of: text)
        }
    }

    private func shown(_ range: Range<Int32>, of text: Int) -> String {
        let bytes = texts[text]
        let range = Int(range.lowerBound)..<Int(range.upperBound)
        return String(decoding: bytes[range.clamped(to: 0..<bytes.count)].prefix(60), as: UTF8.self)
    }

    /// The words that are noted next are those of `text`.
    mutating func begin(_ text: [UInt8]) { texts.append(text) }

    mutating func note(_ feature: UInt32, _ kind: FeatureKind, label: String) {
        origins.append(Origin(feature: feature, kind: kind, place: .label(labels.count)))
        labels.append(label)
    }

    mutating func note(_ feature: UInt32, _ kind: FeatureKind, word: Range<Int>) {
        origins.append(
            Origin(feature: feature, kind: kind, place: .word(text: texts.count - 1, FeatureNames.packed(word))))
    }

    mutating func note(
        _ feature: UInt32, _ kind: FeatureKind, _ first: Range<Int>, _ second: Range<Int>, distance: Int
    ) {
        let place = Place.pair(
            text: texts.count - 1, FeatureNames.packed(first), FeatureNames.packed(second), distance: distance)
        origins.append(Origin(feature: feature, kind: kind, place: place))
    }

    /// No text of a message that words are taken from comes near 2 GB.
    private static func packed(_ range: Range<Int>) -> Range<Int32> {
        Int32(clamping: range.lowerBound)..<Int32(clamping: range.upperBound)
    }
}
