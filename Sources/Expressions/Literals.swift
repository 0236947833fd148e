import Values

/// Texts of which a subject has one at least, without regard to the case of ASCII letters.
struct Literals: Hashable {
    /// In ascending order, each once, letters small.
    private(set) var texts: [[UInt8]]
    /// Whether a byte beyond ASCII will do instead of them.
    private(set) var acceptsEightBit = false

    /// How many are kept where they are put one after another, and how many where they are alternatives.
    static let productLimit = 384
    static let unionLimit = 4_096
    /// The longest that is put together.
    private static let longest = 24
    /// The longest that is looked for: more tells no more.
    private static let longestSought = 12

    /// The text of no length, which everything has.
    static let empty = Literals([[]])

    init(_ texts: [[UInt8]]) { self.texts = Literals.sorted(texts) }

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
        var result = Literals(texts.flatMap { first in other.texts.map { first + $0 } })
        result.acceptsEightBit = acceptsEightBit || other.acceptsEightBit
        return result
    }

    /// The texts in ASCII; for the others, any byte that is not.
    var withoutEightBit: Literals {
        var result = self
        result.texts.removeAll { $0.contains { $0 >= 0x80 } }
        if result.texts.count < texts.count { result.acceptsEightBit = true }
        return result
    }

    /// What has one of either; nil when they are too many.
    static func union(_ parts: [Literals]) -> Literals? {
        guard parts.reduce(0, { $0 + $1.texts.count }) <= unionLimit else { return nil }
        var result = Literals(parts.flatMap(\.texts))
        result.acceptsEightBit = parts.contains(where: \.acceptsEightBit)
        return result
    }

    /// As they are looked for: none too long, and none that begins with another.
    var sought: Literals {
        var result = Literals(texts.map { Array($0.prefix(Literals.longestSought)) })
        var kept: [[UInt8]] = []
        for text in result.texts where !(kept.last.map { text.starts(with: $0) } ?? false) { kept.append(text) }
        result.texts = kept
        result.acceptsEightBit = acceptsEightBit
        return result
    }

    /// How likely it is that one of them begins at a place of a text, roughly.
    var likelihood: Double {
        texts.reduce(acceptsEightBit ? Literals.eightBitLikelihood : 0) { sum, text in
            sum + text.prefix(Literals.longestSought).reduce(1) { $0 * Literals.frequencies[Int($1)] }
        }
    }

    /// Whether a subject that has one of `other` has one of these: these add nothing.
    func isImplied(by other: Literals) -> Bool {
        guard acceptsEightBit || !other.acceptsEightBit, texts.count * other.texts.count <= 20_000 else { return false }
        return other.texts.allSatisfy { text in texts.contains { text.contains($0) } }
    }

    // Text is in ASCII, or has many bytes that are not.
    private static let eightBitLikelihood = 0.0004

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
