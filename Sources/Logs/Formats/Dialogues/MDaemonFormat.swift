import Values

/// MDaemon's session logs, SMTP-(in), SMTP-(out), POP, IMAP and MultiPOP: what both sides said and what the server did
/// meanwhile, each line with the session's number where it is set to be logged.
struct MDaemonFormat: LogFormat {
    static let name = "mdaemon"

    private struct Session: Sendable {
        var tracker: DialogueTracker
        var service = "smtp"
        /// What the server is about to tell the result of.
        var check: LogField?
        /// Whether its end was told: some ends are, twice.
        var hasEnded = false
        /// Whether lines that we sent are the client's.
        var isOurs: Bool { tracker.isOutbound }
    }

    private var sessions = RecentTable<Session>(limit: 4_096)
    private var logins = MDaemonLog()
    private var unnamedCount = 0

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        share(of: head) { isFrame($0) || MDaemonFormat.time(of: $0) != nil } * 95 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        guard let (instant, rest) = MDaemonFormat.time(of: line.text, line.clock) else {
            return MDaemonFormat.isFrame(line.text) ? .read : .unknown
        }
        var base = line.record(.note)
        base.instant = instant
        var (text, id) = (rest, LogText())
        if text.first == .ascii("["), let close = text.prefix(26).firstIndex(of: .ascii("]")) {
            id = text[(text.startIndex + 1)..<close]
            if id.allSatisfy({ $0.hexDigitValue != nil || $0 == .colon }) {
                text = text[(close + 1)...].drop { $0 == .space }
            } else {
                id = []
            }
        }
        if id.isEmpty {
            // Without numbers, sessions stand one after the other.
            if rest.begins("Accepting ") || rest.begins("Session ") || rest.begins("Parsing message ") {
                unnamedCount += 1
            }
            base.session = "mdaemon-\(unnamedCount)"
        } else {
            base.session = id.value
        }
        let event = logins.read(rest)
        let key = Array(id)
        let recognition = take(text, base, key, into: &records)
        if let event { MDaemonFormat.note(event, base, into: &records) }
        return recognition
    }

    private mutating func take(
        _ text: LogText, _ base: LogRecord, _ key: [UInt8], into records: inout [LogRecord]
    ) -> LogRecognition {
        if text.allSatisfy({ $0 == .hyphen }) {
            sessions[key] = nil
            return .read
        }
        if let rest = text.after("Accepting ") { return accept(rest, base, key, into: &records) }
        if text.begins("Session ") || text.begins("Parsing message ") || text.begins("Attempting MultiPOP") {
            // A new session begins; of which kind, its next lines tell.
            if text.begins("Session ") { sessions[key] = nil }
        }
        if let rest = text.after("--> ") ?? text.after("<-- ") {
            return dialogue(rest, isOurs: text.begins("-->"), base, key, into: &records)
        }
        return information(text, base, key, into: &records)
    }

    /// `SMTP connection from 192.0.2.1:49152 to 198.51.100.25:25`, with or without brackets.
    private mutating func accept(
        _ text: LogText, _ base: LogRecord, _ key: [UInt8], into records: inout [LogRecord]
    ) -> LogRecognition {
        var rest = text
        let service = rest.takeWord().string.asciiLowercased
        guard let from = rest.first("connection from ") else { return .unknown }
        var session = Session(tracker: DialogueTracker(isOutbound: false))
        session.service = service == "pop" ? "pop3" : service
        var ends = rest[from.upperBound...]
        var client = ends.trimmed
        if let first = ends.take(untilFirst: " to ") { client = first.trimmed } else { ends = [] }
        let bare = client.first == .ascii("[") && client.last == .ascii("]") ? client.dropFirst().dropLast() : client
        session.tracker.know(.client, bare.endpoint?.address.description)
        session.tracker.know(.clientPort, bare.endpoint?.port.map { String($0) })
        session.tracker.know(.listener, MDaemonFormat.listener(ends.trimmed))
        session.tracker.know(.protocolName, session.service)
        sessions[key] = session
        MDaemonFormat.tell(.connect, nil, base, session, into: &records)
        return .read
    }

    /// `198.51.100.25:25` or `[2001:db8::25]:25`, of what is written with the brackets around all, or around the address.
    private static func listener(_ text: LogText) -> String? {
        let bare = text.first == .ascii("[") && text.last == .ascii("]") ? text.dropFirst().dropLast() : text
        guard let end = bare.endpoint else { return bare.value }
        let address = end.address.description
        return (address.contains(":") ? "[\(address)]" : address) + (end.port.map { ":\($0)" } ?? "")
    }

    private mutating func dialogue(
        _ text: LogText, isOurs: Bool, _ base: LogRecord, _ key: [UInt8], into records: inout [LogRecord]
    ) -> LogRecognition {
        let isReply = text.prefix(3).number != nil && text.prefix(3).count == 3
        var session = sessions[key] ?? Session(tracker: DialogueTracker(isOutbound: isOurs != isReply))
        if session.service == "smtp" {
            if isOurs != session.isOurs {
                session.tracker.server(text, base, into: &records)
            } else {
                session.tracker.client(text, base, into: &records)
            }
        } else {
            var record = base
            record.kind = .dialogue
            for field in session.tracker.known { record[field.name] = field.value }
            record.role = isOurs != session.isOurs ? .server : .client
            if record.role == .server {
                record[.reply] = text.value
            } else {
                record[.command] = MDaemonFormat.masked(text).value
            }
            records.append(record)
        }
        sessions[key] = session
        return .read
    }

    /// What the server did.
    private mutating func information(
        _ text: LogText, _ base: LogRecord, _ key: [UInt8], into records: inout [LogRecord]
    ) -> LogRecognition {
        var session = sessions[key] ?? Session(tracker: DialogueTracker(isOutbound: true))
        defer { sessions[key] = session }
        if let refusal = MDaemonFormat.screened(text, base) {
            records.append(refusal)
            return .read
        }
        let item = text.after("* ").map { $0.drop { $0 == .space } }
        if let item {
            if let end = item.after("Connection established "), let arrow = end.first("--> ") {
                know(end[arrow.upperBound...], &session)
                MDaemonFormat.tell(.connect, nil, base, session, into: &records)
                return .read
            }
            let names: [(String, LogField)] = [
                ("From: ", .sender), ("To: ", .recipient), ("Subject: ", .subject), ("Size (bytes): ", .size),
                ("Message-ID: ", .messageID),
            ]
            for (name, field) in names {
                guard let value = item.after(name) else { continue }
                session.tracker.know(field, value.trimmed.unbracketed.value)
                return .read
            }
            if let result = item.after("Result: "), let check = session.check {
                MDaemonFormat.tell(.scan, (check, result.prefix { $0.isLetter }.string), base, session, into: &records)
                return .read
            }
            if session.check == .list, let name = item.first(" - failed") {
                MDaemonFormat.tell(
                    .scan, (.list, item[..<name.lowerBound].prefix(255).string), base, session, into: &records)
                return .read
            }
            if item.begins("Message is infected") || item.first(" is infected") != nil {
                MDaemonFormat.tell(.scan, (.virus, item.prefix(4096).string), base, session, into: &records)
                return .read
            }
            if item.begins("Winsock Error ") {
                MDaemonFormat.tell(.connect, (.status, "fail"), base, session, into: &records)
                records[records.count - 1][.reason] = item.value
                return .read
            }
            MDaemonFormat.tell(.note, (.reason, item.prefix(4096).string), base, session, into: &records)
            return .read
        }
        for (start, check) in [
            ("Performing SPF lookup", LogField.spf), ("Performing DKIM", .dkim), ("Performing DMARC", .dmarc),
            ("Performing DNS-BL lookup", .list),
        ] where text.begins(start) { session.check = check }
        if text.begins("Performing PTR") || text.begins("Performing IP lookup") || text.begins("Passing message") {
            session.check = nil
        }
        if let path = text.after("Parsing message ") {
            session = Session(tracker: DialogueTracker(isOutbound: true))
            session.tracker.message = MDaemonFormat.file(path)
        } else if let path = text.after("Message creation successful: ") {
            // The name of the queue's file is what later logs know the message by.
            session.tracker.message = MDaemonFormat.file(path)
        } else if let size = text.after("Message size: ") {
            // Some versions round it, and say so: `3 KB`.
            let digits = size.prefix { $0.isDigit }
            let unit = size[digits.endIndex...].trimmed
            if unit.isEmpty || unit.begins("bytes") { session.tracker.know(.size, digits.value) }
        } else if let mark = text.first("connection to ["), text.begins("Attempting") {
            if text.first("POP connection") != nil { session.service = "pop3" }
            know(text[mark.upperBound...], &session)
        } else if let mark = text.first("SMTP connection to "), text.begins("Attempting") {
            know(text[mark.upperBound...], &session)
        } else if let score = text.after("Spam Filter score/req: ") {
            MDaemonFormat.tell(.scan, (.score, score.prefix(32).string), base, session, into: &records)
            return .read
        } else if let user = text.after("Authenticated as ") {
            session.tracker.know(.authenticated, user.trimmed.name)
        } else if text.begins("TLS negotiation ") || text.begins("SSL negotiation ") {
            let hasFailed = text.first("successful") == nil
            MDaemonFormat.tell(.tls, (.status, hasFailed ? "fail" : "pass"), base, session, into: &records)
            if let open = text.firstIndex(of: .ascii("(")) {
                let details = text[(open + 1)...].prefix { $0 != .comma && $0 != .ascii(")") }
                records[records.count - 1][.tlsVersion] = details.value
            }
            return .read
        } else if MDaemonFormat.isEnd(text) {
            let kind = session.hasEnded ? LogRecord.Kind.note : .disconnect
            MDaemonFormat.tell(kind, (.reason, text.prefix(4096).string), base, session, into: &records)
            session = Session(tracker: DialogueTracker(isOutbound: true), hasEnded: true)
            return .read
        }
        MDaemonFormat.tell(.note, (.reason, text.prefix(4096).string), base, session, into: &records)
        return MDaemonFormat.known.contains { text.begins($0) } ? .read : .unknown
    }

    /// A connection that the screening log tells of: `Host screening refused connection to 198.51.100.25:25 from
    /// pc.far.example [192.0.2.1:49152] (…)`, `Location Screening: IP 192.0.2.1 matched to country …; connection blocked;
    /// port 25`.
    private static func screened(_ text: LogText, _ base: LogRecord) -> LogRecord? {
        var record = base
        record.kind = .reject
        record[.stage] = "CONNECT"
        record[.reason] = text.value
        if var rest = text.after("Host screening refused connection to ") {
            record[.listener] = rest.takeWord().value
            // The name is the client's, and comes before the address that it has.
            guard let open = rest.first(" ["), let close = rest[open.upperBound...].firstIndex(of: .ascii("]")) else {
                return nil
            }
            record.setClient(rest[open.upperBound..<close].endpoint)
            record[.clientName] = rest[..<open.lowerBound].after("from ")?.value
            return record
        }
        guard var rest = text.after("Location Screening: IP "), text.first("connection blocked") != nil else {
            return nil
        }
        record[.client] = rest.takeWord().address?.description
        return record
    }

    /// The host that is connected to: `[mx.far.example]`, `203.0.113.1:25`.
    private func know(_ text: LogText, _ session: inout Session) {
        let host = text.prefix { $0 != .ascii("]") && !$0.isWhitespace }
        if let end = host.endpoint {
            session.tracker.know(.nextHopAddress, end.address.description)
            session.tracker.know(.nextHopPort, end.port.map { String($0) })
        } else {
            session.tracker.know(.nextHop, host.value)
        }
        if session.service != "smtp" { session.tracker.know(.protocolName, session.service) }
    }

    private static func tell(
        _ kind: LogRecord.Kind, _ field: (LogField, String)?, _ base: LogRecord, _ session: Session,
        into records: inout [LogRecord]
    ) {
        var record = base
        record.kind = kind
        for known in session.tracker.known { record[known.name] = known.value }
        record.message = session.tracker.message
        if let (name, value) = field { record[name] = value }
        records.append(record)
    }

    private static func note(_ event: LogEvent.Kind, _ base: LogRecord, into records: inout [LogRecord]) {
        var record = base
        switch event {
        case .login(let user, let client, let service):
            record.kind = .login
            (record[.status], record[.user], record[.client]) = ("pass", user, client.description)
            record[.protocolName] = service == .pop ? "pop3" : service.rawValue
        case .failure(let user, let client, let service, _):
            record.kind = .authentication
            (record[.status], record[.user], record[.client]) = ("fail", user, client.description)
            record[.protocolName] = service == .pop ? "pop3" : service.rawValue
        case .delivered: return
        }
        records.append(record)
    }

    /// The name of a file, without the folders: `pd50000123.msg`.
    private static func file(_ path: LogText) -> String? {
        let bare = path.unbracketed
        let start = bare.lastIndex { $0 == .backslash || $0 == .ascii("/") }.map { $0 + 1 } ?? bare.startIndex
        return bare[start...].trimmed.value
    }

    /// The commands of POP and IMAP without passwords.
    private static func masked(_ text: LogText) -> LogText {
        var mask = DialogueMask()
        var rest = text
        let tag = rest.takeWord()
        if rest.beginsIgnoringCase("login ") {
            let user = rest.dropFirst(6).prefix { $0 != .space }
            return Array(tag + " LOGIN ".utf8 + user + " ***".utf8)[...]
        }
        return mask.client(text)
    }

    private static func isEnd(_ text: LogText) -> Bool {
        text.begins("SMTP session ") || text.begins("POP session ") || text.begins("IMAP session ")
            || text.begins("SMTP Session ") || text.begins("Socket connection closed")
            || text.begins("Transfer Aborted")
    }

    /// How lines begin that tell nothing more than they say.
    private static let known = [
        "Session ", "Performing ", "Passing message ", "---- End", "Creating temp file", "Message size", "Resolving ",
        "MX-record resolution", "Attempting ", "Waiting for ", "Sending <", "Transfer Complete", "Parsing message",
        "Message creation", "Authenticated as ", "Spam Filter ", "Closing ", "Connection ", "Account ",
        "Location Screen",
        "Removing ", "Queue ", "Deliver", "Dynamic ", "Loading ", "Starting ", "Stopping ", "MTA-STS", "DANE",
        "Quitting", "Collecting ", "Message ", "Authenticating ", "Authentication ", "IP address ", "IP is ",
        "Greylist", "Tarpit", "Outbreak ", "Sender ", "Recipient ", "Routing ", "Requeu", "Retry", "Skipping ", "MX ",
        "DNS", "SMTP Auth", "Using ", "Host ", "Domain ", "Client ", "Rejecting ", "Refus", "Blocked", "Connect",
        "User ", "Minger", "REQUIRETLS", "TLS", "SSL", "STARTTLS", "HashCash", "Bandwidth ", "Backscatter ", "ARC",
        "VBR", "Reverse ", "Relay", "Spambot ", "From Header ", "Hijack", "Abort", "Adding ", "Added ", "Error",
        "Timeout", "No ", "Not ", "Too many ", "Exceeded ", "This message ", "Remote ", "Failed ", "Found ",
    ]

    /// The time that a line begins with, `Wed 2024-05-01 10:00:00.123: `, and what follows it.
    private static func time(of line: LogText, _ clock: LogClock = LogClock(reference: Timestamp(seconds: 0)))
        -> (LogInstant, LogText)?
    {
        var rest = line
        guard let instant = ShapedTime.take("W Y-M-D h:m:sf:", from: &rest, clock) else { return nil }
        rest = rest.drop { $0 == .space }
        // Newer versions tell what kind of line it is: `02: `.
        if rest.prefix(2).number != nil, rest.dropFirst(2).begins(": ") { rest = rest.dropFirst(4) }
        return (instant, rest)
    }

    /// What a log begins and ends with.
    private static func isFrame(_ line: LogText) -> Bool {
        line.begins("START Event Log") || line.begins("STOP Event Log") || line.begins("Event Time/Date")
            || line.begins("-----") || line.begins("Computer: ") || line.begins("Operating System: ")
            || line.begins("Event ") || line.begins("; ")
    }
}
