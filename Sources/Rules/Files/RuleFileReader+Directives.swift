import DNS
import Expressions
import Values

extension RuleFileReader {
    /// Takes a line that is no condition.
    mutating func directive(_ word: String, _ value: ArraySlice<UInt8>) {
        if RuleFileReader.elsewhere.contains(word) || word.hasPrefix("bayes_") { return }
        if ruleDirective(word, value) || listDirective(word, value) || settingDirective(word, value) { return }
        tell("\"\(word)\" is not known; the line is left out")
    }

    private mutating func ruleDirective(_ word: String, _ value: ArraySlice<UInt8>) -> Bool {
        switch word {
        case "header", "body", "rawbody", "uri", "full", "mimeheader", "meta", "uri_detail":
            let (name, rest) = RuleFileReader.parted(value)
            guard !rest.isEmpty else {
                tell("\(word) wants a name and what it looks for")
                return true
            }
            do {
                if let test = try test(word, Array(rest)) { define(name, test) }
            } catch let error as ExpressionError {
                tellFailure(of: name, "\(error)")
            } catch {
                tellFailure(of: name, "\(error)")
            }
        case "describe":
            let (name, rest) = RuleFileReader.parted(value)
            summaries[name] = String(decoding: rest, as: UTF8.self)
        case "tflags":
            let (name, rest) = RuleFileReader.parted(value)
            flags[name] = RuleFlags(RuleFileReader.words(rest))
        case "priority":
            let (name, rest) = RuleFileReader.parted(value)
            guard let number = Int(String(decoding: rest, as: UTF8.self)) else {
                tell("priority wants a name and a whole number")
                return true
            }
            priorities[name] = number
        case "score": score(value)
        case "urirhssub", "urirhsbl": uriList(word, value, .domain)
        case "uridnssub", "uridnsbl": uriList(word, value, .addresses)
        case "urinsrhssub", "urinsrhsbl": uriList(word, value, .serverDomains)
        case "urifullnsrhssub", "urifullnsrhsbl": uriList(word, value, .servers)
        case "askdns":
            let words = RuleFileReader.words(value)
            do throws(ExpressionError) {
                define(words.first ?? "", .network(try NetworkTest(askdns: Array(words.dropFirst()))))
            } catch {
                tell("\(error)")
            }
        default: return false
        }
        return true
    }

    /// `urirhssub NAME zone. A subtest`, `urirhsbl NAME zone. A`
    private mutating func uriList(_ word: String, _ value: ArraySlice<UInt8>, _ subject: URIListTest.Subject) {
        let words = RuleFileReader.words(value)
        let hasSubtest = word.hasSuffix("sub")
        guard words.count >= (hasSubtest ? 4 : 3), let type = RecordType(rawValue: words[2].uppercased()),
            let wanted = hasSubtest ? NetworkTest.Wanted(subtest: words[3]) : .any
        else {
            tell("\(word) wants a rule, a zone, a type\(hasSubtest ? " and a code" : "")")
            return
        }
        settings.uriLists[words[0]] = URIListTest(subject: subject, zone: words[1], type: type, wanted: wanted)
    }

    /// The test that `word` defines by `text`; nil where its plugin is not loaded.
    private mutating func test(_ word: String, _ text: [UInt8]) throws -> RuleTest? {
        if word == "meta" { return .meta(try MetaExpression(String(decoding: text, as: UTF8.self))) }
        if word == "uri_detail" { return .uriDetail(try criteria(text)) }
        for prefix in ["eval:", "rbleval:"] where text.starts(with: Array(prefix.utf8)) && word != "uri" {
            return try evaluation(word, Array(text.dropFirst(prefix.utf8.count)))
        }
        switch word {
        case "body": return .body(try PerlExpression(text).checked())
        case "rawbody": return .rawBody(try PerlExpression(text).checked())
        case "uri": return .uri(try PerlExpression(text).checked())
        case "full": return .full(try PerlExpression(text).checked())
        case "mimeheader": return .mimeHeader(try headerTest(text))
        default: return .header(try headerTest(text))
        }
    }

