import Values

/// Reads a pattern in PCRE2's syntax for the texts that a subject must have for it to match (pcre2pattern).
///
/// What it does not understand it knows nothing of: it errs only in knowing too little.
struct PatternReader {
    /// A pattern of which nothing can be said.
    struct Opaque: Error {}

    let pattern: [UInt8]
    var index = 0
    private var depth = 0
    private var steps = 0
    /// Where named groups begin, and what is known of those that were called.
    private var definitions: [String: Int] = [:]
    private var known: [String: PatternFacts] = [:]
    private var calls: Set<String> = []
    /// Whether white space means nothing somewhere: then it is not known whether it does in a group that is called.
    private var usesExtended = false

    /// Whether texts are told as they are when only letters and digits of ASCII are left of them.
    let isReduced: Bool

    private static let depthLimit = 60
    private static let stepLimit = 200_000

    /// What a subject must have for `pattern` to match it, the most telling first; empty where there is nothing, or
    /// nothing is known. With `isReduced`, what it must have once all but letters and digits of ASCII is left out.
    static func needs(of pattern: [UInt8], _ options: Expression.Options, isReduced: Bool = false) -> [Literals] {
        var reader = PatternReader(pattern: pattern, isReduced: isReduced)
        reader.define()
        guard let facts = try? reader.alternatives(isExtended: !options.isDisjoint(with: [.extended, .extendedMore])),
            reader.index == pattern.count, !(reader.usesExtended && !reader.known.isEmpty)
        else { return [] }
        var all = facts.needs
        if let exact = facts.exact, !exact.isVoid { all.append(exact) }
        var chosen: [Literals] = []
        var ranked = all.map(\.sought).map { ($0, $0.likelihood) }.sorted { $0.1 < $1.1 }
        // Many texts make the pass over all slow: where few tell enough, they are not looked for.
        if ranked.contains(where: { $0.0.texts.count <= manyTexts && $0.1 < rare }) {
            ranked.removeAll { $0.0.texts.count > manyTexts }
        }
        for (literals, likelihood) in ranked
        where likelihood < commonest && chosen.count < needLimit && !chosen.contains(where: literals.isImplied(by:)) {
            if literals.texts.count > manyTexts, !chosen.isEmpty { continue }
            chosen.append(literals)
        }
        return chosen
    }

    /// What is in nearly every line tells nothing.
    private static let commonest = 0.004
    private static let needLimit = 3
    private static let manyTexts = 64
    /// What is less likely than this at a place of a text is in few lines.
    private static let rare = 0.000_003

    private init(pattern: [UInt8], isReduced: Bool) { (self.pattern, self.isReduced) = (pattern, isReduced) }

    /// Finds named groups, so that calls may come before them.
    private mutating func define() {
        var place = 0
        while place + 3 < pattern.count {
            if pattern[place] == .backslash {
                place += 2
                continue
            }
            if pattern[place] == .ascii("("), pattern[place + 1] == .ascii("?"), pattern[place + 2] == .ascii("<"),
                let end = pattern[(place + 3)...].firstIndex(of: .ascii(">")), end - place < 40,
                pattern[(place + 3)..<end].allSatisfy({ $0.isAlphanumeric || $0 == .ascii("_") })
            {
                let name = String(decoding: pattern[(place + 3)..<end], as: UTF8.self)
                // A name that stands twice is taken for none.
                definitions[name] = definitions[name] == nil ? end + 1 : -1
            }
            place += 1
        }
    }

    // MARK: Groups

    /// Alternatives up to a closing parenthesis or the end.
    mutating func alternatives(isExtended: Bool) throws(Opaque) -> PatternFacts {
        depth += 1
        defer { depth -= 1 }
        guard depth < PatternReader.depthLimit else { throw Opaque() }
        var isExtended = isExtended
        var all: [PatternFacts] = []
        var sequence = PatternSequence()
        while index < pattern.count, pattern[index] != .ascii(")") {
            steps += 1
            guard steps < PatternReader.stepLimit else { throw Opaque() }
            if pattern[index] == .ascii("|") {
                index += 1
                all.append(sequence.facts)
                sequence = PatternSequence()
                continue
            }
            if isExtended, skipBlank() { continue }
            if let change = try flags(isExtended) {
                isExtended = change
                continue
            }
            var part = try atom(isExtended)
            while let (least, most) = try quantifier(isExtended) { part = part.repeated(least, most) }
            sequence.append(part)
        }
        all.append(sequence.facts)
        return .anyOf(all)
    }

