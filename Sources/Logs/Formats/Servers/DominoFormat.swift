import Values

/// Domino's console log: `[28325:00010-3735542592] 22.06.2014 09:56:12   SMTP Server: mail.example (192.0.2.1) connected`.
struct DominoFormat: LogFormat {
    static let name = "domino"

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        share(of: head) { line in
            guard let (_, text) = time(of: line, LogClock(reference: Timestamp(seconds: 0))) else { return false }
            return tasks.contains { text.beginsIgnoringCase($0) }
        } * 93 / 100
    }

    private static let tasks = [
        "smtp server", "smtp: ", "router: ", "pop3", "imap", "ldap", "http server", "admin", "ams: ", "dds: ", "agent",
        "replica", "event", "mail", "database", "clock", "schedule", "collect", "index", "opened", "closed", "connect",
    ]

    /// The time that a line begins with, in whichever order the server's country has it, and what follows it.
    private static func time(of line: LogText, _ clock: LogClock) -> (LogInstant, LogText)? {
        var rest = line
        if rest.first == .ascii("["), let close = rest.prefix(60).firstIndex(of: .ascii("]")) {
            rest = rest[(close + 1)...].drop { $0 == .space }
        }
        // With slashes, who counts twelve hours writes the month first.
        let head = rest.prefix(24)
        let isHalved = head.first(" AM") != nil || head.first(" PM") != nil
        let slashed = isHalved ? ["M/D/Y h:m:s", "D/M/Y h:m:s"] : ["D/M/Y h:m:s", "M/D/Y h:m:s"]
        for shape in ["Y-M-D h:m:s", "D-M-Y h:m:s", "D.M.Y h:m:s"] + slashed {
            guard var instant = ShapedTime.take(shape, from: &rest, clock) else { continue }
            if rest.begins(" AM") || rest.begins(" PM") {
                // Twelve hours a day: 12 AM is midnight.
                let hour = Int((instant.time + clock.offset).seconds % 86_400 / 3600)
                if rest.begins(" PM"), hour < 12 { instant.time = instant.time + .seconds(43_200) }
                if rest.begins(" AM"), hour == 12 { instant.time = instant.time - .seconds(43_200) }
                rest = rest.dropFirst(3)
            }
            return (instant, rest.drop { $0 == .space })
        }
        return nil
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        guard let (instant, rest) = DominoFormat.time(of: line.text, line.clock) else { return .unknown }
        var record = line.record(.note)
        record.instant = instant
        record[.reason] = rest.value
        var text = rest
        if let smtp = text.after("smtp: ") ?? text.after("SMTP: ") {
            // The address stands behind the name, which may have spaces, and before fixed words.
            var head = smtp
            if head.cut(fromLast: " authentication failure using internet password")?.trimmed.isEmpty ?? false,
                let address = head.cut(fromLast: " ")?.address
            {
                fail(&record, head, address)
            }
            records.append(record)
            return .read
        }
        guard let server = text.after("SMTP Server") else {
            return other(rest, record, into: &records)
        }
        text = server
        if text.begins(" ["), let close = text.prefix(80).firstIndex(of: .ascii("]")) {
            record.session = text[(text.startIndex + 2)..<close].value
            text = text[(close + 1)...]
        }
        if text.first == .colon { text = text.dropFirst() }
        text = text.trimmed
        if var rest = text.after("Authentication failed for user "),
            let host = rest.cut(fromLast: " ; connecting host ")
        {
            if let address = host.trimmed.address { fail(&record, rest, address) }
        } else if let host = text.after("Connection from ") {
            let address = host.prefix { $0 != .space }.address
            record[.client] = address?.description
            if host.first(" rejected ") != nil { (record.kind, record[.stage]) = (.reject, "CONNECT") }
        } else if text.first(" connected") != nil || text.first(" disconnected") != nil {
            // `mail.example (192.0.2.1) connected`, `192.0.2.1 disconnected. 1 message[s] received`.
            record.kind = text.first(" disconnected") != nil ? .disconnect : .connect
            let head = text.prefix { $0 != .space }
            if let open = text.firstIndex(of: .ascii("(")), let close = text[open...].firstIndex(of: .ascii(")")) {
                record[.client] = text[(open + 1)..<close].address?.description
                record[.clientName] = head.value
            } else {
                record[.client] = head.address?.description
            }
        } else if let id = text.after("Message ") {
            // `Message 0041A2 (MessageID: <1@far.example>) received from mail.example (192.0.2.1) size 5K …`
            record.message = id.prefix { $0.isAlphanumeric }.value
            if let open = id.first("(MessageID: "), let close = id[open.upperBound...].firstIndex(of: .ascii(")")) {
                record[.messageID] = id[open.upperBound..<close].unbracketed.value
            }
            record.kind = id.first(" received") != nil ? .message : id.first(" rejected") != nil ? .reject : .note
        }
        records.append(record)
        return .read
    }

    private func fail(_ record: inout LogRecord, _ user: LogText, _ address: IPAddress) {
        record.kind = .authentication
        record[.status] = "fail"
        record[.user] = user.trimmed.name
        record[.client] = address.description
        record[.protocolName] = "smtp"
    }

    /// `Router: Message 0041A2 transferred to MX.FAR.EXAMPLE for bob@far.example via SMTP`.
    private func other(_ text: LogText, _ base: LogRecord, into records: inout [LogRecord]) -> LogRecognition {
        var record = base
        guard DominoFormat.tasks.contains(where: { text.beginsIgnoringCase($0) }) else {
            records.append(record)
            return .unknown
        }
        if let message = text.after("Router: Message ") {
            record.message = message.prefix { $0.isAlphanumeric }.value
            record.kind = .delivery
            func value(_ mark: String) -> String? {
                message.first(mark).flatMap { message[$0.upperBound...].prefix { $0 != .space }.value }
            }
            if message.first(" transferred to ") != nil || message.first(" delivered to ") != nil {
                record[.status] = "sent"
                record[.nextHop] = value(" transferred to ")
                record[.recipient] = value(" for ") ?? value(" delivered to ")
            } else if message.first(" not delivered") != nil || message.first(" failure") != nil {
                record[.status] = "bounced"
            } else {
                record.kind = .note
            }
        }
        records.append(record)
        return .read
    }
}