    private func headerTest(_ text: [UInt8]) throws -> HeaderTest {
        if text.starts(with: Array("exists:".utf8)) {
            let name = String(decoding: text.dropFirst(7), as: UTF8.self)
            let field = name.hasSuffix(":") ? String(name.dropLast()) : name
            return HeaderTest(request: field)
        }
        guard
            let sign = text.indices.dropLast().first(where: {
                text[$0 + 1] == .ascii("~") && (text[$0] == .equals || text[$0] == .ascii("!"))
            })
        else { throw ExpressionError("a header test has the form: FIELD =~ /expression/") }
        var request = String(decoding: text[..<sign].filter { !$0.isRuleSpace }, as: UTF8.self)
        if request.hasSuffix(":") { request.removeLast() }
        for modifier in request.split(separator: ":").dropFirst()
        where !HeaderRequest.modifiers.contains(String(modifier)) {
            throw ExpressionError("\":\(modifier)\" is no modifier of a field")
        }
        var expression = text[(sign + 2)...].drop(while: \.isRuleSpace)
        var ifUnset: [UInt8]?
        let mark = Array("[if-unset:".utf8)
        if expression.last == .ascii("]"),
            let start = expression.indices.dropLast(mark.count).last(where: { expression[$0...].starts(with: mark) }),
            start > expression.startIndex, expression[start - 1].isRuleSpace
        {
            ifUnset = Array(expression[(start + mark.count)..<(expression.endIndex - 1)].drop(while: \.isRuleSpace))
            expression = expression[..<start]
            while let last = expression.last, last.isRuleSpace { expression.removeLast() }
        }
        return HeaderTest(
            request: request, expression: try PerlExpression(Array(expression)).checked(),
            isNegated: text[sign] == .ascii("!"), ifUnset: ifUnset)
    }

