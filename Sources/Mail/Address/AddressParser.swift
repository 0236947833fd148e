import Values

/// The state machine that reads an address list: tokens are gathered up to a separator, then the element they make is
/// told from its shape.
struct AddressParser {
    private(set) var entries: [AddressEntry] = []
    private(set) var defects: [AddressDefect] = []

    private var lexer: StructuredLexer
    private var element = Element()
    private var group: (name: String, members: [Mailbox])?
    /// Names seen without an address, which may turn out to be the start of `Doe, Jane <jane@example.org>`.
    private var pending: [Element] = []
    private var count = 0
    private static let tokenLimit = 1000

    private struct Element {
        var phrase: [StructuredToken] = []
        var phraseHasAt = false
        /// What stands between `<` and `>`; nil outside brackets.
        var bracketed: [StructuredToken]?
        var isBracketOpen = false
        var trailing: [StructuredToken] = []
        var comments: [Range<Int>] = []
        var size = 0
    }

    init(_ bytes: [UInt8]) { lexer = StructuredLexer(bytes) }

    var bytes: [UInt8] { lexer.bytes }

    mutating func run() {
        while let token = lexer.next() {
            guard count < AddressList.limit else {
                note(.tooMany)
                break
            }
            take(token)
        }
        endElement()
        flushPending()
        if group != nil { note(.unclosedGroup) }
        endGroup()
        if lexer.sawUnclosed { note(.unclosed) }
    }

    mutating func note(_ defect: AddressDefect) {
        if !defects.contains(defect) { defects.append(defect) }
    }

    private mutating func take(_ token: StructuredToken) {
        switch token.kind {
        case .comment:
            if element.comments.count < 8 { element.comments.append(token.range) }
        case .special(.comma):
            // RFC 5322 §4.4: a route may list several domains, <@a.example,@b.example:user@c.example>. Otherwise the
            // comma is a dot mistyped, or the bracket was left open.
            let inRoute = element.bracketed?.first?.kind == .special(.at)
            if element.isBracketOpen, inRoute || closesBracket(from: token.range.upperBound) {
                append(token)
            } else {
                endElement()
            }
        case .special(.semicolon):
            takeSemicolon(token)
        case .special(.colon):
            takeColon(token)
        case .special(.ascii("<")):
            openBracket()
        case .special(.ascii(">")):
            if element.isBracketOpen { element.isBracketOpen = false } else { note(.unbalancedBrackets) }
        default:
            append(token)
        }
    }

    private mutating func append(_ token: StructuredToken) {
        guard element.size < AddressParser.tokenLimit else {
            note(.tooLong)
            return
        }
        element.size += 1
        if element.isBracketOpen {
            element.bracketed?.append(token)
        } else if element.bracketed != nil {
            element.trailing.append(token)
        } else {
            element.phrase.append(token)
            if token.kind == .special(.at) { element.phraseHasAt = true }
        }
    }

    /// Whether only a few characters of a domain stand between `start` and a `>`.
    private func closesBracket(from start: Int) -> Bool {
        let rest = bytes[start...].prefix(64)
        let end = rest.firstIndex { !$0.isAlphanumeric && $0 != .dot && $0 != .hyphen }
        return end.map { $0 > start && bytes[$0] == .ascii(">") } ?? false
    }

    private mutating func takeSemicolon(_ token: StructuredToken) {
        if element.isBracketOpen, token.range.upperBound < bytes.count {
            // Sendmail completed empty groups: <undisclosed-recipients:;@example.org>.
            if bytes[token.range.upperBound] == .at { return append(token) }
            if bytes[token.range.upperBound] == .ascii(">") { return note(.malformedAddress) }
        }
        endElement()
        if group == nil { return note(.semicolonSeparator) }
        endGroup()
    }

    private mutating func takeColon(_ token: StructuredToken) {
        if element.isBracketOpen {
            if element.bracketed?.first?.kind == .special(.at) {
                note(.sourceRoute)
                element.bracketed = []
            } else {
                append(token)
            }
        } else if element.bracketed == nil, !element.phrase.isEmpty, !element.phraseHasAt {
            let name = text(of: element.phrase)
            element = Element()
            flushPending()
            if group != nil { note(.unclosedGroup) }
            endGroup()
            group = (name, [])
            count += 1
        } else {
            append(token)
        }
    }

