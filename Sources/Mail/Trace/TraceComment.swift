import Values

/// What one comment of a Received field says about the client, whichever program wrote it.
struct TraceComment {
    var helo: String?
    var identity: String?
    var reverseName: String?
    /// An address in square brackets.
    var literal: IPAddress?
    /// An address without brackets.
    var bare: IPAddress?
    var tls: TLSTrace?
    var envelopeFrom: String?
    /// The message was handed over on the host itself, by a process of the user named in `identity`, if known.
    var isLocalSubmission = false
    /// The comment says that the identity was authenticated: `Authenticated sender: x`.
    private(set) var saysAuthenticated = false
    /// The comment is Exim's signature: `(Exim 4.96)`.
    let isEximSignature: Bool

    private let words: [TraceWord]

    init(_ text: TraceWord) {
        words = TraceComment.words(text)
        tls = TLSTrace(comment: words)
        isEximSignature = words.first?.elementsEqual("Exim".utf8) ?? false
        var index = 0
        while index < words.count { index += 1 + read(at: index) }
        readHostBeforeAddress()
    }

    /// Reads the word at `index`; the result is how many words after it were read with it.
    private mutating func read(at index: Int) -> Int {
        let word = words[index]
        if word.contains(.equals), let pair = TraceComment.keyValue(word) {
            read(key: pair.key, value: pair.value)
            return 0
        }
        if TraceComment.mayBeKeyword(word), let count = read(keyword: word, at: index) { return count }
        readAddress(word)
        return 0
    }

    /// Reads what follows one of the words that say what does; nil for any other word.
    private mutating func read(keyword word: TraceWord, at index: Int) -> Int? {
        let next = index + 1 < words.count ? words[index + 1] : nil
        if word.isText("helo") || word.isText("ehlo") || word.isText("helo:") || word.isText("ehlo:") {
            guard let next else { return 0 }
            helo = helo ?? next.text
            return 1
        }
        if word.isText("envelope-from") || word.isText("envelope-sender") {
            guard let next else { return 0 }
            envelopeFrom = TraceComment.withoutAngles(next)
            return 1
        }
        if word.isText("sender:") || word.isText("user") || word.isText("user:") || word.isText("account") {
            // "Authenticated sender: x" (Postfix), "SquirrelMail authenticated user x", "account x" (CommuniGate).
            let named = word.isText("account") || isAuthenticated(before: index)
            guard named, let next else { return 0 }
            if identity == nil, word.isText("sender:") { saysAuthenticated = true }
            identity = identity ?? next.text
            return 1
        }
        if word.isText("auth:") {
            // Courier: "AUTH: LOGIN user, TLS: …".
            guard index + 2 < words.count else { return 0 }
            identity = identity ?? words[index + 2].text
            return 2
        }
        if word.isText("uid") || word.isText("userid") {
            // qmail "invoked by uid 89", Postfix "from userid 1000".
            isLocalSubmission = true
            identity = identity ?? next.map { "\(word.text) \($0.text)" }
            return 1
        }
        if word.isText("from") {
            // Sendmail's local submission: "(from user@host)".
            guard index == 0, words.count == 2, let next, next.contains(.at) else { return 0 }
            isLocalSubmission = true
            identity = next.text
            return 1
        }
        if word.isText("invoked") {
            // qmail "invoked by alias", "invoked from network".
            isLocalSubmission = isLocalSubmission || next.map { $0.isText("by") } == true
            return 0
        }
        return nil
    }

    /// What white space, line ends and commas separate, without the quotes and parentheses around it.
    private static func words(_ text: TraceWord) -> [TraceWord] {
        var words: [TraceWord] = []
        words.reserveCapacity(8)
        var start = text.startIndex
        var position = start
        while position < text.endIndex {
            let byte = text[position]
            if byte == .space || byte == .comma || (0x09...0x0D).contains(byte) {
                if position > start { words.append(unquoted(text[start..<position])) }
                start = position + 1
            }
            position += 1
        }
        if position > start { words.append(unquoted(text[start..<position])) }
        return words
    }

    /// Whether a word begins as one of those in `read(keyword:at:)` does: most begin otherwise.
    private static func mayBeKeyword(_ word: TraceWord) -> Bool {
        switch word.first.map({ $0 | 0x20 }) {
        case .ascii("h"), .ascii("e"), .ascii("s"), .ascii("u"), .ascii("a"), .ascii("f"), .ascii("i"): true
        default: false
        }
    }