    private func evaluation(_ word: String, _ text: [UInt8]) throws -> RuleTest {
        guard let open = text.firstIndex(of: .ascii("(")), let close = text.lastIndex(of: .ascii(")")), open < close
        else {
            throw ExpressionError("eval: wants a function with parentheses")
        }
        let name = String(decoding: text[..<open], as: UTF8.self)
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isAlphanumeric || $0 == .ascii("_") }) else {
            throw ExpressionError("\"\(name)\" is no name of a function")
        }
        if NetworkTest.functions.contains(name) {
            return .network(
                NetworkTest(function: name, arguments: try arguments(text[(open + 1)..<close])))
        }
        guard let area = EvaluationCall.Area(rawValue: word) else {
            throw ExpressionError("\(word) rules have no eval:")
        }
        return .evaluation(
            EvaluationCall(area: area, function: name, arguments: try arguments(text[(open + 1)..<close])))
    }

    /// Arguments between commas, each quoted or a plain word.
    private func arguments(_ text: ArraySlice<UInt8>) throws -> [[UInt8]] {
        var result: [[UInt8]] = []
        var rest = text.drop(while: \.isRuleSpace)
        while let first = rest.first {
            guard result.count < 200 else { throw ExpressionError("a function has more than 200 arguments") }
            if first == .quote || first == .ascii("'") {
                guard let end = rest.dropFirst().firstIndex(of: first) else {
                    throw ExpressionError("a quoted argument is not closed")
                }
                result.append(Array(rest[(rest.startIndex + 1)..<end]))
                rest = rest[(end + 1)...]
            } else {
                let end = rest.firstIndex { $0 == .comma || $0.isRuleSpace } ?? rest.endIndex
                result.append(Array(rest[..<end]))
                rest = rest[end...]
            }
            rest = rest.drop(while: \.isRuleSpace)
            guard let separator = rest.first else { break }
            guard separator == .comma else { throw ExpressionError("arguments are separated by commas") }
            rest = rest.dropFirst().drop(while: \.isRuleSpace)
        }
        return result
    }

    /// `raw =~ /…/ domain !~ /…/`
    private func criteria(_ text: [UInt8]) throws -> [URICriterion] {
        var result: [URICriterion] = []
        var rest = text[...].drop(while: \.isRuleSpace)
        while !rest.isEmpty {
            let end = rest.firstIndex { !$0.isLetter } ?? rest.endIndex
            guard let target = URICriterion.Target(rawValue: String(decoding: rest[..<end], as: UTF8.self)) else {
                throw ExpressionError("uri_detail looks at raw, type, cleaned, text, domain or host")
            }
            rest = rest[end...].drop(while: \.isRuleSpace)
            guard rest.count > 2, rest[rest.startIndex + 1] == .ascii("~") else {
                throw ExpressionError("uri_detail wants =~ or !~ and an expression")
            }
            let isNegated = rest.first == .ascii("!")
            rest = rest.dropFirst(2).drop(while: \.isRuleSpace)
            let opening = rest.first == .ascii("m") ? 1 : 0
            guard rest.count > opening + 1 else { throw ExpressionError("uri_detail wants an expression") }
            let delimiter = rest[rest.startIndex + opening]
            guard let close = rest.dropFirst(opening + 1).firstIndex(of: delimiter) else {
                throw ExpressionError("the closing delimiter is missing")
            }
            let stop = rest[(close + 1)...].firstIndex { !$0.isLetter } ?? rest.endIndex
            let expression = try PerlExpression(Array(rest[..<stop])).checked()
            result.removeAll { $0.target == target }
            result.append(URICriterion(target: target, isNegated: isNegated, expression: expression))
            rest = rest[stop...].drop(while: \.isRuleSpace)
        }
        guard !result.isEmpty else { throw ExpressionError("uri_detail wants a condition") }
        return result
    }

    private mutating func score(_ value: ArraySlice<UInt8>) {
        var words = RuleFileReader.words(value)
        guard words.count == 2 || words.count == 5 else { return tell("score wants a name and one or four numbers") }
        let name = words.removeFirst()
        var numbers: [Int] = []
        var isRelative = false
        for word in words {
            var text = word[...]
            if text.hasPrefix("("), text.hasSuffix(")") {
                isRelative = true
                text = text.dropFirst().dropLast()
            }
            guard let number = RuleFileReader.thousandths(text) else {
                return tell("score: \"\(word)\" is no number")
            }
            numbers.append(number)
        }
        if numbers.count == 1 { numbers = Array(repeating: numbers[0], count: 4) }
        if isRelative {
            guard let before = scores[name] else { return tell("score: there is no score of \(name) before to add to") }
            numbers = zip(before, numbers).map { $0 + $1 }
        }
        scores[name] = numbers
        scorePlaces[name] = (file, line)
    }

    /// A decimal number in thousandths, the digits after them dropped; nil where it is none: it has no plus sign, and digits
    /// behind a point.
    static func thousandths(_ text: Substring) -> Int? {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }),
            let whole = Int(parts[0]), whole < 1_000_000
        else { return nil }
        let digits = parts.count == 2 ? parts[1].prefix(3) : ""
        let fraction = Int(digits + String(repeating: "0", count: 3 - digits.count)) ?? 0
        return (isNegative ? -1 : 1) * (whole * 1000 + fraction)
    }

    static func words(_ value: ArraySlice<UInt8>) -> [String] {
        value.split(whereSeparator: \.isRuleSpace).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension PerlExpression {
    /// The same expression, once it has shown that it compiles.
    func checked() throws(ExpressionError) -> PerlExpression {
        // Tags of other rules are put in before it is compiled.
        _ = try Expression(pattern, options, translated: false)
        return self
    }
}
