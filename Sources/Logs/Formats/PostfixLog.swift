import Values

/// Lines of Postfix: failed SASL exchanges, and mail of users that was handed on. A message's lines are told from those
/// of others by its queue id.
struct PostfixLog: Sendable {
    private struct Message: Sendable {
        var sender: String?
        var origin: LogEvent.Origin?
    }

    private var messages = RecentTable<Message>(limit: 10_000)

    mutating func read(_ text: LogText, by program: String) -> LogEvent.Kind? {
        let service = program.split(separator: "/").last.map(String.init) ?? program
        if service == "smtpd", let rest = text.after("warning: ") { return PostfixLog.failure(rest) }
        guard let end = text.first(": "), let id = PostfixLog.queueID(text[..<end.lowerBound]) else { return nil }
        let rest = text[end.upperBound...]
        switch service {
        case "smtpd":
            guard let client = rest.after("client=") else { return nil }
            messages[id, default: Message()].origin = PostfixLog.origin(client)
        case "pickup":
            guard rest.begins("uid=") else { return nil }
            messages[id, default: Message()].origin = .local
        case "qmgr", "nqmgr":
            if rest.begins("removed") {
                messages.remove(id)
            } else if let sender = PostfixLog.path(rest, after: "from=") {
                messages[id, default: Message()].sender = sender
            }
        case "smtp":
            // The next server's words come last, behind the status.
            guard let status = rest.first(", status="), rest[status.upperBound...].begins("sent "),
                let recipient = PostfixLog.path(rest[..<status.lowerBound], after: "to="), let message = messages[id],
                let sender = message.sender, !sender.isEmpty, let origin = message.origin
            else { return nil }
            return .delivered(from: sender, to: recipient, origin: origin)
        default: break
        }
        return nil
    }

    /// `unknown[192.0.2.1]: SASL LOGIN authentication failed: …`; names of hosts have no brackets.
    private static func failure(_ text: LogText) -> LogEvent.Kind? {
        guard let open = text.firstIndex(of: .ascii("[")), let close = text[open...].firstIndex(of: .ascii("]")),
            let client = text[open...close].address, text[..<open].allSatisfy({ $0 > .space }),
            let rest = text[(close + 1)...].after(": SASL ")
        else { return nil }
        let words = rest.split(separator: .space, maxSplits: 3)
        guard words.count >= 3, words[1].begins("authentication"), words[2].begins("failed") else { return nil }
        // No password was wrong where the server that checks them is away, or the mechanism is none.
        if words.count > 3, words[3].begins("Connection lost") || words[3].begins("Invalid authentication mechanism") {
            return nil
        }
        // Newer ones end with the name; what comes before it is base64 from the client.
        let user = text.last("sasl_username=").flatMap { text[$0.upperBound...].prefix { $0 > .space }.name }
        return .failure(user: user, client: client, service: .smtp, count: 1)
    }

    /// `host.example[192.0.2.1], sasl_method=PLAIN, sasl_username=ann`.
    private static func origin(_ text: LogText) -> LogEvent.Origin? {
        guard let open = text.firstIndex(of: .ascii("[")), let close = text[open...].firstIndex(of: .ascii("]")),
            let client = text[open...close].address
        else { return nil }
        if let name = text[close...].first(", sasl_username=") {
            return (text[name.upperBound...].prefix { $0 != .comma }.name).map { .authenticated($0) }
        }
        return .client(client)
    }

    /// Old ones are hexadecimal, long ones letters and digits.
    private static func queueID(_ text: LogText) -> [UInt8]? {
        (5...20).contains(text.count) && text.allSatisfy(\.isAlphanumeric) ? Array(text) : nil
    }

    private static func path(_ text: LogText, after key: String) -> String? {
        guard let rest = text.after(key + "<"),
            let end = rest.first(">,")?.lowerBound ?? rest.firstIndex(of: .ascii(">"))
        else { return nil }
        let path = rest[rest.startIndex..<end]
        return path.isEmpty ? "" : path.name
    }
}
