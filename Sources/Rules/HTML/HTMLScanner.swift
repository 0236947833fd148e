import Mail
import Values

/// What a scanner of HTML meets, in its order.
protocol HTMLEvents {
    /// A start tag: the name in lower case, and the attributes, the first of each name counting.
    mutating func start(_ tag: String, _ attributes: HTMLAttributes)
    mutating func end(_ tag: String)
    /// Text, its references decoded, as UTF-8.
    mutating func text(_ text: ArraySlice<UInt8>)
    /// A comment with its delimiters.
    mutating func comment(_ text: ArraySlice<UInt8>)
    mutating func declaration(_ text: ArraySlice<UInt8>)
}

/// Finds tags, text and comments in HTML as written by anybody, forgiving what Perl's HTML::Parser forgives: that is
/// what expressions for SpamAssassin were tried on.
///
/// Each byte is looked at a bounded number of times: what is not closed is looked for once.
struct HTMLScanner {
    private let bytes: [UInt8]
    private var position = 0
    private var attributes: HTMLAttributes
    /// Where nothing more of the kind follows, so that it is looked for only once.
    private var lastQuote: [UInt8: Int] = [:]
    private var lastCommentEnd = Int.max
    private var lastLiteralEnd: [String: Int] = [:]
    private var endsCommentsAnywhere = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        attributes = HTMLAttributes(bytes)
    }

    /// Of tags whose content is text to the end tag, whether references in it count; nil for others.
    private static func decodesContent(of tag: String) -> Bool? {
        switch tag {
        case "script", "style", "xmp", "iframe", "plaintext": false
        case "title", "textarea": true
        default: nil
        }
    }

    mutating func scan(_ events: inout some HTMLEvents) {
        var textStart = 0
        while position < bytes.count {
            guard bytes[position] == .ascii("<") else {
                position = nextBracket(from: position)
                continue
            }
            // What the last word of the text was is not known until the text ends.
            let bracket = position
            if bracket > textStart {
                emitText(textStart..<bracket, &events, decoding: true)
                textStart = bracket
            }
            guard let next = bytes.indices.contains(bracket + 1) ? bytes[bracket + 1] : nil else { break }
            switch markup(at: bracket, next, &events) {
            case .taken: textStart = position
            case .unfinished:
                // perldoc HTML::Parser: markup that is not finished is a comment.
                events.comment(bytes[bracket...])
                position = bytes.count
                textStart = position
            case .none: position = bracket + 1
            }
        }
        guard textStart < bytes.count else { return }
        if bytes[textStart...] == [.ascii("<")] { return events.comment(bytes[textStart...]) }
        // The last word comes by itself, with the white space before it.
        let end = bytes.count
        let lastSpace = bytes[textStart...].lastIndex(where: \.isRuleSpace)
        let word = lastSpace.map { last in
            bytes[textStart...last].lastIndex { !$0.isRuleSpace }.map { $0 + 1 } ?? textStart
        }
        if let space = word, space > textStart {
            emitText(textStart..<space, &events, decoding: true)
            emitText(space..<end, &events, decoding: true)
        } else {
            emitText(textStart..<end, &events, decoding: true)
        }
    }

    private enum Outcome { case taken, unfinished, none }

    private mutating func markup(at start: Int, _ next: UInt8, _ events: inout some HTMLEvents) -> Outcome {
        if next.isLetter || next == .ascii("_") || next == .colon { return startTag(at: start, &events) }
        switch next {
        case .ascii("/"):
            guard start + 2 < bytes.count else { return .unfinished }
            let first = bytes[start + 2]
            guard let close = index(of: .ascii(">"), from: start + 2) else { return .unfinished }
            position = close + 1
            if first.isLetter || first == .ascii("_") || first == .colon {
                let end = bytes[(start + 2)...].firstIndex { $0.isRuleSpace || $0 == .ascii(">") } ?? close
                events.end(name(in: (start + 2)..<end))
            } else {
                events.comment(bytes[start...close])
            }
            return .taken
        case .ascii("!"): return declaration(at: start, &events)
        case .ascii("?"):
            guard let close = index(of: .ascii(">"), from: start) else { return .unfinished }
            position = close + 1
            return .taken
        default: return .none
        }
    }

    private mutating func declaration(at start: Int, _ events: inout some HTMLEvents) -> Outcome {
        let rest = bytes[(start + 2)...]
        if rest.starts(with: [.hyphen, .hyphen]), !endsCommentsAnywhere {
            // The end may begin with the hyphens of the start.
            if start + 2 <= lastCommentEnd {
                var hyphens = start + 4
                while let dash = index(of: .hyphen, from: hyphens) {
                    if dash + 1 < bytes.count, bytes[dash + 1] == .hyphen {
                        var close = dash + 2
                        while close < bytes.count, bytes[close].isRuleSpace { close += 1 }
                        if close < bytes.count, bytes[close] == .ascii(">") {
                            position = close + 1
                            events.comment(bytes[start...close])
                            return .taken
                        }
                    }
                    hyphens = dash + 1
                }
                lastCommentEnd = start
            }
            // No end follows: any bracket ends comments from here on.
            endsCommentsAnywhere = true
        }
        if rest.starts(with: Array("[CDATA[".utf8)) {
            let body = start + 9
            var end = body
            while let bracket = index(of: .ascii("]"), from: end) {
                if bytes[bracket...].starts(with: Array("]]>".utf8)) {
                    emitText(body..<bracket, &events, decoding: false)
                    position = bracket + 3
                    return .taken
                }
                end = bracket + 1
            }
            return .unfinished
        }
        guard let close = index(of: .ascii(">"), from: start) else { return .unfinished }
        position = close + 1
        let isDoctype = rest.prefix(7).elementsEqual(Array("doctype".utf8), by: { $0.lowercased == $1 })
        if isDoctype { events.declaration(bytes[start...close]) } else { events.comment(bytes[start...close]) }
        return .taken
    }

    private mutating func startTag(at start: Int, _ events: inout some HTMLEvents) -> Outcome {
        var index = start + 1
        while index < bytes.count, !bytes[index].isHTMLSpace, bytes[index] != .ascii(">") { index += 1 }
        let tag = name(in: (start + 1)..<index)
        attributes.removeAll()
        skipSpace(&index)
        while index < bytes.count, bytes[index] != .ascii(">") {
            let nameStart = index
            index += 1
            while index < bytes.count, !bytes[index].isHTMLSpace, bytes[index] != .ascii(">"), bytes[index] != .equals {
                index += 1
            }
            let name = nameStart..<index
            skipSpace(&index)
            guard index < bytes.count else { return .unfinished }
            var value: Range<Int>?
            if bytes[index] == .equals {
                index += 1
                skipSpace(&index)
                guard index < bytes.count else { return .unfinished }
                let first = bytes[index]
                if first == .ascii(">") {
                    value = index..<index
                } else if first == .quote || first == .ascii("'") {
                    guard index < lastQuote[first] ?? .max, let close = self.index(of: first, from: index + 1) else {
                        lastQuote[first] = min(lastQuote[first] ?? .max, index)
                        return .unfinished
                    }
                    value = (index + 1)..<close
                    index = close + 1
                } else {
                    let valueStart = index
                    while index < bytes.count, !bytes[index].isHTMLSpace, bytes[index] != .ascii(">") { index += 1 }
                    value = valueStart..<index
                }
                skipSpace(&index)
            }
            attributes.append(name: name, value: value)
        }
        guard index < bytes.count else { return .unfinished }
        position = index + 1
        events.start(tag, attributes)
        if let decodes = HTMLScanner.decodesContent(of: tag) { literal(tag, decodes: decodes, &events) }
        return .taken
    }

    /// The content of a tag that has only text.
    private mutating func literal(_ tag: String, decodes: Bool, _ events: inout some HTMLEvents) {
        let start = position
        var search = start
        let wanted = Array(tag.utf8)
        while start < lastLiteralEnd[tag] ?? .max, let bracket = index(of: .ascii("<"), from: search) {
            search = bracket + 1
            guard bracket + 1 < bytes.count, bytes[bracket + 1] == .ascii("/"),
                bytes[(bracket + 2)...].prefix(wanted.count).elementsEqual(wanted, by: { $0.lowercased == $1 })
            else { continue }
            var close = bracket + 2 + wanted.count
            skipSpace(&close)
            guard close < bytes.count, bytes[close] == .ascii(">") else { continue }
            if tag == "plaintext" { continue }
            if bracket > start { emitText(start..<bracket, &events, decoding: decodes) }
            events.end(tag)
            position = close + 1
            return
        }
        lastLiteralEnd[tag] = min(lastLiteralEnd[tag] ?? .max, start)
        switch tag {
        case "title":
            // What is not closed ends with the text that follows.
            let end = nextBracket(from: start)
            if end > start { emitText(start..<end, &events, decoding: true) }
            events.end(tag)
            position = end
        default:
            if start < bytes.count { emitText(start..<bytes.count, &events, decoding: decodes) }
            position = bytes.count
            if tag == "script" || tag == "style" { events.end(tag) }
        }
    }

    private func emitText(_ range: Range<Int>, _ events: inout some HTMLEvents, decoding: Bool) {
        // Looked for in the text alone: there may be as many texts as the document has bytes.
        if decoding, unsafe bytes.span.bytes.firstIndex(of: .ascii("&"), in: range) != nil {
            events.text(HTMLReferences.decode(bytes, in: range, isAttribute: false)[...])
        } else {
            events.text(bytes[range])
        }
    }

    private func index(of byte: UInt8, from start: Int) -> Int? {
        start < bytes.count ? unsafe bytes.span.bytes.firstIndex(of: byte, from: start) : nil
    }

    private func nextBracket(from start: Int) -> Int { index(of: .ascii("<"), from: start) ?? bytes.count }

    private func skipSpace(_ index: inout Int) {
        while index < bytes.count, bytes[index].isHTMLSpace { index += 1 }
    }

    private func name(in range: Range<Int>) -> String { Bytes(bytes, in: range).lowercasedText }
}

extension UInt8 {
    /// White space of HTML.
    var isHTMLSpace: Bool { self == .space || (self >= 0x09 && self <= 0x0D && self != 0x0B) }
}