    /// `(?x)`: flags for the rest of the group; what they say of white space.
    private mutating func flags(_ isExtended: Bool) throws(Opaque) -> Bool? {
        guard starts("(?"), let end = pattern[(index + 2)...].firstIndex(where: { !isFlag($0) }),
            pattern[end] == .ascii(")"), end > index + 2
        else { return nil }
        defer { index = end + 1 }
        return extended(pattern[(index + 2)..<end], isExtended)
    }

    private func isFlag(_ byte: UInt8) -> Bool {
        switch byte {
        case .ascii("i"), .ascii("m"), .ascii("s"), .ascii("x"), .ascii("n"), .ascii("a"), .ascii("J"), .ascii("U"),
            .ascii("^"), .hyphen:
            true
        default: false
        }
    }

    private mutating func extended(_ flags: ArraySlice<UInt8>, _ now: Bool) -> Bool {
        var result = flags.first == .ascii("^") ? false : now
        var isOn = true
        for flag in flags {
            if flag == .hyphen { isOn = false }
            if flag == .ascii("x") {
                result = isOn
                usesExtended = true
            }
        }
        return result
    }

    private mutating func group(_ isExtended: Bool) throws(Opaque) -> PatternFacts {
        func inner(_ skipped: Int, _ isExtended: Bool) throws(Opaque) -> PatternFacts {
            index += skipped
            let facts = try alternatives(isExtended: isExtended)
            guard index < pattern.count else { throw Opaque() }
            index += 1
            return facts
        }
        guard starts("(?") else {
            // (*VERB) and its kin.
            if starts("(*") { throw Opaque() }
            return try inner(1, isExtended)
        }
        if starts("(?:") || starts("(?>") || starts("(?|") { return try inner(3, isExtended) }
        // What an assertion that holds has seen is in the subject.
        if starts("(?=") { return PatternFacts(exact: .empty, needs: needed(try inner(3, isExtended))) }
        if starts("(?<=") { return PatternFacts(exact: .empty, needs: needed(try inner(4, isExtended))) }
        if starts("(?!") {
            _ = try inner(3, isExtended)
            return .empty
        }
        if starts("(?<!") {
            _ = try inner(4, isExtended)
            return .empty
        }
        if starts("(?#") {
            guard let end = pattern[index...].firstIndex(of: .ascii(")")) else { throw Opaque() }
            index = end + 1
            return .empty
        }
        if starts("(?(DEFINE)") {
            _ = try inner(10, isExtended)
            return .empty
        }
        if starts("(?&") || starts("(?P>") { return try call(skipped: starts("(?&") ? 3 : 4, isExtended) }
        if starts("(?<") || starts("(?P<") || starts("(?'") {
            let close: UInt8 = starts("(?'") ? .ascii("'") : .ascii(">")
            guard let end = pattern[(index + 3)...].firstIndex(of: close) else { throw Opaque() }
            return try inner(end + 1 - index, isExtended)
        }
        guard let end = pattern[(index + 2)...].firstIndex(where: { !isFlag($0) }), pattern[end] == .colon else {
            // Conditions, calls by number, callouts.
            throw Opaque()
        }
        let isExtended = extended(pattern[(index + 2)..<end], isExtended)
        return try inner(end + 1 - index, isExtended)
    }

    private func needed(_ facts: PatternFacts) -> [Literals] {
        (facts.needs + [facts.exact].compactMap { $0 }.filter { !$0.isVoid }).map(\.shared)
    }

