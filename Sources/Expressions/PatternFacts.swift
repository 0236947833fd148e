/// What is known of the texts that a part of a pattern matches.
struct PatternFacts {
    /// All the texts it matches; nil where they are too many.
    var exact: Literals?
    /// What all its matches begin with, and end with, where they are too many.
    var prefix: Literals?
    var suffix: Literals?
    /// What a subject that has a match has besides.
    var needs: [Literals] = []
    /// Where its texts are left out of what is looked at: bytes of which every match has one.
    var dropped: ByteClass?

    /// Matches of no length.
    static let empty = PatternFacts(exact: .empty)
    /// Matches of which nothing is known.
    static let unknown = PatternFacts()

    /// How many needs are kept on the way.
    static let needLimit = 24

    /// One of `alternatives`.
    static func anyOf(_ alternatives: [PatternFacts]) -> PatternFacts {
        guard alternatives.count != 1 else { return alternatives[0] }
        var alternatives = alternatives
        let dropped = alternatives.compactMap(\.dropped)
        if dropped.count == alternatives.count {
            return PatternFacts(exact: .empty, dropped: dropped.reduce(ByteClass()) { $0.union($1) })
        }
        // Beside nothing at all, what is left out tells nothing.
        let isOptional = alternatives.contains { $0.dropped == nil && $0.exact?.isVoid ?? false }
        for index in alternatives.indices {
            if let bytes = alternatives[index].dropped {
                alternatives[index] = isOptional ? .empty : PatternFacts(exact: Literals([], accepting: bytes))
            }
        }
        let exact = alternatives.compactMap(\.exact)
        if exact.count == alternatives.count, alternatives.allSatisfy(\.needs.isEmpty),
            let union = Literals.union(exact)
        {
            return PatternFacts(exact: union)
        }
        var result = PatternFacts()
        let best = alternatives.compactMap { $0.best }
        if best.count == alternatives.count, let union = Literals.union(best) { result.needs = [union] }
        return result
    }

    /// The best of what a subject must have; nil where it need not have anything.
    private var best: Literals? {
        (needs + [exact, prefix, suffix].compactMap { $0 }).filter { !$0.isVoid }.min {
            $0.likelihood < $1.likelihood
        }
    }

    /// `least` to `most` times, or without end.
    func repeated(_ least: Int, _ most: Int?) -> PatternFacts {
        if dropped != nil { return least > 0 ? self : .empty }
        guard least > 0 else {
            if most == 1, let exact, needs.isEmpty, let union = Literals.union([exact, .empty]) {
                return PatternFacts(exact: union)
            }
            return .unknown
        }
        if exact == nil {
            var result = self
            result.needs = needs.map { $0.times(least) }
            return result
        }
        var sequence = PatternSequence()
        for _ in 0..<min(least, PatternFacts.longestRepeat) { sequence.append(self) }
        if least == most, least <= PatternFacts.longestRepeat { return sequence.facts }
        sequence.append(.unknown)
        sequence.append(PatternFacts(exact: exact))
        return sequence.facts
    }

    private static let longestRepeat = 4
}

/// Facts of parts that follow one another.
struct PatternSequence {
    private var needs: [Literals] = []
    private var prefix: Literals?
    /// What the matches so far end with.
    private var current: Literals? = .empty
    private var isExact = true
    private var dropped: ByteClass?

    mutating func append(_ part: PatternFacts) {
        if let bytes = part.dropped, dropped == nil { dropped = bytes }
        needs += part.needs.prefix(max(0, PatternFacts.needLimit - needs.count))
        guard let exact = part.exact else {
            close(followedBy: part.prefix)
            current = part.suffix
            return
        }
        if let known = current {
            if let product = known.followed(by: exact) {
                current = product
                return
            }
            close(followedBy: nil)
        }
        isExact = false
        current = exact
    }

    /// Notes what ends here.
    private mutating func close(followedBy next: Literals?) {
        var whole = current ?? .empty
        if let next {
            if let product = whole.followed(by: next) { whole = product } else { note(next) }
        }
        if isExact { prefix = whole }
        isExact = false
        note(whole)
    }

    private mutating func note(_ literals: Literals) {
        if !literals.isVoid, needs.count < PatternFacts.needLimit { needs.append(literals) }
    }

    /// What is known of the whole.
    var facts: PatternFacts {
        if isExact {
            return PatternFacts(exact: current, needs: needs, dropped: current == .empty ? dropped : nil)
        }
        var closed = self
        if let current { closed.note(current) }
        return PatternFacts(exact: nil, prefix: prefix, suffix: current, needs: closed.needs)
    }
}
