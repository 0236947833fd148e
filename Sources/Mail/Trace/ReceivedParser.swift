import Values

/// Sorts the items of a Received field into its clauses and reads each.
struct ReceivedParser {
    private let bytes: Bytes
    private let lexer: TraceLexer
    private var clauses = Clauses()
    /// Comments before the first clause: qmail's and Sendmail's local hops.
    private var leading: [TraceComment] = []
    private var comments: [TraceComment] = []

    /// RFC 5321 §4.4: the clauses of a time stamp line.
    private enum Keyword: Int {
        case from, by, via, with, id, `for`
    }

    /// The clauses that were met, by keyword.
    private struct Clauses {
        private var found = [Clause?](repeating: nil, count: 6)

        subscript(keyword: Keyword) -> Clause? {
            get { found[keyword.rawValue] }
            _modify { yield &found[keyword.rawValue] }
        }
    }

    private struct Clause {
        var words: [String] = []
        var comments: [TraceComment] = []

        /// The words together; nil when there are none.
        var text: String? { words.isEmpty ? nil : words.prefix(8).joined(separator: " ") }
    }

    init(_ bytes: Bytes) {
        self.bytes = bytes
        self.lexer = TraceLexer(bytes.array)
        sort()
    }

    private mutating func sort() {
        var current: Keyword?
        for item in lexer.items {
            switch item {
            case .word(let word):
                let keyword = keyword(word)
                // A clause's first word is its value even where it reads like a keyword, but no host is called "by".
                let isFilled = current.flatMap { clauses[$0] }.map { !$0.words.isEmpty || !$0.comments.isEmpty } ?? true
                if let keyword, isFilled || keyword == .by, clauses[keyword] == nil {
                    current = keyword
                    clauses[keyword] = Clause()
                } else if let current {
                    clauses[current]?.words.append(lexer.text(word))
                }
            case .comment(let text):
                let comment = TraceComment(lexer.text(text))
                comments.append(comment)
                if let current { clauses[current]?.comments.append(comment) } else { leading.append(comment) }
            }
        }
    }

    private func keyword(_ word: Range<Int>) -> Keyword? {
        switch word.count {
        case 2: lexer.isText("by", word) ? .by : lexer.isText("id", word) ? .id : nil
        case 3: lexer.isText("for", word) ? .for : lexer.isText("via", word) ? .via : nil
        case 4: lexer.isText("from", word) ? .from : lexer.isText("with", word) ? .with : nil
        default: nil
        }
    }

    mutating func read() -> ReceivedField {
        var field = ReceivedField()
        field.via = clauses[.via]?.text
        readWith(into: &field)
        field.id = clauses[.id]?.words.first.map { TraceComment.withoutAngles($0) }
        field.for = clauses[.for]?.words.first.flatMap(ReceivedParser.recipient)
        readFrom(into: &field)
        readBy(into: &field)
        field.envelopeFrom = ReceivedParser.first(in: comments) { $0.envelopeFrom }
        if clauses[.with] == nil { field.tls = ReceivedParser.first(in: comments) { $0.tls } }
        if field.identity == nil { field.identity = ReceivedParser.first(in: comments) { $0.identity } }
        if let start = lexer.dateStart { field.date = MailDate(bytes[start..<bytes.count]) }
        field.isLocal = isLocal(field)
        return field
    }

    /// What the first of `comments` says that says anything; none is copied for it.
    private static func first<Value>(in comments: [TraceComment], _ said: (borrowing TraceComment) -> Value?) -> Value?
    {
        for index in comments.indices {
            if let value = said(comments[index]) { return value }
        }
        return nil
    }

