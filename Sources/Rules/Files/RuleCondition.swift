import Values

/// The condition of an `if` line: `version >= 3.004000`, `!plugin(Mail::…)`, `can(Mail::…::feature)`.
enum RuleCondition {
    /// What conditions ask about.
    struct Facts {
        var version = 4.000_001
        /// The plugins that count as loaded.
        var plugins: Set<String>
        var asksNetwork: Bool
    }

    /// Whether `text` holds; nil where it cannot be read.
    static func holds(_ text: Substring, _ facts: Facts) -> Bool? {
        var reader = ConditionReader(text, facts)
        guard let value = reader.alternatives(depth: 0), reader.isAtEnd else { return nil }
        return value != 0
    }

    /// The features of version 4.0.1 that stock files ask for.
    static func has(_ feature: Substring, _ facts: Facts) -> Bool {
        guard let colons = feature.range(of: "::", isLast: true) else { return false }
        let (module, name) = (feature[..<colons.lowerBound], feature[colons.upperBound...])
        if module == "Mail::SpamAssassin::Conf" {
            if name == "compat_welcomelist_blocklist" {
                return facts.plugins.contains("enable_compat welcomelist_blocklist")
            }
        } else if !facts.plugins.contains(String(module)) {
            return false
        }
        return RuleFeatures.has(name, of: module)
    }
}

extension Substring {
    /// Where `text` stands, first or last.
    func range(of text: String, isLast: Bool) -> Range<Index>? {
        var found: Range<Index>?
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(text) {
                let end = self.index(index, offsetBy: text.count)
                found = index..<end
                if !isLast { return found }
            }
            index = self.index(after: index)
        }
        return found
    }
}

private struct ConditionReader {
    private let bytes: [UInt8]
    private var position = 0
    private let facts: RuleCondition.Facts
    private static let depthLimit = 100

    init(_ text: Substring, _ facts: RuleCondition.Facts) {
        (bytes, self.facts) = (Array(text.utf8), facts)
    }

    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return position == bytes.count
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position].isFoldingWhitespace { position += 1 }
    }

    private mutating func take(_ sign: StaticString) -> Bool {
        skipSpace()
        let wanted = Array(sign.description.utf8)
        guard bytes[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    mutating func alternatives(depth: Int) -> Double? {
        guard depth < ConditionReader.depthLimit, var value = conjunction(depth: depth) else { return nil }
        while take("||") {
            guard let next = conjunction(depth: depth) else { return nil }
            value = value != 0 ? value : next
        }
        return value
    }

    private mutating func conjunction(depth: Int) -> Double? {
        guard var value = comparison(depth: depth) else { return nil }
        while take("&&") {
            guard let next = comparison(depth: depth) else { return nil }
            value = value != 0 ? next : value
        }
        return value
    }

    private mutating func comparison(depth: Int) -> Double? {
        guard let left = term(depth: depth) else { return nil }
        let signs: [(StaticString, (Double, Double) -> Bool)] = [
            (">=", { $0 >= $1 }), ("<=", { $0 <= $1 }), ("==", { $0 == $1 }), ("!=", { $0 != $1 }), (">", { $0 > $1 }),
            ("<", { $0 < $1 }),
        ]
        for (sign, holds) in signs where take(sign) {
            guard let right = term(depth: depth) else { return nil }
            return holds(left, right) ? 1 : 0
        }
        return left
    }

    private mutating func term(depth: Int) -> Double? {
        guard depth < ConditionReader.depthLimit else { return nil }
        if take("!") { return term(depth: depth + 1).map { $0 == 0 ? 1 : 0 } }
        if take("(") {
            let value = alternatives(depth: depth + 1)
            return take(")") ? value : nil
        }
        skipSpace()
        let start = position
        while position < bytes.count,
            bytes[position].isAlphanumeric || bytes[position] == .ascii("_") || bytes[position] == .dot
                || bytes[position] == .colon
        {
            position += 1
        }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        switch word {
        case "version": return facts.version
        case "perl_version": return 5.036
        case "local_tests_only": return facts.asksNetwork ? 0 : 1
        case "plugin", "can", "has":
            guard take("("), let end = bytes[position...].firstIndex(of: .ascii(")")) else { return nil }
            let name = String(decoding: bytes[position..<end].filter { !$0.isFoldingWhitespace }, as: UTF8.self)
            position = end + 1
            let holds = word == "plugin" ? isLoaded(name) : RuleCondition.has(name[...], facts)
            return holds ? 1 : 0
        default: return Double(word)
        }
    }

    private func isLoaded(_ name: String) -> Bool {
        // Two plugins have been renamed, and one was taken in.
        switch name {
        case "Mail::SpamAssassin::Plugin::RaciallyCharged": true
        case "Mail::SpamAssassin::Plugin::Dmarc": facts.plugins.contains("Mail::SpamAssassin::Plugin::DMARC")
        case "Mail::SpamAssassin::Plugin::WhiteListSubject":
            facts.plugins.contains("Mail::SpamAssassin::Plugin::WelcomeListSubject")
        default: facts.plugins.contains(name)
        }
    }
}