    private mutating func read(key: TraceWord, value: TraceWord) {
        if key.isText("helo") || key.isText("ehlo") {
            helo = helo ?? value.text
        } else if key.isText("ident") || key.isText("auth") || key.isText("authenticated_id") || key.isText("user") {
            identity = identity ?? value.text
        }
    }

    private func isAuthenticated(before index: Int) -> Bool {
        index > 0 && words[index - 1].prefix(13).isText("authenticated")
    }

    private mutating func readAddress(_ word: TraceWord) {
        if let open = word.firstIndex(of: .ascii("[")), let close = word[open...].firstIndex(of: .ascii("]")) {
            // netqmail: "network[192.0.2.1/host.example]".
            let parts = word[(open + 1)..<close].split(separator: .ascii("/"), maxSplits: 1)
            guard literal == nil, let first = parts.first, let address = AddressLiteral.bare(first) else { return }
            literal = address
            if parts.count == 2 { reverseName = TraceComment.hostName(parts[1]) }
        } else if let address = AddressLiteral.bare(word.first == .ascii("/") ? word.dropFirst() : word) {
            bare = bare ?? address
        } else if let at = word.lastIndex(of: .at), let address = AddressLiteral.bare(word[(at + 1)...]) {
            // qmail with ident: "(user@192.0.2.1)".
            bare = bare ?? address
            identity = identity ?? word[..<at].text
        }
    }

    /// The host name directly before the address: `mail.example [192.0.2.1]`, `user@mail.example [192.0.2.1]`,
    /// `mail.example[192.0.2.1]`.
    private mutating func readHostBeforeAddress() {
        guard reverseName == nil, var host = words.first else { return }
        guard literal != nil || bare != nil else {
            // Sendmail for a client without an address, "(joe@localhost)"; qmail's authenticated user.
            if words.count == 1, host.contains(.at), !host.contains(.equals) { identity = identity ?? host.text }
            return
        }
        if let open = host.firstIndex(of: .ascii("[")) {
            host = host[..<open]
        } else if AddressLiteral.bare(host) != nil {
            return
        } else if words.count < 2 || !TraceComment.startsWithAddress(words[1]) {
            return
        }
        if let at = host.lastIndex(of: .at) {
            var user = host[..<at]
            if user.prefix(6).isText("ident:") { user = user.dropFirst(6) }
            if !user.isEmpty { identity = identity ?? user.text }
            host = host[(at + 1)...]
        }
        reverseName = TraceComment.hostName(host)
    }

    private static func startsWithAddress(_ word: TraceWord) -> Bool {
        word.first == .ascii("[") || AddressLiteral.bare(word) != nil
    }

    /// A host name as written, or nil for the words that mean there is none.
    static func hostName(_ text: TraceWord) -> String? {
        switch text.first {
        case nil, .ascii("["): return nil
        // One of the words below may begin so.
        case .ascii("u"), .ascii("U"), .ascii("s"), .ascii("S"), .ascii("<"):
            if noNames.contains(where: { text.isText($0) }) { return nil }
        default: break
        }
        return text.last != .colon && AddressLiteral.bare(text) == nil ? text.text : nil
    }

    private static let noNames: [StaticString] = ["unknown", "unverified", "softdnserr", "unresolved", "<unknown>"]

    static func withoutAngles(_ text: TraceWord) -> String {
        text.first == .ascii("<") && text.last == .ascii(">") ? text.dropFirst().dropLast().text : text.text
    }

    /// The word without the quotes and parentheses around it.
    private static func unquoted(_ word: TraceWord) -> TraceWord {
        var word = word
        while let first = word.first, first == .quote || first == .ascii("(") { word.removeFirst() }
        while let last = word.last, last == .quote || last == .ascii(")") { word.removeLast() }
        return word
    }

    private static func keyValue(_ word: TraceWord) -> (key: TraceWord, value: TraceWord)? {
        guard let equals = word.firstIndex(of: .equals), equals > word.startIndex else { return nil }
        let key = word[..<equals]
        guard key.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") }) else { return nil }
        return (key, word[(equals + 1)...])
    }
}

/// Some bytes of a Received field.
typealias TraceWord = ArraySlice<UInt8>

extension TraceWord {
    /// The bytes read as UTF-8.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// Whether the bytes are `text`, but for the case of ASCII letters.
    func isText(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return unsafe span.bytes.equalsIgnoringCase(text, in: 0..<count)
    }
}