    /// `(?&name)`
    private mutating func call(skipped: Int, _ isExtended: Bool) throws(Opaque) -> PatternFacts {
        guard let end = pattern[index...].firstIndex(of: .ascii(")")) else { throw Opaque() }
        let name = String(decoding: pattern[(index + skipped)..<end], as: UTF8.self)
        if let facts = known[name] {
            index = end + 1
            return facts
        }
        guard let start = definitions[name], start > 0, !isExtended, calls.insert(name).inserted else { throw Opaque() }
        index = start
        let facts = try alternatives(isExtended: false)
        index = end + 1
        calls.remove(name)
        known[name] = facts
        return facts
    }

    // MARK: Quantifiers

    private mutating func quantifier(_ isExtended: Bool) throws(Opaque) -> (Int, Int?)? {
        if isExtended { while skipBlank() {} }
        guard index < pattern.count else { return nil }
        let result: (Int, Int?)
        switch pattern[index] {
        case .ascii("*"): result = (0, nil)
        case .ascii("+"): result = (1, nil)
        case .ascii("?"): result = (0, 1)
        case .ascii("{"):
            guard let (least, most, next) = try bounds() else { return nil }
            index = next - 1
            result = (least, most)
        default: return nil
        }
        index += 1
        // Lazy or possessive: the same texts, or fewer.
        if index < pattern.count, pattern[index] == .ascii("?") || pattern[index] == .ascii("+") { index += 1 }
        return result
    }

    /// `{n}`, `{n,}`, `{n,m}`; nil where the brace is a plain one.
    private func bounds() throws(Opaque) -> (Int, Int?, next: Int)? {
        guard let end = pattern[index...].firstIndex(of: .ascii("}")) else { return nil }
        let inner = pattern[(index + 1)..<end]
        guard !inner.isEmpty, inner.allSatisfy({ $0.isDigit || $0 == .comma || $0.isWhitespace }) else { return nil }
        // {,n} and blanks are plain text to older versions of PCRE2, a repeat to newer ones.
        guard let first = inner.first, first.isDigit, !inner.contains(where: \.isWhitespace) else { throw Opaque() }
        let numbers = inner.split(separator: .comma, omittingEmptySubsequences: false)
        guard numbers.count <= 2, let least = Int(String(decoding: numbers[0], as: UTF8.self)) else { return nil }
        if numbers.count == 1 { return (least, least, end + 1) }
        return (least, Int(String(decoding: numbers[1], as: UTF8.self)), end + 1)
    }

    // MARK: Atoms

    private mutating func atom(_ isExtended: Bool) throws(Opaque) -> PatternFacts {
        let byte = pattern[index]
        switch byte {
        case .ascii("("): return try group(isExtended)
        case .ascii("["): return facts(try characterClass())
        case .ascii("^"), .ascii("$"):
            index += 1
            return .empty
        case .dot:
            index += 1
            return .unknown
        case .backslash: return try escape()
        default:
            index += 1
            return facts(ByteClass(byte...byte))
        }
    }

    func facts(_ members: ByteClass) -> PatternFacts {
        let bytes = members.folded
        guard !isReduced else {
            let kept = bytes.filter(\.isAlphanumeric)
            let others = ByteClass { members.contains($0) && !$0.isAlphanumeric }
            if kept.isEmpty { return PatternFacts(exact: .empty, dropped: others) }
            guard kept.count <= PatternReader.classLimit else { return .unknown }
            return PatternFacts(exact: Literals(kept.map { [$0] }, accepting: others))
        }
        if bytes.count <= PatternReader.classLimit { return PatternFacts(exact: Literals(bytes.map { [$0] })) }
        let few = Literals(bytes.map { [$0] }).withoutEightBit
        return few.texts.count <= PatternReader.classLimit / 2 ? PatternFacts(exact: few) : .unknown
    }

    private static let classLimit = 24

    private func starts(_ text: StaticString) -> Bool {
        pattern[index...].starts(with: text.description.utf8)
    }

    /// White space and comments of the extended syntax.
    private mutating func skipBlank() -> Bool {
        guard index < pattern.count else { return false }
        if pattern[index] == .space || (0x09...0x0D).contains(pattern[index]) {
            index += 1
            return true
        }
        guard pattern[index] == .ascii("#") else { return false }
        index = pattern[index...].firstIndex(of: .lf).map { $0 + 1 } ?? pattern.count
        return true
    }
}
