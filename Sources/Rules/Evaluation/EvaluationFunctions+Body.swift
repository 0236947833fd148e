import Expressions
import Values

extension EvaluationFunctions {
    static let bodyFunctions: [String: EvaluationFunction] = [
        "check_body_length": { scope in Double(scope.message.rawBody.count) <= scope.call.number(0) ?? -1 },
        "multipart_alternative_difference": { scope in
            let difference = alternative(scope).difference
            let least = scope.call.number(0) ?? 0
            guard least == 0 || difference > least else { return false }
            return scope.call.number(1).map { difference <= $0 } ?? true
        },
        "multipart_alternative_difference_count": { scope in
            let findings = alternative(scope)
            guard Double(findings.htmlWords) > scope.call.number(1) ?? 0, findings.htmlWords > 0 else { return false }
            return Double(findings.textWords) / Double(findings.htmlWords) > scope.call.number(0) ?? 0
        },
        "check_blank_line_ratio": { scope in
            let (least, most, lines) = (
                scope.call.number(0) ?? 0, scope.call.number(1) ?? 0, max(scope.call.number(2) ?? 1, 1)
            )
            var (blank, count) = (0, 0)
            for chunk in scope.message.rawChunks {
                for line in chunk.array.lines() {
                    count += 1
                    if line.allSatisfy(\.isRuleSpace) { blank += 1 }
                }
            }
            let ratio = Double(count) < lines ? -1 : 100 * Double(blank) / Double(count)
            return (least == 0 && ratio <= most) || (ratio > least && ratio <= most)
        },
        "tvd_vertical_words": { scope in
            let share = Double(verticalWords(scope))
            let most = scope.call.number(1) ?? 101
            return share >= scope.call.number(0) ?? 0 && share < (most >= 100 ? 101 : most)
        },
        "check_stock_info": { scope in
            let least = scope.call.number(0) ?? 0
            return least == 0 || Double(stockWords(scope)) >= least
        },
        "check_welcomelist_bounce_relays": bouncedByOwnRelay,
        "check_whitelist_bounce_relays": bouncedByOwnRelay,
        "have_any_bounce_relays": { !$0.facts.settings.bounceRelays.isEmpty },
        "plaintext_body_length": { scope in signature(scope).map { isInRange(Double($0.body), scope) } ?? false },
        "plaintext_sig_length": { scope in signature(scope).map { isInRange(Double($0.signature), scope) } ?? false },
        "plaintext_body_sig_ratio": { scope in
            signature(scope).map {
                isInRange($0.signature > 0 ? Double($0.body) / Double($0.signature) : 1_000_000, scope)
            } ?? false
        },
    ]

    private static func isInRange(_ value: Double, _ scope: EvaluationScope) -> Bool {
        value >= scope.call.number(0) ?? 0 && value <= scope.call.number(1) ?? .infinity
    }

    private static let signatureMark = Expression(known: "^-- ?\\r?$", .multiline)

    /// How long the first plain text is before its signature, and the signature.
    private static func signature(_ scope: EvaluationScope) -> (body: Int, signature: Int)? {
        guard let part = scope.message.parts.first(where: { $0.type.hasPrefix("text/plain") }) else { return nil }
        let text = Bytes(part.decoded)
        var result = (body: text.count, signature: 0)
        scope.matcher.eachRange(of: signatureMark, in: text) { range in
            if text.count - range.upperBound > 4 { result = (range.lowerBound, text.count - range.upperBound) }
            return true
        }
        return result
    }

    private static func alternative(_ scope: EvaluationScope) -> AlternativeFindings {
        if let known = scope.message.memory.alternative { return known }
        let findings = AlternativeFindings(scope.message)
        scope.message.memory.alternative = findings
        return findings
    }

    /// The largest share of spaces to other characters in a line, in percent.
    private static func verticalWords(_ scope: EvaluationScope) -> Int {
        if let known = scope.message.memory.verticalWords { return known }
        var result = -1
        for line in scope.message.bodyLines where line.count > 5 {
            let spaces = line.withSpan { span in span.byteOffsets.reduce(0) { span[$1] == .space ? $0 + 1 : $0 } }
            let others = line.count - spaces
            result = max(result, spaces > others || others == 0 ? 100 : 100 * spaces / others)
        }
        scope.message.memory.verticalWords = result
        return result
    }

    private static let labels = Expression(known: "^\\s*([^:\\s][^:\\n]{2,29})\\s*:\\s*\\S", .multiline)
    private static let stockLabels = Expression(
        known:
            #"(^trad(?:e|ing)date|company(?:name)?|s\w?(?:t\w?o\w?c\w?k|y\w?m(?:\w?b\w?o\w?l)?)|t(?:arget|icker)|(?:opening|current)p(?:rice)?|p(?:rojected|osition)|expectations|weeks?high|marketperformance|(?:year|week|month|day|price)(?:target|estimates?)|sector|r(?:ecommendation|ating))$"#
    )

