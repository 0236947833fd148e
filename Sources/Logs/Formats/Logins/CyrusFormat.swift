import Values

/// Cyrus: logins of IMAP, POP and Sieve, and what LMTP delivered.
struct CyrusFormat: LogFormat {
    static let name = "cyrus"

    static func owns(program: String) -> Bool {
        program.hasPrefix("cyrus/")
            || ["imap", "imaps", "pop3", "pop3s", "sieve", "timsieved", "lmtpunix", "lmtpd", "saslauthd"]
                .contains(program)
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        let program = line.program ?? ""
        var record = line.record(.note)
        record[.reason] = line.text.value
        record.session = line.process.map { String($0) }
        if let id = line.text.last("SESSIONID=<") {
            record.session = line.text[id.upperBound...].prefix { $0 != .ascii(">") }.value
        }
        var isKnown = true
        switch CyrusLog.read(line.text, by: program) {
        case .login(let user, let client, let service):
            record.kind = .login
            (record[.user], record[.client], record[.status]) = (user, client.description, "pass")
            record[.protocolName] = service == .pop ? "pop3" : service.rawValue
        case .failure(let user, let client, let service, _):
            record.kind = .authentication
            (record[.user], record[.client], record[.status]) = (user, client.description, "fail")
            record[.protocolName] = service == .pop ? "pop3" : service.rawValue
        case .delivered, nil: isKnown = CyrusFormat.other(line.text, &record)
        }
        records.append(record)
        return isKnown ? .read : .unknown
    }

    private static func other(_ text: LogText, _ record: inout LogRecord) -> Bool {
        if let rest = text.after("Delivered: ") ?? text.after("delivered: ") ?? text.after("delivering: ") {
            // `<…> to mailbox: user.ann`: the Message-ID is the sender's, the mailbox comes last.
            var rest = rest
            record.kind = .delivery
            record[.status] = "sent"
            record[.recipient] = (rest.cut(fromLast: " to mailbox: ") ?? rest.cut(fromLast: " to "))?.value
            record[.messageID] = rest.trimmed.unbracketed.value
            record[.transport] = "lmtp"
            return true
        }
        if text.begins("badlogin: ") || text.begins("badlogin from ") {
            record.kind = .authentication
            record[.status] = "fail"
            if let open = text.firstIndex(of: .ascii("[")), let close = text[open...].firstIndex(of: .ascii("]")) {
                record[.client] = text[(open + 1)..<close].address?.description
            }
            return true
        }
        if let rest = text.after("accepted connection") {
            record.kind = rest.isEmpty ? .connect : .note
            return true
        }
        if text.begins("starttls: ") {
            record.kind = .tls
            record[.status] = "pass"
            record.setTLS(text.after("starttls: ")?.prefix { $0 != .space } ?? [])
            return true
        }
        if let user = text.last("[user="), text.begins("do_auth ") {
            // saslauthd: `do_auth : auth failure: [user=ann] [service=smtp] [realm=…] [mech=pam] [reason=…]`.
            record.kind = .authentication
            record[.status] = text.first("auth failure") != nil ? "fail" : "pass"
            record[.user] =
                text.first("[user=").flatMap {
                    text[$0.upperBound...].first("] [service=").map { text[$0.lowerBound...].startIndex }
                }
                .flatMap { end in text.first("[user=").map { text[$0.upperBound..<end].string } }
                ?? text[user.upperBound...].prefix { $0 != .ascii("]") }.value
            return true
        }
        return [
            "USAGE ", "open: ", "seen_db", "SQUAT", "mystore", "duplicate_", "skiplist", "executed", "about to exec",
            "process ", "fetching", "checkpoint", "ready", "master", "Connection", "telling", "service", "closing",
            "FETCH",
            "auditlog:", "cyrusdb", "DBERROR", "IOERROR", "idle", "unable", "sieve", "counts:", "client id",
            "disconnected", "inittls",
            "login:", "verify_user(", "append_check()", "append_", "dupelim: ", "lmtp connection ", "connect(", "done",
            "rejecting message", "rejected", "LOSTQUOTA", "Repacking", "Expunged", "Expired", "mailbox ", "create",
            "Rename", "Delete", "Deleted", "starting", "exiting", "graceful", "TLS", "SSL", "STARTTLS", "verify",
            "quota", "session", "lookup", "recovering", "archiving", "cleanup", "sync_", "mupdate", "could not",
            "Fatal error", "badlogin", "IMAP ", "LMTP", "Redirected", "Discarded", "Rejected",
            "Vacation", "redirect",
        ]
        .contains { text.begins($0) }
    }
}
