import Values

extension LogRecord {
    /// What happened, in words. They hold what clients wrote: an output makes them safe.
    public var sentence: String {
        switch kind {
        case .connect:
            if self[.status] == "fail" { return "connection to \(nextHop) failed: \(self[.reason] ?? "")" }
            if self[.client] == nil, self[.nextHop] != nil { return "connected to \(nextHop)" }
            return "client \(client) connected" + optional(" to ", self[.listener])
        case .disconnect: return "client \(client) disconnected" + bracketed(self[.command])
        case .tls:
            let peer = self[.nextHop] != nil ? " with \(nextHop)" : ""
            guard let version = self[.tlsVersion] else { return "TLS failed\(peer): \(self[.reason] ?? "")" }
            return "TLS\(peer): \(version)" + optional(" ", self[.cipher]) + bracketed(self[.status])
        case .authentication:
            let who =
                optional(" as ", self[.authenticated] ?? self[.user]) + optional(" by ", self[.authenticationMethod])
            if self[.status] == "pass" { return "client \(client) authenticated\(who)" }
            return "client \(client) failed to authenticate\(who)" + optional(": ", self[.reason])
        case .dialogue: return role == .client ? "C: \(self[.command] ?? "")" : "S: \(self[.reply] ?? "")"
        case .message: return arrival
        case .reject: return "refused" + refusal
        case .defer: return "refused for now" + refusal
        case .warnReject: return "would have refused" + refusal
        case .delivery: return delivery
        case .notification: return "notification \(self[.newMessage] ?? "")" + bracketed(self[.reason])
        case .removed: return "done, out of the queue" + optional(" after ", self[.delay].map { $0 + " s" })
        case .scan: return scan
        case .login:
            return "\(self[.user] ?? "somebody") logged in" + optional(" from ", self[.client])
                + bracketed(self[.protocolName])
        case .note: return note
        }
    }

    private var client: String {
        let address = self[.client].map { "[\($0)]" + optional(":", self[.clientPort]) }
        return [self[.clientName], address].compactMap(\.self).joined(separator: " ")
    }

    private var nextHop: String {
        let address = self[.nextHopAddress].map { "[\($0)]" + optional(":", self[.nextHopPort]) }
        return [self[.nextHop], address].compactMap(\.self).joined(separator: " ")
    }

    private var arrival: String {
        var parts: [String] = []
        if let sender = self[.sender] { parts.append("from <\(sender)>") }
        if let recipient = self[.recipient] { parts.append("to <\(recipient)>") }
        if self[.client] != nil || self[.clientName] != nil { parts.append("client \(client)") }
        if let helo = self[.helo] { parts.append("greeted as \(helo)") }
        if let user = self[.authenticated] { parts.append("authenticated as \(user)") }
        if let user = self[.user] { parts.append("user \(user)") }
        if let name = self[.protocolName] { parts.append("by \(name)") }
        if let version = self[.tlsVersion] { parts.append("\(version)") }
        if let size = self[.size] { parts.append("\(size) bytes") }
        if let count = self[.recipientCount] { parts.append(count == "1" ? "1 recipient" : "\(count) recipients") }
        if let id = self[.messageID] { parts.append("Message-ID <\(id)>") }
        if let subject = self[.subject] { parts.append("subject \"\(subject)\"") }
        return "message " + parts.joined(separator: ", ")
    }

    private var refusal: String {
        var text = optional(" at ", self[.stage])
        if self[.client] != nil || self[.clientName] != nil { text += ": client \(client)" }
        if let sender = self[.sender] { text += ", from <\(sender)>" }
        if let recipient = self[.recipient] { text += ", to <\(recipient)>" }
        if let helo = self[.helo] { text += ", greeted as \(helo)" }
        let code = [self[.code], self[.enhancedCode]].compactMap(\.self).joined(separator: " ")
        let reason = self[.reason] ?? self[.reply] ?? ""
        let words = [code, reason].filter { !$0.isEmpty }.joined(separator: " ")
        return text + (words.isEmpty ? "" : ": " + words)
    }

    private var delivery: String {
        let recipient = self[.recipient].map { "<\($0)>" } ?? ""
        let original = self[.originalRecipient].map { $0 == self[.recipient] ? "" : " (for <\($0)>)" } ?? ""
        let hop = nextHop.isEmpty || nextHop == "none" ? "" : " by \(nextHop)"
        let delay = optional(" after ", self[.delay].map { $0 + " s" })
        let reply = optional(": ", self[.reply])
        switch self[.status] ?? "" {
        case "sent": return "delivered to \(recipient)\(original)\(hop)\(delay)\(reply)"
        case "deferred": return "put off for \(recipient)\(original)\(hop)\(delay)\(reply)"
        case "bounced": return "undeliverable to \(recipient)\(original)\(hop)\(delay)\(reply)"
        case "expired": return "given up" + (recipient.isEmpty ? "" : " for \(recipient)\(original)") + reply
        case let other: return "\(other) for \(recipient)\(original)\(hop)\(delay)\(reply)"
        }
    }

    private var scan: String {
        var parts: [String] = []
        for (name, title) in [
            (LogField.verdict, ""), (.score, "score "), (.virus, "virus "), (.list, "listed by "), (.spf, "spf="),
            (.dkim, "dkim="),
            (.dmarc, "dmarc="), (.symbols, ""), (.reason, ""), (.reply, ""), (.command, "after "),
        ] {
            if let value = self[name] { parts.append(title + value) }
        }
        let peer = self[.client] != nil ? "client \(client): " : ""
        return "scan: \(peer)" + parts.joined(separator: ", ")
    }

    private var note: String {
        var words = self[.reason] ?? self[.verdict] ?? self[.reply] ?? ""
        if let status = self[.status] { words = "\(status): \(words)" }
        if let verdict = self[.verdict], self[.reason] != nil { words = "\(verdict): \(words)" }
        if self[.client] != nil, let stage = self[.stage] { words += " after \(stage), client \(client)" }
        return words
    }

    private func optional(_ before: String, _ text: String?) -> String { text.map { before + $0 } ?? "" }

    private func bracketed(_ text: String?) -> String { text.map { $0.isEmpty ? "" : " (\($0))" } ?? "" }
}

extension LogRecord {
    /// The record as an object: what is known under the names of the fields, and where it stands in the file of that name.
    public func json(file: String) -> JSON {
        var members: [String: JSON] = [
            "event": .string(kind.rawValue), "file": .string(file), "line": .integer(place.line),
            "offset": .integer(place.offset),
            "length": .integer(place.length),
        ]
        if let instant {
            members["time"] = .string(instant.time.rfc3339)
            members["time_precision"] = .string(instant.precision.rawValue)
            if !instant.hasYear { members["year_assumed"] = .bool(true) }
            if !instant.hasZone { members["zone_assumed"] = .bool(true) }
        }
        members["host"] = host.map(JSON.string)
        members["program"] = program.map(JSON.string)
        members["process"] = process.map(JSON.integer)
        members["session"] = session.map(JSON.string)
        members["queue_id"] = message.map(JSON.string)
        members["role"] = role.map { .string($0.rawValue) }
        for field in fields { members[field.name.rawValue] = .string(field.value) }
        return .object(members)
    }
}
