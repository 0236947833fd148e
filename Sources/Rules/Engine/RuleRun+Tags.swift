import Expressions
import Values

/// A rule whose expression has what other rules caught (`%{TAG}`): it is made anew for each message.
struct TaggedRule: Sendable {
    /// Where it looks.
    enum Place: Sendable { case body, rawBody, uri, full, header(HeaderRequest) }

    let rule: PatternRule
    let place: Place
    /// The text before the first tag, and each tag with the text after it.
    let start: [UInt8]
    let tags: [(name: String, rest: [UInt8])]

    /// Nil where the expression has no tags.
    init?(_ rule: PatternRule, _ place: Place) {
        var pieces: [(name: String, rest: [UInt8])] = []
        var start: [UInt8] = []
        let pattern = rule.source.pattern
        var index = 0
        func append(_ bytes: ArraySlice<UInt8>) {
            if pieces.isEmpty { start += bytes } else { pieces[pieces.count - 1].rest += bytes }
        }
        while index < pattern.count {
            if pattern[index] == .backslash {
                append(pattern[index..<min(index + 2, pattern.count)])
                index += 2
            } else if let (name, next) = TaggedRule.tag(in: pattern, at: index) {
                pieces.append((name, []))
                index = next
            } else {
                append(pattern[index...index])
                index += 1
            }
        }
        guard !pieces.isEmpty else { return nil }
        (self.rule, self.place, self.start, tags) = (rule, place, start, pieces)
    }

    /// `%{NAME}` at `start`, and where it ends.
    private static func tag(in pattern: [UInt8], at start: Int) -> (String, next: Int)? {
        guard pattern[start] == .ascii("%"), start + 2 < pattern.count, pattern[start + 1] == .ascii("{") else {
            return nil
        }
        let name = pattern[(start + 2)...].prefix { TaggedRule.isNameByte($0) }
        guard let first = name.first, !first.isDigit, name.endIndex < pattern.count,
            pattern[name.endIndex] == .ascii("}")
        else { return nil }
        return (String(decoding: name, as: UTF8.self), name.endIndex + 1)
    }

    /// Whether there are tags in `pattern`.
    static func has(tagsIn pattern: [UInt8]) -> Bool {
        pattern.contains(.ascii("%")) && pattern.indices.contains { tag(in: pattern, at: $0) != nil }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte.isDigit || byte == .ascii("_") || (.ascii("A")...UInt8.ascii("Z")).contains(byte)
    }

    /// The names of the groups of `pattern` whose matches are kept as tags: `(?<NAME>…)`.
    static func captures(of pattern: [UInt8]) -> [String] {
        guard pattern.contains(.ascii("<")) else { return [] }
        var names: [String] = []
        for index in pattern.indices.dropLast(3)
        where pattern[index] == .ascii("(") && pattern[index + 1] == .ascii("?") && pattern[index + 2] == .ascii("<") {
            let name = pattern[(index + 3)...].prefix { isNameByte($0) }
            if let first = name.first, !first.isDigit, name.endIndex < pattern.count,
                pattern[name.endIndex] == .ascii(">")
            {
                names.append(String(decoding: name, as: UTF8.self))
            }
        }
        return names
    }

    /// The expression with `values` in the place of its tags; nil where one of them has none.
    func expression(_ values: [String: [[UInt8]]]) -> Expression? {
        var pattern = start
        for (name, rest) in tags {
            guard let texts = values[name], !texts.isEmpty else { return nil }
            pattern += Array("(?:".utf8)
            for (place, text) in texts.enumerated() {
                if place > 0 { pattern.append(.ascii("|")) }
                for byte in text {
                    if byte.isWordByte || byte >= 0x80 {
                        pattern.append(byte)
                    } else {
                        pattern += Array("\\x{\(String(byte, radix: 16))}".utf8)
                    }
                }
            }
            pattern.append(.ascii(")"))
            pattern += rest
        }
        return try? Expression(pattern, rule.source.options, translated: false)
    }
}

extension RuleRun {
    /// The most texts that one tag has.
    private static let tagLimit = 20
    private static let longestTag = 1_000

    /// Keeps what the groups of `rule` caught in its first match.
    mutating func keepTags(of rule: PatternRule, _ expression: Expression, in subject: Bytes) {
        for name in rule.captures {
            guard let number = expression.groupNumber(of: name),
                let caught = worker.matcher.capture(number, of: expression, in: subject), caught.count > 0,
                caught.count <= RuleRun.longestTag, tags[name, default: []].count < RuleRun.tagLimit
            else { continue }
            let text = caught.array
            if !(tags[name] ?? []).contains(text) { tags[name, default: []].append(text) }
        }
    }

    /// Tries the rules that wait for tags.
    mutating func taggedRules() {
        guard !tags.isEmpty else { return }
        for tagged in engine.tagged {
            let subjects: [Bytes] =
                switch tagged.place {
                case .body: message.bodyLines
                case .rawBody: message.rawChunks
                case .uri: message.uris.all.map { Bytes($0) }
                case .full: [message.whole]
                case .header(let request): (message.joined(request) ?? tagged.rule.ifUnset).map { [$0] } ?? []
                }
            // Most mail has none of the texts, and the expression need not be made.
            let isThere = tagged.tags.allSatisfy { name, _ in
                (tags[name] ?? []).contains { text in subjects.contains { $0.containsIgnoringCase(text) } }
            }
            guard isThere || tagged.rule.isNegated, let expression = tagged.expression(tags) else { continue }
            if tagged.rule.isNegated {
                guard mayTry(tagged.rule) else { continue }
                let before = worker.matcher.exhaustionCount
                if !subjects.contains(where: { worker.matcher.matches(expression, $0) }) { hit(tagged.rule.rule) }
                note(tagged.rule, since: before)
                continue
            }
            for subject in subjects {
                guard mayTry(tagged.rule) else { break }
                let before = worker.matcher.exhaustionCount
                let range = worker.matcher.firstRange(of: expression, in: subject)
                note(tagged.rule, since: before)
                if let range {
                    hit(tagged.rule.rule, text: subject[range])
                    break
                }
            }
        }
    }
}

extension Bytes {
    /// Whether `text`, which is not empty, is somewhere in them, upper and lower case of ASCII alike.
    fileprivate func containsIgnoringCase(_ text: [UInt8]) -> Bool {
        guard let first = text.first, text.count <= count else { return false }
        let wanted = first.lowercased
        return withSpan { span in
            for start in 0...(count - text.count) where span[start].lowercased == wanted {
                if text.indices.allSatisfy({ span[start + $0].lowercased == text[$0].lowercased }) { return true }
            }
            return false
        }
    }
}
