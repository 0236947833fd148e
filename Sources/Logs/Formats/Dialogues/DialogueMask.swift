import Values

/// Keeps what is secret of a dialogue out of what is told of it: the answers to AUTH (RFC 4954 §4) and the passwords of
/// POP and IMAP. Who tries to authenticate is told.
struct DialogueMask: Sendable {
    /// What stands in place of a secret.
    static let secret = "***"

    /// The user that the last attempt named.
    private(set) var user: String?
    /// The mechanism of the last attempt, in capitals.
    private(set) var mechanism: String?
    /// Whether the server waits for a line of the exchange.
    private(set) var isExpectingAnswer = false
    private var answerCount = 0
    private var hasAuthenticated = false

    /// The client's line, without what is secret.
    mutating func client(_ line: LogText) -> LogText {
        if isExpectingAnswer {
            isExpectingAnswer = false
            answerCount += 1
            // RFC 4954 §4: a line of "*" alone cancels.
            return line.elementsEqual([.ascii("*")]) ? line : answer(line)
        }
        var rest = line
        let verb = rest.takeWord().prefix(16).string.uppercased()
        if verb == "AUTH" {
            let given = rest.takeWord()
            (mechanism, user, answerCount, hasAuthenticated) = (given.prefix(32).string.uppercased(), nil, 0, true)
            guard !rest.isEmpty else { return line }
            let masked = answer(rest)
            return Array("AUTH \(given.prefix(32).string) ".utf8)[...] + masked
        }
        if verb == "PASS" || verb == "APOP" {
            hasAuthenticated = true
            if verb == "APOP" { user = rest.takeWord().name }
            return Array("\(verb) \(user.map { verb == "APOP" ? $0 + " " : "" } ?? "")\(DialogueMask.secret)".utf8)[...]
        }
        // A line of an exchange whose other lines are not in the log: one word that is no command but may be base64.
        if rest.isEmpty, line.count >= 4, !DialogueMask.verbs.contains(verb), hasAuthenticated || line.count >= 12,
            DialogueMask.isBase64(line)
        {
            return Array(DialogueMask.secret.utf8)[...]
        }
        return line
    }

    /// Takes what is secret out of a record of a dialogue's line. Those of a session are to come in order.
    mutating func veil(_ record: inout LogRecord) {
        switch record.role {
        case .client:
            guard let line = record.octets(.command)?.array[...] else { return }
            let shown = client(line)
            if shown != line { record.set(.command, octets: shown) }
        case .server: server(record.octets(.reply)?.array[...] ?? [])
        case nil: return
        }
    }

    /// Takes notice of a reply.
    mutating func server(_ line: LogText) { isExpectingAnswer = line.begins("334") }

    private mutating func answer(_ line: LogText) -> LogText {
        let decoded = line.count <= 4096 ? Base64.decode(line) : nil
        switch mechanism {
        case "PLAIN":
            // RFC 4616 §2: authorization identity, NUL, authentication identity, NUL, password.
            let parts = decoded?.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false) ?? []
            if parts.count == 3 { user = parts[1].name ?? parts[0].name }
        case "LOGIN":
            if user == nil, let name = decoded?[...].name { user = name }
        case "CRAM-MD5":
            // RFC 2195 §2: the name, a space, the digest.
            if let decoded, let space = decoded.lastIndex(of: .space) { user = decoded[..<space].name }
        case "XOAUTH2", "OAUTHBEARER":
            if var text = decoded?[...], text.take(untilFirst: "user=") != nil { user = text.prefix { $0 != 1 }.name }
        default: break
        }
        return Array(DialogueMask.secret.utf8)[...]
    }

    private static let verbs: Set<String> = [
        "HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP",
        "STARTTLS",
        "ETRN", "TURN", "ATRN", "XCLIENT", "XFORWARD", "AUTH", "USER", "STAT", "LIST", "RETR", "DELE", "UIDL", "CAPA",
        "STLS",
    ]

    private static func isBase64(_ line: LogText) -> Bool {
        line.allSatisfy { $0.isAlphanumeric || $0 == .ascii("+") || $0 == .ascii("/") || $0 == .equals }
    }
}
