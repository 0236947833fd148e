import Values

/// Dovecot: logins and their ends, authentication, what LMTP and the LDA delivered and what Sieve did. The user's name is
/// the client's choice: what is told of the client stands behind it and is read from the end.
struct DovecotFormat: LogFormat {
    static let name = "dovecot"

    static let processes: Set<String> = [
        "imap-login", "pop3-login", "managesieve-login", "submission-login", "imap", "pop3", "managesieve",
        "submission",
        "lmtp", "lda", "deliver", "auth", "auth-worker", "master", "anvil", "config", "log", "stats", "indexer",
        "indexer-worker", "doveadm", "dsync", "replicator", "ssl-params", "dict", "script", "old-stats",
        "imap-hibernate",
        "imap-urlauth", "director", "ipc", "dovecot", "dovecot-auth", "lmtp-proxy", "quota-status", "imap-login-proxy",
    ]

    static func owns(program: String) -> Bool {
        program == "dovecot" || program.hasPrefix("dovecot-") || program.hasPrefix("dovecot/")
            || [
                "imap-login", "pop3-login", "managesieve-login", "submission-login", "lmtp", "lda", "auth",
                "auth-worker",
                "quota-status",
            ]
            .contains(program)
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var text = line.text
        var record = line.record(.note)
        var process = line.program ?? ""
        if process.hasPrefix("dovecot/") { process = String(process.dropFirst(8)) }
        if line.program == nil {
            guard let (instant, words) = DovecotFormat.own(line.text, line.clock) else { return .unknown }
            (record.instant, text, process) = (line.instant ?? instant, words, "dovecot")
        }
        var user: LogText?
        if process == "dovecot" {
            // `imap(ann)<18><PeYcgjjO>: `, `auth-worker(24544): `, `imap-login: `.
            let name = text.prefix(40).prefix { $0.isAlphanumeric || $0 == .hyphen }
            guard DovecotFormat.processes.contains(name.string) else {
                if text.begins("pam_") {
                    DovecotFormat.authentication(text, &record)
                    records.append(record)
                    return .read
                }
                record[.reason] = text.value
                records.append(record)
                return text.begins("Dovecot ") || text.begins("Error: ") || text.begins("Warning: ")
                    || text.begins("Fatal: ")
                    || text.begins("Panic: ") || text.begins("Info: ") || text.begins("ssl-") ? .read : .unknown
            }
            process = name.string
            text = text.dropFirst(name.count)
            if process == "dovecot-auth" { process = "auth" }
            if text.first == .ascii("(") {
                // A user's name may have brackets: it ends before the process and the session, or the colon.
                let end = text.first(")<") ?? text.first("): ")
                guard let end else { return .unknown }
                user = text[(text.startIndex + 1)..<end.lowerBound]
                text = text[(end.lowerBound + 1)...]
                while text.first == .ascii("<"), let close = text.firstIndex(of: .ascii(">")) {
                    let part = text[(text.startIndex + 1)..<close]
                    if let number = part.number { record.process = number } else { record.session = part.value }
                    text = text[(close + 1)...]
                }
            } else if text.first == .ascii("["), let close = text.prefix(20).firstIndex(of: .ascii("]")) {
                record.process = text[(text.startIndex + 1)..<close].number
                text = text[(close + 1)...]
            }
            guard text.first == .colon else { return .unknown }
            text = text.dropFirst().drop { $0 == .space }
        }
        if process == "dovecot-auth" { process = "auth" }
        for level in ["Info: ", "Warning: ", "Error: ", "Debug: ", "Fatal: ", "Panic: "] {
            text = text.after(level) ?? text
        }
        record.program = "dovecot/\(process)"
        record[.reason] = text.value
        if let number = user?.number { record.process = number } else { record[.user] = user?.name }
        if process.hasSuffix("-login") {
            DovecotFormat.login(text, String(process.dropLast(6)), &record)
        } else if process == "auth" || process == "auth-worker" {
            record[.user] = nil
            if let user, user.contains(.comma) {
                DovecotFormat.authentication(text, of: user, &record)
            } else {
                DovecotFormat.authentication(text, &record)
            }
        } else if process == "lmtp" || process == "lda" || process == "deliver" {
            DovecotFormat.delivery(text, process, &record)
        } else if process == "imap" || process == "pop3" || process == "managesieve" || process == "submission" {
            record[.protocolName] = DovecotFormat.protocolName(process)
            if ["Disconnected", "Logged out", "Connection closed"].contains(where: { text.begins($0) }) {
                record.kind = .disconnect
            }
        }
        records.append(record)
        return .read
    }