    private mutating func openBracket() {
        if element.isBracketOpen {
            note(.unbalancedBrackets)
            guard let inner = element.bracketed, !inner.isEmpty else { return }
            // "Name <b <a@example.org>": what the first bracket held was part of the name.
            element.phrase += inner
        } else if element.bracketed != nil {
            // "A <a@example.org> B <b@example.org>": what follows the first address names the second.
            note(.missingComma)
            let next = element.trailing
            element.trailing = []
            endElement()
            element.phrase = next
            element.size = next.count
        }
        element.bracketed = []
        element.isBracketOpen = true
    }

    private mutating func endElement() {
        var ended = element
        element = Element()
        if ended.isBracketOpen { note(.unbalancedBrackets) }
        if let bracketed = ended.bracketed {
            if AddressParser.hasAt(ended.trailing) {
                note(.missingComma)
                element.phrase = ended.trailing
                ended.trailing = []
            }
            emitBracketed(ended, bracketed)
            if !element.phrase.isEmpty { endElement() }
        } else if AddressParser.hasAt(ended.phrase) {
            flushPending()
            emitBare(ended)
        } else if !ended.phrase.isEmpty {
            pending.append(ended)
            if pending.count > 3 { emitNameOnly(pending.removeFirst()) }
        }
    }

    private mutating func endGroup() {
        flushPending()
        if let group { entries.append(.group(name: group.name, group.members)) }
        group = nil
    }

    private mutating func emit(_ mailbox: Mailbox) {
        guard count < AddressList.limit else { return note(.tooMany) }
        count += 1
        if group != nil { group?.members.append(mailbox) } else { entries.append(.mailbox(mailbox)) }
    }

    private mutating func emitBracketed(_ element: Element, _ bracketed: [StructuredToken]) {
        // The parts of a name that separators cut off are joined again, unless the name's last part is quoted:
        // whoever quotes knows how to write a list.
        var names: [String] = []
        if element.phrase.first?.kind != .quoted {
            names = pending.map { text(of: $0.phrase) }
            if !names.isEmpty { note(.unquotedName) }
            pending = []
        }
        flushPending()
        if element.phrase.contains(where: AddressParser.wantsQuotes) { note(.unquotedName) }
        if !element.phrase.isEmpty { names.append(text(of: element.phrase)) }
        var name = names.joined(separator: ", ")
        if name.isEmpty { name = text(of: element.trailing) }
        var mailbox = address(of: bracketed)
        mailbox.displayName = name.isEmpty ? commentText(element) : name
        emit(mailbox)
    }

    /// An element without brackets that has an at-sign: each run of tokens around one is an address, other words
    /// before it are its name.
    private mutating func emitBare(_ element: Element) {
        var words: [StructuredToken] = []
        var found = 0
        for run in AddressParser.runs(element.phrase) {
            guard AddressParser.hasAt(run) else {
                words += run
                continue
            }
            found += 1
            if found > 1 { note(.missingComma) }
            if !words.isEmpty { note(.missingBrackets) }
            var mailbox = address(of: Array(run))
            mailbox.displayName = words.isEmpty ? (found == 1 ? commentText(element) : nil) : text(of: words)
            emit(mailbox)
            words = []
        }
        if !words.isEmpty { note(.malformedAddress) }
    }

    private mutating func flushPending() {
        let names = pending
        pending = []
        for name in names { emitNameOnly(name) }
    }

    /// One word is taken for a local address (`root`), several for a name that lost its address.
    private mutating func emitNameOnly(_ element: Element) {
        note(.missingAddress)
        let words = text(of: element.phrase)
        if AddressParser.runs(element.phrase).count == 1, element.phrase.first?.kind != .quoted {
            emit(Mailbox(localPart: words, domain: "", displayName: commentText(element)))
        } else {
            emit(Mailbox(localPart: "", domain: "", displayName: words))
        }
    }

    private func commentText(_ element: Element) -> String? {
        guard let range = element.comments.first else { return nil }
        let text = Comment.text(of: bytes, in: range.lowerBound + 1..<range.upperBound - 1)
        return text.isEmpty ? nil : text
    }
}
