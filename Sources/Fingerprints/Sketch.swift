/// A MinHash signature: from two of them follows how much of what makes up one document also makes up the other, and
/// near-copies have some of its bands in common (Broder 1997; Leskovec, Rajaraman and Ullman, ch. 3).
public struct Sketch: Sendable, Hashable {
    /// Values of a signature.
    static let length = 64
    /// Bands that near-copies are found by.
    public static let bandCount = 24
    /// Values that make a band: two, so that half of what is alike to a third is found by a band, and what is not alike
    /// is seldom looked at.
    private static let rows = 2
    /// Features that are looked at: of more, those with the least hashes, which are a fair sample and the same one in
    /// every copy.
    static let mostFeatures = 1024

    private let values: [UInt32]

    /// The signature of a set of features; nil where there are fewer than `minimum`.
    init?(_ features: Set<UInt64>, minimum: Int) {
        guard features.count >= max(minimum, 1) else { return nil }
        var sample = Array(features)
        if sample.count > Sketch.mostFeatures {
            sample.sort()
            sample.removeSubrange(Sketch.mostFeatures...)
        }
        var values = [UInt32](repeating: .max, count: Sketch.length)
        for feature in sample {
            for index in 0..<Sketch.length {
                let (factor, term) = Sketch.functions[index]
                values[index] = min(values[index], UInt32(truncatingIfNeeded: (feature &* factor &+ term) >> 32))
            }
        }
        self.values = values
    }

    /// Multipliers, which are odd, and summands of the hash functions: pseudo-random, and the same everywhere.
    private static let functions: [(UInt64, UInt64)] = (0..<length).map { index in
        (Hash.mixed(UInt64(index) * 2 + 1) | 1, Hash.mixed(UInt64(index) * 2 + 2))
    }

    /// What the signature is known by: near-copies have another, copies of the same features the same.
    public var name: String { Hash.text(values.reduce(Hash.start) { Hash.adding(UInt64($1), to: $0) }) }

    /// Keys of which near-copies have some in common, in an order that is the same for all.
    public var bands: [String] {
        (0..<Sketch.bandCount).map { band in
            let rows = values[band * Sketch.rows..<(band + 1) * Sketch.rows]
            let hash = rows.reduce(Hash.adding(UInt64(band), to: Hash.start)) { Hash.adding(UInt64($1), to: $0) }
            return Hash.text(hash)
        }
    }

    /// The signature in as few letters as comparing takes: a byte a value, in hexadecimal.
    public var compact: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(Sketch.length * 2)
        for value in values { text += [digits[Int(value >> 4 & 15)], digits[Int(value & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// How much is common to this and the document that has the compact form `other`, in percent of what either has;
    /// nil when `other` is no compact form.
    public func similarity(to other: some StringProtocol) -> Int? {
        let (mine, other) = (Array(compact.utf8), Array(other.utf8))
        guard other.count == mine.count else { return nil }
        var equal = 0
        for index in stride(from: 0, to: mine.count, by: 2)
        where mine[index] == other[index] && mine[index + 1] == other[index + 1] {
            equal += 1
        }
        // One byte in 256 is equal by chance.
        return max(0, (equal * 256 - Sketch.length) * 100 / (Sketch.length * 255))
    }
}
