import Expressions
import Values

/// Puts `replace_tag` texts in the place of `<TAG>` in the expressions that `replace_rules` names.
struct TagReplacement {
    private let settings: RuleSettings
    private static let passLimit = 6
    private static let lengthLimit = Expression.longestPattern

    init(_ settings: RuleSettings) { self.settings = settings }

    /// `test` with its tags replaced; as it is where the result does not compile.
    func replaced(_ test: RuleTest) -> RuleTest {
        func changed(_ expression: PerlExpression) -> PerlExpression {
            let pattern = replaced(expression.pattern)
            let made = PerlExpression(pattern: pattern, options: expression.options)
            if let usable = try? made.checked() { return usable }
            // What is too large with each tag written out may do with each written once.
            let called = PerlExpression(pattern: calling(expression.pattern), options: expression.options)
            return (try? called.checked()) ?? expression
        }
        switch test {
        case .header(var header):
            header.expression = header.expression.map(changed)
            return .header(header)
        case .body(let expression): return .body(changed(expression))
        case .rawBody(let expression): return .rawBody(changed(expression))
        case .uri(let expression): return .uri(changed(expression))
        case .full(let expression): return .full(changed(expression))
        default: return test
        }
    }

    /// `pattern` with its tags as calls of groups that are defined at its end.
    private func calling(_ pattern: [UInt8]) -> [UInt8] {
        var defined: [String: Int] = [:]
        var definitions: [UInt8] = []
        func rewritten(_ pattern: [UInt8], depth: Int) -> [UInt8] {
            var result: [UInt8] = []
            for piece in split(pattern) {
                guard let (range, name) = tag(of: piece), let text = settings.replaceTags[name], !text.isEmpty,
                    depth < TagReplacement.passLimit
                else {
                    result += piece
                    continue
                }
                if defined[name] == nil {
                    defined[name] = defined.count
                    let inner = rewritten(text, depth: depth + 1)
                    definitions += Array("(?<t\(defined[name] ?? 0)>".utf8) + inner + Array(")".utf8)
                }
                result +=
                    piece[..<range.lowerBound] + Array("(?&t\(defined[name] ?? 0))".utf8) + piece[range.upperBound...]
            }
            return result
        }
        let body = rewritten(pattern, depth: 0)
        return definitions.isEmpty ? body : body + Array("(?(DEFINE)".utf8) + definitions + Array(")".utf8)
    }

    private func replaced(_ pattern: [UInt8]) -> [UInt8] {
        var pattern = pattern
        for _ in 0..<TagReplacement.passLimit {
            let prefix = taken("pre ", from: &pattern).flatMap { settings.replacePrefixes[$0] }
            let suffix = taken("post ", from: &pattern).flatMap { settings.replaceSuffixes[$0] }
            let infix = taken("inter ", from: &pattern).flatMap { settings.replaceInfixes[$0] }
            var pieces = split(pattern)
            for index in pieces.indices {
                let isTag = tag(of: pieces[index]) != nil
                if let prefix, isTag { pieces[index] = prefix + pieces[index] }
                if let suffix, isTag { pieces[index] += suffix }
                if let infix, pieces[index].isEmpty { pieces[index] = infix }
            }
            var isNested = false
            for index in pieces.indices {
                guard let (range, name) = tag(of: pieces[index]), let text = settings.replaceTags[name], !text.isEmpty
                else { continue }
                pieces[index].replaceSubrange(range, with: text)
                if text.contains(.ascii("<")), text.contains(.ascii(">")) { isNested = true }
            }
            pattern = Array(pieces.joined())
            if !isNested || pattern.count > TagReplacement.lengthLimit { break }
        }
        return pattern
    }

    /// Takes `<word name>` out of `pattern`, and gives the name.
    private func taken(_ word: String, from pattern: inout [UInt8]) -> String? {
        let opening = settings.replaceStart + Array(word.utf8)
        guard let start = pattern.indices.first(where: { pattern[$0...].starts(with: opening) }) else { return nil }
        let name = start + opening.count
        guard
            let end = pattern[name...].indices.first(where: { pattern[$0...].starts(with: settings.replaceEnd) }),
            end > name
        else { return nil }
        let result = String(decoding: pattern[name..<end], as: UTF8.self)
        pattern.removeSubrange(start..<(end + settings.replaceEnd.count))
        return result
    }

    /// The pieces between `<…>`, and these; where two tags meet, an empty piece lies between.
    private func split(_ pattern: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        var index = 0
        while index < pattern.count {
            if pattern[index] == .ascii("<"),
                let end = pattern[(index + 1)...].firstIndex(where: { $0 == .ascii("<") || $0 == .ascii(">") }),
                pattern[end] == .ascii(">"), end > index + 1
            {
                pieces.append(Array(pattern[start..<index]))
                pieces.append(Array(pattern[index...end]))
                index = end + 1
                start = index
            } else {
                index += 1
            }
        }
        // Perl's split drops an empty last piece.
        if start < pattern.count { pieces.append(Array(pattern[start...])) }
        return pieces
    }

    /// The tag in `piece` and its name.
    private func tag(of piece: [UInt8]) -> (Range<Int>, String)? {
        guard let start = piece.indices.first(where: { piece[$0...].starts(with: settings.replaceStart) }) else {
            return nil
        }
        let name = start + settings.replaceStart.count
        guard
            let end = piece.indices.dropFirst(name + 1).first(where: { piece[$0...].starts(with: settings.replaceEnd) })
        else { return nil }
        return (start..<(end + settings.replaceEnd.count), String(decoding: piece[name..<end], as: UTF8.self))
    }
}