    private static func protocolName(_ process: String) -> String {
        switch process {
        case "managesieve": "sieve"
        case "submission": "smtp"
        default: process
        }
    }

    /// `Disconnected (auth failed, 1 attempts in 6 secs): user=<ann>, method=PLAIN, rip=192.0.2.1, lip=…, TLS, session=<…>`.
    private static func login(_ text: LogText, _ service: String, _ record: inout LogRecord) {
        record[.protocolName] = protocolName(service)
        guard let line = DovecotLoginLine(text) else { return }
        record[.client] = line.client?.description
        record[.clientPort] = line.value("rport")?.value
        record[.listener] = line.value("lip")?.value
        record[.user] = line.user?.name
        record[.authenticationMethod] = line.method?.value
        record.session = line.value("session")?.unbracketed.value
        if line.hasTLS { record[.tlsVersion] = "TLS" }
        if let tls = line.value("TLS")?.value { record[.tlsVersion] = tls }
        let head = line.head
        var said = head.trimmed
        if said.last == .colon { said = said.dropLast() }
        record[.reason] = said.value
        if head.begins("Login: ") || head.begins("Logged in: ") || head.begins("Login:") {
            record.kind = .login
            record[.status] = "pass"
            return
        }
        let tail = text.last("rip=").map { text[$0.upperBound...] } ?? []
        if tail.first("SSL_accept") != nil, tail.first("failed") != nil {
            (record.kind, record[.status]) = (.tls, "fail")
            record[.reason] = tail.first("SSL_accept").flatMap { tail[$0.lowerBound...].prefix(300).value }
            return
        }
        let failed = head.first("auth failed, ")
        guard
            failed != nil || head.first("auth_failed") != nil || head.first("auth failed") != nil
                || head.first("tried to use dis") != nil
                || head.first("client didn't finish SASL auth") != nil
        else {
            record.kind =
                head.begins("Disconnected") || head.begins("Aborted") || head.begins("Login aborted")
                    || head.begins("Connection closed") ? .disconnect : .note
            return
        }
        record.kind = .authentication
        record[.status] = "fail"
        let count = failed.flatMap { head[$0.upperBound...].prefix { $0.isDigit }.number } ?? 1
        record[.count] = String(min(max(count, 1), 1000))
    }