    private static func stockWords(_ scope: EvaluationScope) -> Int {
        guard let part = scope.message.parts.first(where: { $0.type == "text/plain" }),
            let text = part.rendered(scope.message.settings, scope.matcher)
        else { return 0 }
        var found: Set<[UInt8]> = []
        let whole = Bytes(text.text)
        var names: [[UInt8]] = []
        scope.matcher.eachMatch(of: labels, in: whole) { groups in
            if let range = groups[1] { names.append(whole[range].map(\.lowercased).filter(\.isLetter)) }
            return names.count < 10_000
        }
        for name in names {
            if let word = scope.matcher.capture(1, of: stockLabels, in: Bytes(name)) { found.insert(word.array) }
        }
        return found.count
    }

    private static let receivedLine = Expression(known: "^[> ]*Received:", .ignoringCase)
    private static let spacedName = Expression(known: #"(?<=\s)(\S+\.\S+)(?=\s)"#)

    /// Whether a bounce quotes a Received field of a relay that is the site's own.
    private static let bouncedByOwnRelay: EvaluationFunction = { scope in
        guard !scope.facts.settings.bounceRelays.isEmpty else { return false }
        let relays = AddressMatcher(scope.facts.settings.bounceRelays)
        func names(_ line: Bytes) -> Bool {
            var found = false
            scope.matcher.eachRange(of: spacedName, in: line) { range in
                found = relays.contains(line[range].array)
                return !found
            }
            return found
        }
        if scope.message.bodyLines.contains(where: { scope.has(receivedLine, $0) && names($0) }) { return true }
        var field: [UInt8] = []
        for line in scope.message.rawBody.array.lines() {
            if let first = line.first, first.isRuleSpace { field += line.array } else { field = line.array }
            if scope.has(receivedLine, Bytes(field)), names(Bytes(field)) { return true }
            if field.count > 20_000 { field = [] }
        }
        return false
    }
}

/// How much of an HTML alternative its plain text says too.
struct AlternativeFindings {
    /// The share of the page's words that the text lacks, in percent.
    private(set) var difference = 0.0
    private(set) var htmlWords = 0
    private(set) var textWords = 0

    init(_ message: RuleMessage) {
        let alternatives = message.parts.filter { $0.type.hasPrefix("multipart/alternative") }
        guard !alternatives.isEmpty else { return }
        let children = (message.root.children ?? []).map(\.type)
        // An invitation's page and its calendar say different things.
        if message.root.type == "multipart/alternative", children == ["text/html", "text/calendar"] { return }
        for part in alternatives {
            var html: [Bytes: Int] = [:]
            var text: [Bytes: Int] = [:]
            part.walk { leaf in
                guard leaf.type.hasPrefix("text"), !(leaf.type.utf8.dropFirst(4).first?.isWordByte ?? false),
                    let rendered = leaf.rendered(message.settings, message.matcher)
                else { return }
                let words = AlternativeFindings.words(rendered)
                if let page = rendered.html {
                    for word in words { html[word, default: 0] += 1 }
                    if html.isEmpty, page.inside["img"] != nil { html[Bytes([.lf])] = 1 }
                } else {
                    for word in words { text[word, default: 0] += 1 }
                }
            }
            guard !html.isEmpty else { continue }
            let count = html.count
            (htmlWords, textWords) = (count, text.count)
            for (word, times) in text { if let other = html[word], other - times < 1 { html[word] = nil } }
            difference = max(difference, Double(html.count) / Double(count) * 100)
        }
    }

    private static func words(_ text: RenderedText) -> [Bytes] {
        let bytes = text.isWide ? text.text : text.text.narrowed
        let whole = Bytes(bytes)
        var result: [Bytes] = []
        var start = 0
        var index = 0
        var isWord = false
        while index < bytes.count {
            let byte = bytes[index]
            let length =
                byte < 0x80
                ? (byte.isRuleSpace ? 1 : 0) : (text.isWide ? bytes.unicodeSpaceLength(at: index) : 0)
            if length == 0 {
                if byte.isWordByte || (text.isWide && byte >= 0xC3) { isWord = true }
                index += 1
                continue
            }
            if isWord { result.append(whole[start..<index]) }
            index += length
            (start, isWord) = (index, false)
        }
        if isWord { result.append(whole[start..<bytes.count]) }
        return result
    }
}
