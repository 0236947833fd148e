import Values

/// Sorts the items of a Received field into its clauses and reads each.
struct ReceivedParser {
    private let bytes: Bytes
    private let lexer: TraceLexer
    private var clauses = Clauses()
    private var comments: [TraceComment] = []
    /// The comments before the first clause: qmail's and Sendmail's local hops.
    private var leading = 0..<0

    /// RFC 5321 §4.4: the clauses of a time stamp line.
    private enum Keyword {
        case from, by, via, with, id, `for`
    }

    /// The clauses that were met, by keyword.
    private struct Clauses {
        var from: Clause?
        var by: Clause?
        var via: Clause?
        var with: Clause?
        var id: Clause?
        var `for`: Clause?

        subscript(keyword: Keyword) -> Clause? {
            get {
                switch keyword {
                case .from: from
                case .by: by
                case .via: via
                case .with: with
                case .id: id
                case .for: self.for
                }
            }
            set {
                switch keyword {
                case .from: from = newValue
                case .by: by = newValue
                case .via: via = newValue
                case .with: with = newValue
                case .id: id = newValue
                case .for: self.for = newValue
                }
            }
        }
    }

    /// What belongs to a keyword: the items and comments after it, up to the next one.
    private struct Clause {
        var items: Range<Int>
        var comments: Range<Int>
    }

    init(_ bytes: Bytes) {
        self.bytes = bytes
        self.lexer = TraceLexer(bytes.array)
        sort()
    }

    private mutating func sort() {
        var current: (keyword: Keyword, clause: Clause)?
        for index in lexer.items.indices {
            switch lexer.items[index] {
            case .word(let word):
                // A clause's first word is its value even where it reads like a keyword, but no host is called "by".
                guard let keyword = keyword(word), current?.clause.items.isEmpty != true || keyword == .by,
                    current?.keyword != keyword, clauses[keyword] == nil
                else { break }
                if let current { clauses[current.keyword] = current.clause } else { leading = comments.indices }
                let clause = Clause(
                    items: index + 1..<index + 1, comments: comments.count..<comments.count)
                current = (keyword, clause)
                continue
            case .comment(let text):
                comments.append(TraceComment(lexer.word(text)))
            }
            if let clause = current?.clause {
                current?.clause = Clause(
                    items: clause.items.lowerBound..<index + 1,
                    comments: clause.comments.lowerBound..<comments.count)
            }
        }
        if let current { clauses[current.keyword] = current.clause } else { leading = comments.indices }
    }

    private func keyword(_ word: Range<Int>) -> Keyword? {
        switch word.count {
        case 2: lexer.isText("by", word) ? .by : lexer.isText("id", word) ? .id : nil
        case 3: lexer.isText("for", word) ? .for : lexer.isText("via", word) ? .via : nil
        case 4: lexer.isText("from", word) ? .from : lexer.isText("with", word) ? .with : nil
        default: nil
        }
    }

    /// The words of a clause, `limit` of them at most.
    private func words(_ clause: Clause?, limit: Int = .max) -> [String] {
        guard let clause else { return [] }
        var words: [String] = []
        for place in clause.items {
            guard case .word(let word) = lexer.items[place] else { continue }
            words.append(lexer.text(word))
            if words.count == limit { break }
        }
        return words
    }

    /// The first word of a clause.
    private func firstWord(_ clause: Clause?) -> TraceWord? {
        guard let clause else { return nil }
        for place in clause.items {
            if case .word(let word) = lexer.items[place] { return lexer.word(word) }
        }
        return nil
    }

    /// The words together; nil when there are none.
    private static func text(_ words: [String]) -> String? {
        words.count > 1 ? words.prefix(8).joined(separator: " ") : words.first
    }

    mutating func read() -> ReceivedField {
        var field = ReceivedField()
        field.via = ReceivedParser.text(words(clauses.via, limit: 8))
        readWith(into: &field)
        field.id = firstWord(clauses.id).map { TraceComment.withoutAngles($0) }
        field.for = firstWord(clauses.for).flatMap(ReceivedParser.recipient)
        readFrom(into: &field)
        readBy(into: &field)
        field.envelopeFrom = first(in: comments.indices) { $0.envelopeFrom }
        if clauses.with == nil { field.tls = first(in: comments.indices) { $0.tls } }
        if field.identity == nil { field.identity = first(in: comments.indices) { $0.identity } }
        field.saysAuthenticated = first(in: comments.indices) { $0.saysAuthenticated ? true : nil } ?? false
        if let start = lexer.dateStart { field.date = MailDate(bytes[start..<bytes.count]) }
        field.isLocal = isLocal(field)
        return field
    }

    /// What the first of the comments in `range` says that says anything; none is copied for it.
    private func first<Value>(in range: Range<Int>, _ said: (borrowing TraceComment) -> Value?) -> Value? {
        for index in range {
            if let value = said(comments[index]) { return value }
        }
        return nil
    }

