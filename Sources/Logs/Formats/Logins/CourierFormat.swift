import Values

/// Courier: logins of IMAP and POP, what its SMTP server refused, and what courierd delivered; and UW-IMAP, whose servers
/// have the same names.
struct CourierFormat: LogFormat {
    static let name = "courier"

    static func owns(program: String) -> Bool {
        program.hasPrefix("courier")
            || [
                "imapd", "imapd-ssl", "imaplogin", "pop3d", "pop3d-ssl", "pop3login", "esmtpd", "esmtpd-ssl",
                "esmtpd-msa",
                "submit", "authdaemond", "ipop3d", "ipop2d",
            ].contains(program)
    }

    private var cyrus = CyrusFormat()

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        if line.text.begins("badlogin: ") || line.text.begins("login: ") { return cyrus.read(line, into: &records) }
        var text = line.text
        for level in ["INFO: ", "NOTICE: ", "ERR: "] { text = text.after(level) ?? text }
        var record = line.record(.note)
        record[.reason] = text.value
        record.session = line.process.map { String($0) }
        let program = line.program ?? ""
        let isPOP = program.first == "p" || program.hasPrefix("ipop") || program.hasPrefix("courierpop")
        record[.protocolName] =
            program.contains("smtp") ? "smtp" : program.contains("imap") ? "imap" : isPOP ? "pop3" : nil
        let isKnown: Bool
        if text.begins("LOGIN") || text.begins("LOGOUT") || text.begins("DISCONNECTED") || text.begins("TIMEOUT")
            || text.begins("Connection, ") || text.begins("Disconnected, ")
        {
            isKnown = CourierFormat.login(text, &record)
        } else if text.begins("error,relay=") || text.begins("started,ip=") || text.begins("error: ") {
            isKnown = CourierFormat.server(text, &record)
        } else if text.begins("Login ") || text.begins("Authenticated ") || text.begins("Logout ")
            || text.begins("Autologout ") || text.begins("AUTHENTICATE ")
        {
            isKnown = CourierFormat.washington(text, &record)
        } else {
            isKnown = CourierFormat.queue(text, &record)
        }
        records.append(record)
        return isKnown ? .read : .unknown
    }

    /// `LOGIN FAILED, user=ann, ip=[::ffff:192.0.2.1]`: the name comes before the address and may have anything in it.
    private static func login(_ text: LogText, _ record: inout LogRecord) -> Bool {
        guard let mark = text.last(", ip=["), let close = text[mark.upperBound...].firstIndex(of: .ascii("]")) else {
            return false
        }
        record[.client] = text[mark.upperBound..<close].address?.description
        if let port = text[close...].first(", port=[") {
            record[.clientPort] = text[port.upperBound...].prefix { $0 != .ascii("]") }.value
        }
        if let user = text.first(", user="), user.upperBound <= mark.lowerBound {
            record[.user] = text[user.upperBound..<mark.lowerBound].name
        } else if let method = text.first(", method="), method.upperBound <= mark.lowerBound {
            record[.authenticationMethod] = text[method.upperBound..<mark.lowerBound].prefix { $0 != .comma }.value
        }
        if text.begins("LOGIN FAILED") {
            (record.kind, record[.status]) = (.authentication, "fail")
        } else if text.begins("LOGIN") {
            (record.kind, record[.status]) = (.login, "pass")
        } else {
            record.kind = text.begins("Connection") ? .connect : .disconnect
        }
        return true
    }

    /// `error,relay=::ffff:192.0.2.1,port=4711,from=<…>,to=<…>: 550 User unknown.`, `…,msg="535 Authentication
    /// failed.",cmd: AUTH PLAIN …`.
    private static func server(_ text: LogText, _ record: inout LogRecord) -> Bool {
        if let rest = text.after("started,ip=[") {
            record.kind = .connect
            record[.client] = rest.prefix { $0 != .ascii("]") }.address?.description
            return true
        }
        guard let rest = text.after("error,relay=") else { return true }
        record[.client] = rest.prefix { $0 != .comma }.address?.description
        var tail = rest.drop { $0 != .comma }
        if let port = tail.after(",port=") {
            record[.clientPort] = port.prefix { $0.isDigit }.value
            tail = port.drop { $0.isDigit }
        }
        record.kind = .reject
        if let message = tail.after(",msg=\"") {
            record.setReply(message.prefix { $0 != .quote })
            if let command = message.first("\",cmd: ") {
                var mask = DialogueMask()
                let given = message[command.upperBound...]
                // What is no command is a line of an exchange, and secret.
                record[.command] =
                    given.beginsIgnoringCase("auth ") || !(record[.code] == "535")
                    ? mask.client(given).value : DialogueMask.secret
                record[.user] = mask.user
                record[.authenticationMethod] = mask.mechanism
            }
            record[.reason] = record[.reply]
            if record[.code] == "535" {
                (record.kind, record[.status]) = (.authentication, "fail")
            } else if record[.code]?.hasPrefix("4") ?? false {
                record.kind = .defer
            }
            return true
        }
        // The reply is the server's and comes last, but may name the recipient.
        if let ident = tail.after(",ident=") { tail = ident.drop { $0 != .comma } }
        if let from = tail.after(",from=<"), let end = from.first(">,to=<") {
            record[.sender] = from[..<end.lowerBound].string
            let to = from[end.upperBound...]
            if let close = to.first(">: ") {
                record[.recipient] = to[..<close.lowerBound].value
                record.setReply(to[close.upperBound...])
                if to.occurrences(of: ">: ") > 1 { record[.doubt] = LogField.recipient.rawValue }
            }
        } else if let close = tail.last(": ") {
            record.setReply(tail[close.upperBound...])
        }
        if record[.code]?.hasPrefix("4") ?? false { record.kind = .defer }
        return true
    }

    /// `newmsg,id=0000A.4F2A: dns; mail.example (helo [192.0.2.1])`, `id=…,from=<…>,addr=<…>,success: delivered: …`.
    private static func queue(_ text: LogText, _ record: inout LogRecord) -> Bool {
        guard let id = text.first("id=") else {
            return [
                "started", "shutdown", "Waiting", "Started", "Installing", "modules", "restarting", "ready", "queuelo",
                "queuefill",
                "Shutting", "stopping", "submit", "couriertls", "ip=[", "Unexpected", "Maximum", "authdaemon",
                "received", "Loaded ", "Purging ", "Starting ", "Stopping ", "pam_service=", "Authenticated: ",
                "Requeue",
                "password ", "user=", "stopped", "Initializing", "queue",
            ].contains { text.begins($0) }
        }
        record.message = text[id.upperBound...].prefix { $0.isAlphanumeric || $0 == .dot }.value
        if text.begins("newmsg,") {
            record.kind = .message
            if let open = text.last(" ["), text.last == .ascii("]") || text.last == .ascii(")") {
                record[.client] = text[open.upperBound...].prefix { $0 != .ascii("]") }.address?.description
            }
            return true
        }
        if text.begins("completed,") {
            record.kind = .removed
            return true
        }
        if let from = text.first(",from=<"), let address = text.first(">,addr=<"), from.upperBound <= address.lowerBound
        {
            record[.sender] = text[from.upperBound..<address.lowerBound].string
            let rest = text[address.upperBound...]
            record[.recipient] = rest.prefix { $0 != .ascii(">") }.value
            for (mark, status) in [
                ("success: ", "sent"), ("status: success", "sent"), ("failure: ", "bounced"),
                ("status: failure", "bounced"), ("deferred: ", "deferred"), ("status: deferred", "deferred"),
            ]
            where rest.first(mark) != nil {
                record.kind = .delivery
                record[.status] = status
                record[.reply] = rest.first(mark).flatMap { rest[$0.upperBound...].value }
                // `delivered: mx.far.example [::ffff:203.0.113.1]`
                if let host = rest.first("delivered: ").map({ rest[$0.upperBound...] }),
                    let open = host.first(" ["), let close = host[open.upperBound...].firstIndex(of: .ascii("]"))
                {
                    record[.nextHop] = host[..<open.lowerBound].value
                    record.setNextHop(host[open.upperBound..<close].endpoint)
                }
                return true
            }
            return true
        }
        return text.begins("started,id=") || text.begins("id=") || text.begins("deferred")
    }

    /// UW-IMAP: `Login failed user=ann auth=ann host=mail.example [192.0.2.1]`: the host comes last.
    private static func washington(_ text: LogText, _ record: inout LogRecord) -> Bool {
        guard let host = text.last(" host=") else { return false }
        let end = text[host.upperBound...]
        if let open = end.lastIndex(of: .ascii("[")) {
            record[.client] = end[(open + 1)...].prefix { $0 != .ascii("]") }.address?.description
        }
        if let user = text.first(" user="), user.upperBound <= host.lowerBound {
            var name = text[user.upperBound..<host.lowerBound]
            _ = name.cut(fromLast: " auth=")
            record[.user] = name.name
        }
        if text.begins("Logout ") || text.begins("Autologout ") {
            record.kind = .disconnect
        } else if text.begins("Login user=") || text.begins("Authenticated ") {
            (record.kind, record[.status]) = (.login, "pass")
        } else {
            (record.kind, record[.status]) = (.authentication, "fail")
        }
        return true
    }
}
