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
    /// The comment is Exim's signature: `(Exim 4.96)`.
    let isEximSignature: Bool

    private let words: [Substring]

    init(_ text: String) {
        words = TraceComment.words(text)
        tls = TLSTrace(comment: words)
        isEximSignature = words.first == "Exim"
        var index = 0
        while index < words.count { index += 1 + read(at: index) }
        readHostBeforeAddress()
    }

    /// Reads the word at `index`; the result is how many words after it were read with it.
    private mutating func read(at index: Int) -> Int {
        let word = words[index]
        let next = index + 1 < words.count ? words[index + 1] : nil
        if let pair = TraceComment.keyValue(word) { return read(key: pair.key, value: pair.value) }
        guard TraceComment.mayBeKeyword(word) else {
            readAddress(word)
            return 0
        }
        switch word.asciiLowercased {
        case "helo", "ehlo", "helo:", "ehlo:":
            guard let next else { return 0 }
            helo = helo ?? String(next)
            return 1
        case "envelope-from", "envelope-sender":
            guard let next else { return 0 }
            envelopeFrom = TraceComment.withoutAngles(next)
            return 1
        case "sender:", "user", "user:", "account":
            // "Authenticated sender: x" (Postfix), "SquirrelMail authenticated user x", "account x" (CommuniGate).
            let named = word.equalsIgnoringASCIICase("account") || isAuthenticated(before: index)
            guard named, let next else { return 0 }
            identity = identity ?? String(next)
            return 1
        case "auth:":
            // Courier: "AUTH: LOGIN user, TLS: …".
            guard index + 2 < words.count else { return 0 }
            identity = identity ?? String(words[index + 2])
            return 2
        case "uid", "userid":
            // qmail "invoked by uid 89", Postfix "from userid 1000".
            isLocalSubmission = true
            identity = identity ?? next.map { "\(word) \($0)" }
            return 1
        case "from":
            // Sendmail's local submission: "(from user@host)".
            guard index == 0, words.count == 2, let next, next.contains("@") else { return 0 }
            isLocalSubmission = true
            identity = String(next)
            return 1
        case "invoked":
            // qmail "invoked by alias", "invoked from network".
            isLocalSubmission = isLocalSubmission || next.map { $0.equalsIgnoringASCIICase("by") } == true
            return 0
        default:
            readAddress(word)
            return 0
        }
    }

    /// What white space, line ends and commas separate, without the quotes and parentheses around it.
    private static func words(_ text: String) -> [Substring] {
        // Characters of plain ASCII are its bytes, but for CR LF, which separates either way.
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            return text.utf8.split { $0.isWhitespace || $0 == .comma || (0x0A...0x0D).contains($0) }.map {
                unquoted(Substring($0))
            }
        }
        return text.split { $0 == " " || $0 == "\t" || $0 == "," || $0.isNewline }.map(unquoted)
    }

    /// Whether a word begins as one of those in `read(at:)` does: most begin otherwise.
    private static func mayBeKeyword(_ word: Substring) -> Bool {
        switch word.utf8.first.map({ $0 | 0x20 }) {
        case .ascii("h"), .ascii("e"), .ascii("s"), .ascii("u"), .ascii("a"), .ascii("f"), .ascii("i"): true
        default: false
        }
    }

    private mutating func read(key: String, value: Substring) -> Int {
        switch key {
        case "helo", "ehlo": helo = helo ?? String(value)
        case "ident", "auth", "authenticated_id", "user": identity = identity ?? String(value)
        default: break
        }
        return 0
    }

    private func isAuthenticated(before index: Int) -> Bool {
        index > 0 && words[index - 1].asciiLowercased.hasPrefix("authenticated")
    }

    private mutating func readAddress(_ word: Substring) {
        let bytes = word.utf8
        if let open = bytes.firstIndex(of: .ascii("[")), let close = bytes[open...].firstIndex(of: .ascii("]")) {
            // netqmail: "network[192.0.2.1/host.example]".
            let parts = bytes[bytes.index(after: open)..<close].split(separator: .ascii("/"), maxSplits: 1)
                .map { Substring($0) }
            guard literal == nil, let first = parts.first, let address = AddressLiteral.bare(first) else { return }
            literal = address
            if parts.count == 2 { reverseName = TraceComment.hostName(parts[1]) }
        } else if let address = AddressLiteral.bare(
            bytes.first == .ascii("/") ? Substring(bytes.dropFirst()) : word)
        {
            bare = bare ?? address
        } else if let at = bytes.lastIndex(of: .at),
            let address = AddressLiteral.bare(Substring(bytes[bytes.index(after: at)...]))
        {
            // qmail with ident: "(user@192.0.2.1)".
            bare = bare ?? address
            identity = identity ?? String(word[..<at])
        }
    }

    /// The host name directly before the address: `mail.example [192.0.2.1]`, `user@mail.example [192.0.2.1]`,
    /// `mail.example[192.0.2.1]`.
    private mutating func readHostBeforeAddress() {
        guard reverseName == nil, var host = words.first else { return }
        guard literal != nil || bare != nil else {
            // Sendmail for a client without an address, "(joe@localhost)"; qmail's authenticated user.
            if words.count == 1, host.utf8.contains(.at), host.contains("@"), !host.contains("=") {
                identity = identity ?? String(host)
            }
            return
        }
        if host.utf8.contains(.ascii("[")), let open = host.firstIndex(of: "[") {
            host = host[..<open]
        } else if AddressLiteral.bare(host) != nil {
            return
        } else if words.count < 2 || !TraceComment.startsWithAddress(words[1]) {
            return
        }
        if host.utf8.contains(.at), let at = host.lastIndex(of: "@") {
            var user = host[..<at]
            if user.prefix(6).equalsIgnoringASCIICase("IDENT:") { user = user.dropFirst(6) }
            if !user.isEmpty { identity = identity ?? String(user) }
            host = host[host.index(after: at)...]
        }
        reverseName = TraceComment.hostName(host)
    }

    private static func startsWithAddress(_ word: Substring) -> Bool {
        word.utf8.first == .ascii("[") || AddressLiteral.bare(word) != nil
    }

    /// A host name as written, or nil for the words that mean there is none.
    static func hostName<Text: StringProtocol>(_ text: Text) -> String? where Text.UTF8View: BidirectionalCollection {
        switch text.utf8.first {
        case nil, .ascii("["): return nil
        // One of the words below may begin so.
        case .ascii("u"), .ascii("U"), .ascii("s"), .ascii("S"), .ascii("<"):
            if noNames.contains(text.asciiLowercased) { return nil }
        default: break
        }
        return text.utf8.last != .colon && AddressLiteral.bare(text) == nil ? String(text) : nil
    }

    private static let noNames = ["unknown", "unverified", "softdnserr", "unresolved", "<unknown>"]

    static func withoutAngles<Text: StringProtocol>(_ text: Text) -> String
    where Text.UTF8View: BidirectionalCollection {
        text.utf8.first == .ascii("<") && text.utf8.last == .ascii(">")
            ? String(decoding: text.utf8.dropFirst().dropLast(), as: UTF8.self) : String(text)
    }

    /// The word without the quotes and parentheses around it.
    private static func unquoted(_ word: Substring) -> Substring {
        var word = word
        while let first = word.utf8.first, first == .quote || first == .ascii("(") {
            word = Substring(word.utf8.dropFirst())
        }
        while let last = word.utf8.last, last == .quote || last == .ascii(")") {
            word = Substring(word.utf8.dropLast())
        }
        return word
    }

    private static func keyValue(_ word: Substring) -> (key: String, value: Substring)? {
        let bytes = word.utf8
        guard let equals = bytes.firstIndex(of: .equals), equals > bytes.startIndex else { return nil }
        let key = Substring(bytes[..<equals])
        guard key.utf8.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") }) else { return nil }
        return (key.asciiLowercased, Substring(bytes[bytes.index(after: equals)...]))
    }
}
