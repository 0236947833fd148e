import Values

/// Sessions in MDaemon's logs of POP and IMAP: what client and server said, line by line, each with the session's number
/// where the server is set to log it.
struct MDaemonLog: Sendable {
    private struct Session: Sendable {
        let client: IPAddress
        let service: LogEvent.Service
        var user: String?
        /// What the client waits for an answer to: of IMAP the command's tag.
        var pending: [UInt8]?
    }

    private var sessions = RecentTable<Session>(limit: 4_096)

    mutating func read(_ text: LogText) -> LogEvent.Kind? {
        var (text, id) = (text, [UInt8]())
        // Newer versions tell what kind of line it is: `02: `.
        if text.prefix(2).number != nil, text.dropFirst(2).begins(": ") { text = text.dropFirst(4) }
        if text.first == .ascii("["), let close = text.firstIndex(of: .ascii("]")), close - text.startIndex <= 24 {
            id = Array(text[text.startIndex...close])
            text = text[(close + 1)...].drop { $0 == .space }
        }
        if let rest = text.after("Accepting ") {
            sessions[id] = MDaemonLog.accepted(rest)
        } else if let command = text.after("<-- ") {
            take(command, of: id)
        } else if let reply = text.after("--> ") {
            return answer(reply, of: id)
        }
        return nil
    }

    /// `POP connection from [192.0.2.1:49152] to [198.51.100.25:110]`.
    private static func accepted(_ text: LogText) -> Session? {
        let service: LogEvent.Service
        if text.begins("POP") {
            service = .pop
        } else if text.begins("IMAP") {
            service = .imap
        } else {
            return nil
        }
        guard let mark = text.first(" from ["), let close = text[mark.upperBound...].firstIndex(of: .ascii("]")) else {
            return nil
        }
        let end = text[mark.upperBound..<close]
        let host = end.lastIndex(of: .colon).map { end[..<$0] } ?? end
        let bare = LogText(host.filter { $0 != .space && $0 != .ascii("[") })
        return (bare.address ?? LogText(end).address).map { Session(client: $0, service: service) }
    }

    private mutating func take(_ command: LogText, of id: [UInt8]) {
        guard var session = sessions[id] else { return }
        let words = command.split(separator: .space, maxSplits: 3)
        func isVerb(_ word: LogText?, _ verbs: String...) -> Bool {
            word.map { word in verbs.contains { String(decoding: word, as: UTF8.self).equalsIgnoringASCIICase($0) } }
                ?? false
        }
        switch session.service {
        case .pop:
            if isVerb(words.first, "USER") {
                session.user = words.dropFirst().first?.name
            } else if isVerb(words.first, "APOP") {
                session.user = words.dropFirst().first?.name
                session.pending = []
            } else if isVerb(words.first, "PASS", "AUTH") {
                session.pending = []
            } else if !isVerb(words.first, "CAPA", "STLS", "NOOP"), session.user == nil {
                return
            }
        case .imap:
            // RFC 9051 §2.2.1: a tag has neither '+' nor '*', which begin what the server says by itself.
            guard let tag = words.first, tag.count <= 32, tag.allSatisfy(\.isAlphanumeric) else { return }
            if isVerb(words.dropFirst().first, "LOGIN") {
                session.user = words.dropFirst(2).first.flatMap { LogText($0.filter { $0 != .quote }).name }
            } else if !isVerb(words.dropFirst().first, "AUTHENTICATE") {
                return
            }
            session.pending = Array(tag)
        case .smtp, .sieve: return
        }
        sessions[id] = session
    }

    private mutating func answer(_ reply: LogText, of id: [UInt8]) -> LogEvent.Kind? {
        guard var session = sessions[id], let pending = session.pending else { return nil }
        let hasSucceeded: Bool
        switch session.service {
        case .pop:
            guard reply.begins("+OK") || reply.begins("-ERR") else { return nil }
            hasSucceeded = reply.begins("+OK")
        case .imap:
            guard reply.starts(with: pending), let rest = reply.dropFirst(pending.count).after(" ") else { return nil }
            hasSucceeded = rest.begins("OK")
        case .smtp, .sieve: return nil
        }
        session.pending = nil
        sessions[id] = session
        let (user, client, service) = (session.user, session.client, session.service)
        return hasSucceeded
            ? .login(user: user ?? "(not named)", client: client, service: service)
            : .failure(user: user, client: client, service: service, count: 1)
    }
}