    /// `pam(ann,192.0.2.1,<session>): unknown user`, behind `conn unix:auth-worker (pid=…): auth-worker<6>: ` in newer
    /// versions; through PAM `pam_unix(dovecot:auth): authentication failure; … ruser=ann rhost=192.0.2.1`.
    private static func authentication(_ line: LogText, _ record: inout LogRecord) {
        var text = line
        if text.begins("conn "), let end = text.first("): ") { text = text[end.upperBound...] }
        for start in ["auth-worker<", "auth: "] where text.begins(start) { _ = text.take(untilFirst: ": ") }
        for level in ["Info: ", "Warning: ", "Error: "] { text = text.after(level) ?? text }
        record[.reason] = text.value
        if text.begins("pam_") {
            guard text.first("authentication failure") != nil else { return }
            record.kind = .authentication
            record[.status] = "fail"
            record[.client] = text.last(" rhost=").flatMap {
                text[$0.upperBound...].prefix { $0 != .space }.address?.description
            }
            // The name stands before the address: `ruser=ann rhost=192.0.2.1`, and again as `user=` behind it.
            if let user = text.first(" ruser="), let host = text.last(" rhost="), user.upperBound <= host.lowerBound {
                record[.user] = text[user.upperBound..<host.lowerBound].name
            }
            return
        }
        let backend = text.prefix(40).prefix { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") }
        guard !backend.isEmpty, text[backend.endIndex...].first == .ascii("(") else { return }
        text = text[(backend.endIndex + 1)...]
        // A password that was tried may be told; it is left out.
        var said = text
        if let secret = text.first("given password: ") {
            said = text[..<secret.lowerBound]
            while let last = said.last, last != .ascii("(") { said = said.dropLast() }
            if said.last == .ascii("(") { said = said.dropLast().trimmed }
        }
        guard let end = said.first("): ") else {
            record[.reason] = said.prefix(200).value
            return
        }
        if said.occurrences(of: "): ") > 1 { record[.doubt] = "repeated" }
        var parts = said[..<end.lowerBound]
        while parts.last == .comma { parts = parts.dropLast() }
        if parts.last == .ascii(">"), let session = parts.last(",<") {
            record.session = parts[session.upperBound...].dropLast().value
            parts = parts[..<session.lowerBound]
        }
        let message = said[end.upperBound...]
        record[.reason] = message.value
        record[.transport] = backend.value
        guard let comma = parts.lastIndex(of: .comma), let address = parts[(comma + 1)...].address else { return }
        record[.user] = parts[..<comma].name
        if record[.doubt] == nil { record[.client] = address.description }
        judge(message, &record)
    }

    /// Version 2.4, `auth(ann,192.0.2.1,sasl:plain)<session>: passdb: Password mismatch`: `who` is in the brackets.
    private static func authentication(_ text: LogText, of who: LogText, _ record: inout LogRecord) {
        var parts = who
        if let mechanism = parts.last(",sasl:") {
            record[.authenticationMethod] = parts[mechanism.upperBound...].value
            parts = parts[..<mechanism.lowerBound]
        }
        guard let comma = parts.lastIndex(of: .comma), let address = parts[(comma + 1)...].address else { return }
        (record[.user], record[.client]) = (parts[..<comma].name, address.description)
        record[.reason] = text.first("given password").map { text[..<$0.lowerBound] }?.value ?? text.value
        judge(text, &record)
    }

    /// Takes words of failures for a failure.
    private static func judge(_ message: LogText, _ record: inout LogRecord) {
        let failures = [
            "unknown user", "password mismatch", "authentication failure", "user not known", "invalid credentials",
            "failed", "user disabled", "account expired", "invalid password", "password expired", "user is disabled",
            "not allowed",
        ]
        if failures.contains(where: { containsIgnoringCase(message, $0) }) {
            record.kind = .authentication
            record[.status] = "fail"
        }
    }

    private static func containsIgnoringCase(_ text: LogText, _ words: String) -> Bool {
        LogText(text.prefix(1024).map(\.lowercased)).first(words) != nil
    }

    /// `sieve: msgid=<…>: stored mail into mailbox 'INBOX'`, `msgid=<…>: saved mail to INBOX`. The Message-ID is the sender's.
    private static func delivery(_ line: LogText, _ process: String, _ record: inout LogRecord) {
        if let peer = line.after("Connect from ") {
            record.kind = .connect
            record[.client] = peer.prefix { $0 != .space }.address?.description
            return
        }
        if line.begins("Disconnect from ") {
            record.kind = .disconnect
            return
        }
        var text = line
        // Up to version 2.2 the session stood in front: `PeYcgjjO: msgid=…`.
        if !text.begins("sieve: "), !text.begins("msgid="), let id = text.prefix(60).first(": "),
            text[id.upperBound...].begins("sieve: ") || text[id.upperBound...].begins("msgid=")
        {
            record.session = text[..<id.lowerBound].value
            text = text[id.upperBound...]
        }
        text = text.after("sieve: ") ?? text
        guard let rest = text.after("msgid=") else { return }
        let ends: [(String, String)] = [
            (": stored mail into mailbox ", "sent"), (": saved mail to ", "sent"), (": forwarded to ", "sent"),
            (": save failed to ", "deferred"), (": failed to store into mailbox ", "deferred"),
            (": marked message to be discarded", "discarded"), (": discarded ", "discarded"),
            (": rejected message", "bounced"),
            (": sent vacation response to ", "notified"), (": discarded duplicate", "discarded"),
            (": redirected", "sent"),
        ]
        for (mark, status) in ends {
            guard let found = rest.last(mark) else { continue }
            record.kind = status == "notified" ? .notification : .delivery
            record[.status] = status
            record[.transport] = process
            record[.recipient] = record[.user]
            var id = rest[..<found.lowerBound]
            // The action may be named between: `msgid=<…>: fileinto action: stored mail into …`.
            if id.first == .ascii("<"), id.last != .ascii(">"), let end = id.last(">: ") { id = id[...end.lowerBound] }
            record[.messageID] = id.unbracketed.value
            if mark.hasSuffix(" to ") || mark.hasSuffix("mailbox ") {
                record[.nextHop] = rest[found.upperBound...].prefix(200).value
            }
            return
        }
        record[.messageID] = rest.first(">: ").map { rest[..<($0.lowerBound + 1)].unbracketed.string }
    }
}
