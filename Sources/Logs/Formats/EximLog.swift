import Values

/// Lines of Exim's main log: failed authenticators, and mail of users that was handed on.
struct EximLog: Sendable {
    private struct Message: Sendable {
        let sender: String
        let origin: LogEvent.Origin
    }

    private var messages = RecentTable<Message>(limit: 10_000)

    mutating func read(_ text: LogText) -> LogEvent.Kind? {
        var text = text
        // With log_selector = +pid.
        if text.first == .ascii("["), let close = text.firstIndex(of: .ascii("]")),
            text[(text.startIndex + 1)..<close].allSatisfy(\.isDigit)
        {
            text = text[(close + 1)...].drop { $0 == .space }
        }
        if let mark = text.first(" authenticator failed for "), !text[..<mark.lowerBound].contains(.space) {
            return EximLog.failure(text[mark.upperBound...])
        }
        guard let space = text.firstIndex(of: .space), let id = EximLog.messageID(text[..<space]) else { return nil }
        let rest = text[(space + 1)...]
        if let arrival = rest.after("<= ") {
            let words = EximLog.words(arrival)
            guard let sender = words.first?.name, sender != "<>", let origin = EximLog.origin(words) else { return nil }
            messages[id] = Message(sender: sender, origin: origin)
        } else if let delivery = rest.after("=> ") ?? rest.after("-> ") {
            let words = EximLog.words(delivery)
            // A delivery to another host names it.
            guard let message = messages[id], let recipient = words.first?.name, recipient.utf8.contains(.at),
                words.contains(where: { $0.begins("H=") })
            else { return nil }
            return .delivered(from: message.sender, to: recipient, origin: message.origin)
        } else if rest.begins("Completed") {
            messages.remove(id)
        }
        return nil
    }

    /// `host.example (helo) [192.0.2.1]:5432 I=[198.51.100.25]:587: 535 Incorrect authentication data (set_id=ann)`.
    private static func failure(_ text: LogText) -> LogEvent.Kind? {
        // What the client said of itself stands before its address, without spaces; the reply comes last.
        guard let end = text.first(": 5")?.lowerBound ?? text.first(": 4")?.lowerBound else { return nil }
        var client: IPAddress?
        for word in text[..<end].split(separator: .space) where word.first == .ascii("[") {
            client = word.firstIndex(of: .ascii("]")).flatMap { word[...$0].address } ?? client
        }
        guard let client else { return nil }
        let user = text.first("(set_id=", from: end).flatMap { start in
            text[start.upperBound...].prefix { $0 != .ascii(")") }.name
        }
        return .failure(user: user, client: client, service: .smtp, count: 1)
    }

    /// `U=ann P=local`, or `H=(helo) [192.0.2.1] P=esmtpsa A=plain:ann`.
    private static func origin(_ words: [LogText]) -> LogEvent.Origin? {
        guard let type = words.lazy.compactMap({ $0.after("P=") }).first else { return nil }
        if type.begins("local") { return .local }
        if [UInt8.ascii("a"), .ascii("A")].contains(type.last ?? 0),
            let how = words.lazy.compactMap({ $0.after("A=") }).first
        {
            let name = how.firstIndex(of: .colon).map { how[($0 + 1)...] } ?? how
            return name.name.map { .authenticated($0) }
        }
        let client = words.lazy.filter { $0.first == .ascii("[") }.compactMap { word in
            word.firstIndex(of: .ascii("]")).flatMap { word[...$0].address }
        }.first
        return client.map { .client($0) }
    }

    /// What spaces separate, with quoted text and text in parentheses in one piece: a client chooses it.
    private static func words(_ text: LogText) -> [LogText] {
        var words: [LogText] = []
        var start = text.startIndex
        var (isQuoted, depth) = (false, 0)
        var position = start
        while position < text.endIndex, words.count < 200 {
            let byte = text[position]
            if isQuoted {
                if byte == .backslash { position += 1 } else if byte == .quote { isQuoted = false }
            } else if byte == .quote {
                isQuoted = true
            } else if byte == .ascii("(") {
                depth += 1
            } else if byte == .ascii(")") {
                depth = max(0, depth - 1)
            } else if byte == .space, depth == 0 {
                if position > start { words.append(text[start..<position]) }
                start = position + 1
            }
            position += 1
        }
        if start < text.endIndex { words.append(text[start...]) }
        return words
    }

    /// `1abCde-0000AB-CD`, or since 4.97 `1abCde-00000001234-5678`.
    private static func messageID(_ text: LogText) -> [UInt8]? {
        let parts = text.split(separator: .hyphen, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 6, [6, 11].contains(parts[1].count), [2, 4].contains(parts[2].count),
            parts.allSatisfy({ $0.allSatisfy(\.isAlphanumeric) })
        else { return nil }
        return Array(text)
    }
}
