import Values

/// Texts of which a subject has one at least, without regard to the case of ASCII letters.
struct Literals: Hashable {
    /// In ascending order, each once, letters small.
    private(set) var texts: [[UInt8]]
    /// Bytes of which any will do instead of them.
    private(set) var accepted = ByteClass()

    /// How many times over a subject has one, each time elsewhere.
    private(set) var least = 1

    /// Whether several matches may have the same one, as an assertion looks at what others match.
    private(set) var isShared = false

    /// How many are kept where they are put one after another, and how many where they are alternatives.
    static let productLimit = 128
    static let unionLimit = 4_096
    /// The longest that is put together.
    private static let longest = 24
    /// The longest that is looked for: more tells no more.
    private static let longestSought = 12

    /// The text of no length, which everything has.
    static let empty = Literals([[]])

    init(_ texts: [[UInt8]], accepting accepted: ByteClass = ByteClass()) {
        (self.texts, self.accepted) = (Literals.sorted(texts), accepted)
    }

    private static func sorted(_ texts: [[UInt8]]) -> [[UInt8]] {
        guard texts.count > 1 else { return texts }
        var result: [[UInt8]] = []
        result.reserveCapacity(texts.count)
        for text in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }) where text != result.last {
            result.append(text)
        }
        return result
    }

    /// Whether every subject has one.
    var isVoid: Bool { texts.contains { $0.isEmpty } }

    /// Each text followed by each of `other`; nil when they are too many.
    func followed(by other: Literals) -> Literals? {
        if other == .empty { return self }
        if self == .empty { return other }
        if let product = product(other) { return product }
        // Of obfuscated letters, those of ASCII are few.
        return withoutEightBit.product(other.withoutEightBit)
    }

    private func product(_ other: Literals) -> Literals? {
        guard texts.count * other.texts.count <= Literals.productLimit,
            (texts.lazy.map(\.count).max() ?? 0) + (other.texts.lazy.map(\.count).max() ?? 0) <= Literals.longest
        else { return nil }
        return Literals(
            texts.flatMap { first in other.texts.map { first + $0 } }, accepting: accepted.union(other.accepted))
    }

    /// The texts in ASCII; for each of the others, its first byte that is not.
    var withoutEightBit: Literals {
        var result = Literals([], accepting: accepted)
        for text in texts {
            if let byte = text.first(where: { $0 >= 0x80 }) {
                result.accepted.insert(byte)
            } else {
                result.texts.append(text)
            }
        }
        return result
    }

    /// What has one of either; nil when they are too many.
    static func union(_ parts: [Literals]) -> Literals? {
        guard parts.reduce(0, { $0 + $1.texts.count }) <= unionLimit else { return nil }
        var result = Literals(parts.flatMap(\.texts), accepting: parts.reduce(ByteClass()) { $0.union($1.accepted) })
        result.least = parts.map(\.least).min() ?? 1
        result.isShared = parts.contains(where: \.isShared)
        return result
    }

    /// What has one so many times as often.
    func times(_ count: Int) -> Literals {
        guard !isShared else { return self }
        var result = self
        result.least = min(least * min(count, Literals.mostTimes), Literals.mostTimes)
        return result
    }

    private static let mostTimes = 16

    /// What an assertion has seen.
    var shared: Literals {
        var result = self
        (result.isShared, result.least) = (true, 1)
        return result
    }

    /// As they are looked for: none too long, and none that begins with another.
    var sought: Literals {
        var result = Literals(texts.map { Array($0.prefix(Literals.longestSought)) })
        var kept: [[UInt8]] = []
        for text in result.texts where !(kept.last.map { text.starts(with: $0) } ?? false) { kept.append(text) }
        result.texts = kept
        (result.accepted, result.least, result.isShared) = (accepted, least, isShared)
        return result
    }

    /// How likely it is that one of them begins at a place of a text, roughly.
    var likelihood: Double {
        texts.reduce(accepted.members.reduce(0) { $0 + Literals.acceptedLikelihood($1) }) { sum, text in
            sum + text.prefix(Literals.longestSought).reduce(1) { $0 * Literals.frequencies[Int($1)] }
        }
    }

    /// Whether a subject that has one of `other` has one of these: these add nothing.
    func isImplied(by other: Literals) -> Bool {
        if self == other { return true }
        guard least <= other.least, other.accepted.union(accepted) == accepted,
            texts.count * other.texts.count <= 20_000
        else { return false }
        return other.texts.allSatisfy { text in texts.contains { text.contains($0) } }
    }

    // Text is in ASCII, or has many bytes that are not.
    private static func acceptedLikelihood(_ byte: UInt8) -> Double {
        byte < 0x80 ? frequencies[Int(byte)] : 0.000_004
    }

    /// How often bytes occur in mail.
    private static let frequencies: [Double] = {
        var result = [Double](repeating: 0.0004, count: 256)
        let letters: [(String, Double)] = [
            (" ", 0.15), ("e", 0.085), ("t", 0.065), ("a", 0.06), ("o", 0.06), ("in", 0.055), ("sr", 0.05),
            ("lh", 0.035), ("dc", 0.03), ("um", 0.025), ("p", 0.022), ("fgy", 0.016), ("bw", 0.013), ("v", 0.009),
            ("k", 0.007), ("x", 0.004), ("j", 0.003), ("qz", 0.002), ("0123456789", 0.006), (".", 0.015),
            (",:-/=<>\n", 0.009), ("\"", 0.006), ("'();_", 0.002),
        ]
        for (bytes, frequency) in letters { for byte in bytes.utf8 { result[Int(byte)] = frequency } }
        return result
    }()
}

extension [UInt8] {
    fileprivate func contains(_ other: [UInt8]) -> Bool {
        guard other.count <= count else { return false }
        return (0...(count - other.count)).contains { self[$0..<($0 + other.count)].elementsEqual(other) }
    }
}