    private func readFrom(into field: inout ReceivedField) {
        let words = words(clauses.from)
        let range = clauses.from?.comments ?? leading
        field.fromName = ReceivedParser.name(words)
        let name = words.first
        let literals = words.dropFirst().lazy.compactMap { AddressLiteral.withPort($0) }
        field.clientAddress =
            first(in: range) { $0.literal } ?? first(in: range) { $0.bare } ?? literals.first
            ?? name.flatMap { AddressLiteral.withPort($0) ?? AddressLiteral.bare($0) }
        field.reverseName = first(in: range) { $0.reverseName }
        field.identity = first(in: range) { $0.identity }
        if let helo = first(in: range, { $0.helo }) {
            field.helo = helo
            // Exim and qmail write the HELO name apart where it differs from the reverse name, which then stands
            // after "from".
            field.reverseName = field.reverseName ?? name.flatMap { TraceComment.hostName($0.utf8Array[...]) }
        } else if ReceivedParser.isLocal(field.with), field.clientAddress == nil {
            // Exim: "from user by host with local".
            field.identity = field.identity ?? name
        } else if !ReceivedParser.speaksOtherProtocol(field), let name, name == field.fromName,
            !name.equalsIgnoringASCIICase("unknown"), !name.utf8.contains(.at)
        {
            field.helo = name
            // Exim puts the HELO name there only where the reverse name is the same; without one it writes the address.
            if comments.contains(where: \.isEximSignature) {
                field.reverseName = TraceComment.hostName(name.utf8Array[...])
            }
        }
    }

    /// What follows "from": a host, or a phrase such as "mail pickup service". An address after the host is none of
    /// it.
    private static func name(_ words: [String]) -> String? {
        guard words.count > 1, AddressLiteral.withPort(words[1]) == nil, AddressLiteral.bare(words[1]) == nil else {
            return words.first
        }
        return words.prefix(8).joined(separator: " ")
    }

    private static func isLocal(_ with: String?) -> Bool {
        // Words are joined by single spaces.
        guard let with, with.utf8.count >= 5, with.utf8.prefix(6).last == .space || with.utf8.count == 5 else {
            return false
        }
        return Substring(with.utf8.prefix(5)).equalsIgnoringASCIICase("local")
    }

    /// Whether the hop came over something that has no HELO: HTTP, a mailbox protocol.
    private static func speaksOtherProtocol(_ field: ReceivedField) -> Bool {
        // Words are joined by single spaces.
        let first = field.with.map { Substring($0.utf8.prefix { $0 != .space }) }
        return first.map(isOtherProtocol) == true || field.via.map { isOtherProtocol($0[...]) } == true
    }

    private static func isOtherProtocol(_ name: Substring) -> Bool {
        // Most are called SMTP or ESMTP.
        switch name.utf8.first.map({ $0 | 0x20 }) {
        case .ascii("h"), .ascii("i"), .ascii("p"), .ascii("m"), .ascii("n"):
            otherProtocols.contains { name.equalsIgnoringASCIICase($0) }
        default: false
        }
    }

    private static let otherProtocols = [
        "http", "https", "httprest", "imap", "imap4", "pop3", "mapi", "nntp", "nnfmp",
    ]

    private func readBy(into field: inout ReceivedField) {
        guard let clause = clauses.by else { return }
        let words = words(clause)
        field.by = words.first
        field.byAddress =
            words.lazy.compactMap { AddressLiteral.withPort($0) ?? AddressLiteral.bare($0) }.first
            ?? first(in: clause.comments) { $0.literal ?? $0.bare }
    }

    private func readWith(into field: inout ReceivedField) {
        let words = words(clauses.with, limit: 8)
        guard let first = words.first else { return }
        field.with = ReceivedParser.text(words)
        field.tls = self.first(in: comments.indices) { $0.tls }
        let parts = first.utf8.contains(.ascii("/")) ? first.split(separator: "/") : []
        if words.count >= 3, words[1].equalsIgnoringASCIICase("tls") {
            // Exim 4.94 and later: "with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim …)".
            field.tls = TLSTrace(version: field.tls?.version ?? "TLS", cipher: words[2])
            field.with = first
        } else if parts.count == 3, parts[1] == "TLS" {
            // "with ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384".
            field.tls = TLSTrace(version: "TLS", cipher: String(parts[2]))
        } else if words.count >= 3, words[1] == "encrypted" {
            // qmail with TLS: "with ECDHE-RSA-AES256-GCM-SHA384 encrypted SMTP".
            field.tls = TLSTrace(version: "TLS", cipher: first)
        }
    }

    /// A forward-path, or nil when something else follows "for".
    private static func recipient(_ word: TraceWord) -> String? {
        let isBracketed = word.first == .ascii("<")
        var text = word
        while text.last == .comma { text.removeLast() }
        if text.first == .ascii("<"), text.last == .ascii(">") { text = text.dropFirst().dropLast() }
        // RFC 3461 §4.2: an original recipient is written with its address type.
        if text.prefix(7).isText("rfc822;") { text = text.dropFirst(7) }
        return (isBracketed || text.contains(.at)) && !text.isEmpty ? text.text : nil
    }

    private func isLocal(_ field: ReceivedField) -> Bool {
        if let address = field.clientAddress { return address.isLoopback }
        if comments.contains(where: \.isLocalSubmission) { return true }
        if field.fromName == "localhost" { return true }
        // Microsoft's SMTP service, for mail dropped in its folder: "from mail pickup service by …".
        return clauses.from == nil || ReceivedParser.isLocal(field.with) || field.fromName == "mail pickup service"
    }
}