    private func readFrom(into field: inout ReceivedField) {
        let clause = clauses[.from] ?? Clause(comments: leading)
        field.fromName = ReceivedParser.name(clause.words)
        let name = clause.words.first
        let literals = clause.words.dropFirst().lazy.compactMap { AddressLiteral.withPort($0) }
        field.clientAddress =
            ReceivedParser.first(in: clause.comments) { $0.literal } ?? ReceivedParser.first(in: clause.comments) {
                $0.bare
            }
            ?? literals.first ?? name.flatMap { AddressLiteral.withPort($0) ?? AddressLiteral.bare($0) }
        field.reverseName = ReceivedParser.first(in: clause.comments) { $0.reverseName }
        field.identity = ReceivedParser.first(in: clause.comments) { $0.identity }
        if let helo = ReceivedParser.first(in: clause.comments, { $0.helo }) {
            field.helo = helo
            // Exim and qmail write the HELO name apart where it differs from the reverse name, which then stands
            // after "from".
            field.reverseName = field.reverseName ?? name.flatMap { TraceComment.hostName($0) }
        } else if ReceivedParser.isLocal(field.with), field.clientAddress == nil {
            // Exim: "from user by host with local".
            field.identity = field.identity ?? name
        } else if !ReceivedParser.speaksOtherProtocol(field), let name, name == field.fromName,
            !name.equalsIgnoringASCIICase("unknown"), !name.contains("@")
        {
            field.helo = name
            // Exim puts the HELO name there only where the reverse name is the same; without one it writes the address.
            if comments.contains(where: \.isEximSignature) { field.reverseName = TraceComment.hostName(name) }
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
        let first = field.with?.utf8.prefix { $0 != .space }
        return otherProtocols.contains { other in
            first.map { Substring($0).equalsIgnoringASCIICase(other) } == true
                || field.via.map { $0.equalsIgnoringASCIICase(other) } == true
        }
    }

    private static let otherProtocols = [
        "http", "https", "httprest", "imap", "imap4", "pop3", "mapi", "nntp", "nnfmp",
    ]

    private func readBy(into field: inout ReceivedField) {
        guard let clause = clauses[.by] else { return }
        field.by = clause.words.first
        field.byAddress =
            clause.words.lazy.compactMap { AddressLiteral.withPort($0) ?? AddressLiteral.bare($0) }.first
            ?? ReceivedParser.first(in: clause.comments) { $0.literal ?? $0.bare }
    }

    private func readWith(into field: inout ReceivedField) {
        guard let clause = clauses[.with], let first = clause.words.first else { return }
        field.with = clause.text
        field.tls = ReceivedParser.first(in: comments) { $0.tls }
        let parts = first.utf8.contains(.ascii("/")) ? first.split(separator: "/") : []
        if clause.words.count >= 3, clause.words[1].equalsIgnoringASCIICase("tls") {
            // Exim 4.94 and later: "with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim …)".
            field.tls = TLSTrace(version: field.tls?.version ?? "TLS", cipher: clause.words[2])
            field.with = first
        } else if parts.count == 3, parts[1] == "TLS" {
            // "with ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384".
            field.tls = TLSTrace(version: "TLS", cipher: String(parts[2]))
        } else if clause.words.count >= 3, clause.words[1] == "encrypted" {
            // qmail with TLS: "with ECDHE-RSA-AES256-GCM-SHA384 encrypted SMTP".
            field.tls = TLSTrace(version: "TLS", cipher: first)
        }
    }

    /// A forward-path, or nil when something else follows "for".
    private static func recipient(_ word: String) -> String? {
        let isBracketed = word.utf8.first == .ascii("<")
        var text = Substring(word)
        while text.utf8.last == .comma { text = text.dropLast() }
        text = Substring(TraceComment.withoutAngles(text))
        // RFC 3461 §4.2: an original recipient is written with its address type.
        if text.prefix(7).equalsIgnoringASCIICase("rfc822;") { text = text.dropFirst(7) }
        return (isBracketed || text.contains("@")) && !text.isEmpty ? String(text) : nil
    }

    private func isLocal(_ field: ReceivedField) -> Bool {
        if let address = field.clientAddress { return address.isLoopback }
        if comments.contains(where: \.isLocalSubmission) { return true }
        if field.fromName == "localhost" { return true }
        // Microsoft's SMTP service, for mail dropped in its folder: "from mail pickup service by …".
        return clauses[.from] == nil || ReceivedParser.isLocal(field.with) || field.fromName == "mail pickup service"
    }
}
