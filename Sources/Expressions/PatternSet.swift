import Values

/// Many patterns looked for in one pass, to tell which of them can match at all.
///
/// Of each pattern it is known what texts a subject must have for it to match; these are looked for, all at once. A
/// pattern that is not reported does not match; one that is reported may, and the expression itself decides.
public final class PatternSet: Sendable {
    /// How many patterns there are.
    public let count: Int
    /// Those of which nothing is known that could be looked for: they may always match.
    public let unfiltered: [Int]
    /// For each pattern, how many of its needs have to be met.
    let needCounts: [UInt8]
    /// For each need, the pattern that has it, and how many times it has to be met.
    let patternOfNeed: [UInt32]
    let leastOfNeed: [UInt8]
    /// The needs that single bytes meet, and these bytes.
    let byteNeeds: [(need: UInt32, bytes: ByteClass)]
    /// Those of them that bytes of ASCII meet.
    let asciiByteNeeds: [(need: UInt32, bytes: ByteClass)]
    /// Texts looked for in subjects as they are, and in what is left of them when only letters and digits of ASCII are.
    let plain: TextSet
    let reduced: TextSet
    /// What is looked for of patterns of which no text is known.
    let shapes: TextSet

    /// Prepares a pass for `patterns`. The result can be kept, see `serialized`. With `takesShapes`, patterns that have
    /// no texts are looked for by their form, which is worth its while where there are many subjects.
    public convenience init(
        _ patterns: [(pattern: [UInt8], options: Expression.Options)], takesShapes: Bool = false
    ) {
        var needCounts = [UInt8](repeating: 0, count: patterns.count)
        var patternOfNeed: [UInt32] = []
        var leastOfNeed: [UInt8] = []
        var byteNeeds: [(UInt32, ByteClass)] = []
        var places: [[[UInt8]: [UInt32]]] = [[:], [:]]
        var size = 0
        func add(_ literals: Literals, of index: Int, to kind: Int) {
            size += literals.texts.count
            guard size <= PatternSet.textLimit else { return }
            let need = UInt32(patternOfNeed.count)
            patternOfNeed.append(UInt32(index))
            leastOfNeed.append(UInt8(literals.least))
            needCounts[index] += 1
            if !literals.accepted.isEmpty { byteNeeds.append((need, literals.accepted)) }
            for text in literals.texts { places[kind][text, default: []].append(need) }
        }
        for (index, entry) in patterns.enumerated() {
            let all = PatternReader.needs(of: entry.pattern, entry.options)
            for literals in all { add(literals, of: index, to: 0) }
            // Letters that anything but letters may part are told by the letters.
            if (all.map(\.likelihood).min() ?? 1) > PatternSet.weakest {
                for literals in PatternReader.needs(of: entry.pattern, entry.options, isReduced: true).prefix(1) {
                    add(literals, of: index, to: 1)
                }
            }
        }
        let sets = places.map { TextSet($0, leastOfNeed: leastOfNeed) }
        // What cannot be looked for may be there.
        if sets.contains(where: { !$0.isUsable }) { needCounts = needCounts.map { _ in 0 } }
        let formed = takesShapes ? needCounts.indices.filter { needCounts[$0] == 0 } : []
        let first = patternOfNeed.count
        let (shapes, isTaken) = TextSet.set(
            of: formed.map { patterns[$0] }, needs: formed.indices.map { UInt32(first + $0) })
        for (index, isTaken) in zip(formed, isTaken) {
            patternOfNeed.append(UInt32(index))
            leastOfNeed.append(1)
            if isTaken { needCounts[index] = 1 }
        }
        self.init(
            needCounts: needCounts, patternOfNeed: patternOfNeed, leastOfNeed: leastOfNeed, byteNeeds: byteNeeds,
            plain: sets[0], reduced: sets[1], shapes: shapes)
    }

    private init(
        needCounts: [UInt8], patternOfNeed: [UInt32], leastOfNeed: [UInt8], byteNeeds: [(UInt32, ByteClass)],
        plain: TextSet, reduced: TextSet, shapes: TextSet
    ) {
        count = needCounts.count
        unfiltered = needCounts.indices.filter { needCounts[$0] == 0 }
        (self.needCounts, self.patternOfNeed, self.leastOfNeed) = (needCounts, patternOfNeed, leastOfNeed)
        self.byteNeeds = byteNeeds
        asciiByteNeeds = byteNeeds.filter { $0.1.intersects(ByteClass(0x00...0x7F)) }
        (self.plain, self.reduced, self.shapes) = (plain, reduced, shapes)
    }

    /// How many texts of all patterns are looked for; what patterns need beyond them is not.
    private static let textLimit = 400_000
    /// What is more likely than this in a text tells little.
    private static let weakest = 0.0003
}

extension PatternSet {
    /// The set in a form that the same build of the library reads back; nil when there is no memory for it.
    public var serialized: [UInt8]? {
        guard let first = plain.serialized, let second = reduced.serialized, let third = shapes.serialized else {
            return nil
        }
        var result = PackedNumbers()
        result.append(needCounts.map { UInt32($0) })
        result.append(patternOfNeed)
        result.append(leastOfNeed.map { UInt32($0) })
        result.append(byteNeeds.map(\.need))
        result.append(
            byteNeeds.flatMap { entry in
                entry.bytes.numbers.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)] }
            })
        result.append([UInt32(clamping: first.count), UInt32(clamping: second.count)])
        return result.bytes + first + second + third
    }

    /// Reads back what `serialized` gave for `count` patterns. Nil when it is damaged or of another build of the
    /// library.
    public convenience init?(serialized bytes: Bytes, count: Int) {
        var reader = PackedNumbers.Reader(bytes)
        guard let counts = reader.list(), counts.count == count, let patternOfNeed = reader.list(),
            let leastOfNeed = reader.list(), leastOfNeed.count == patternOfNeed.count,
            leastOfNeed.allSatisfy({ $0 <= 255 }), let byteNeeds = reader.list(), let words = reader.list(),
            let lengths = reader.list(),
            counts.allSatisfy({ $0 <= 255 }), patternOfNeed.allSatisfy({ $0 < count }),
            byteNeeds.allSatisfy({ $0 < patternOfNeed.count }), words.count == 8 * byteNeeds.count, lengths.count == 2,
            case let (first, second) = (Int(lengths[0]), Int(lengths[0]) + Int(lengths[1])),
            let plain = TextSet(serialized: reader.rest[0..<first], needCount: patternOfNeed.count),
            let reduced = TextSet(serialized: reader.rest[first..<second], needCount: patternOfNeed.count),
            let shapes = TextSet(
                serialized: reader.rest[second..<reader.rest.count], needCount: patternOfNeed.count)
        else { return nil }
        let classes = byteNeeds.indices.map { place in
            ByteClass(
                numbers: (0..<4).map {
                    UInt64(words[8 * place + 2 * $0]) | UInt64(words[8 * place + 2 * $0 + 1]) << 32
                })
        }
        self.init(
            needCounts: counts.map { UInt8($0) }, patternOfNeed: patternOfNeed,
            leastOfNeed: leastOfNeed.map { UInt8($0) }, byteNeeds: Array(zip(byteNeeds, classes)), plain: plain,
            reduced: reduced, shapes: shapes)
    }

    /// What the library calls itself, and the kind of processor it compiles for: compiled sets are of one of each.
    public static var libraryVersion: String { TextSet.libraryVersion }
}
