import Values

extension QmailFormat {
    /// What spamdyke, which runs in front of qmail-smtpd, writes for each recipient: `DENIED_RBL_MATCH from: ann@far.example
    /// to: bob@company.example origin_ip: 192.0.2.1 origin_rdns: name auth: (unknown) encryption: (none) reason: words`.
    /// Sender and recipient are outsiders', and come before all that the program knows itself.
    func spamdyke(_ line: LogText, _ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var record = entry.record(.note)
        record[.reason] = line.value
        var rest = line
        let verdict = rest.takeWord()
        let isVerdict = verdict.allSatisfy { ($0 >= 0x41 && $0 <= 0x5A) || $0 == .ascii("_") || $0.isDigit }
        guard isVerdict, !verdict.isEmpty else {
            records.append(record)
            return ["ERROR", "INFO", "DEBUG", "EXCESSIVE"].contains { line.begins($0) } ? .read : .unknown
        }
        record[.verdict] = verdict.value
        if let words = rest.cut(fromLast: " reason: ") { record[.reason] = words.value }
        _ = rest.cut(fromLast: " encryption: ")
        let user = rest.cut(fromLast: " auth: ")
        if let user, !user.elementsEqual("(unknown)".utf8) { record[.authenticated] = user.name }
        let name = rest.cut(fromLast: " origin_rdns: ")
        if let name, !name.elementsEqual("(unknown)".utf8) { record[.clientName] = name.value }
        if let address = rest.cut(fromLast: " origin_ip: ") ?? rest.after("ip: ")?.prefix(while: { $0 != .space }) {
            record[.client] = address.address?.description
        }
        let recipient = rest.cut(fromLast: " to: ")
        if let recipient, !recipient.elementsEqual("(unknown)".utf8) { record[.recipient] = recipient.value }
        if let sender = rest.after("from: "), !sender.elementsEqual("(unknown)".utf8) {
            record[.sender] = sender.elementsEqual("(empty)".utf8) ? "" : sender.string
        }
        if verdict.begins("ALLOWED") {
            record.kind = .message
        } else if verdict.begins("DENIED_GRAYLIST") {
            record.kind = .defer
        } else if verdict.begins("DENIED") {
            record.kind = .reject
        } else if verdict.begins("TIMEOUT") {
            record[.verdict] = "timeout"
        }
        if record.kind != .note { record[.stage] = "RCPT" }
        if verdict.begins("DENIED_RBL") || verdict.begins("DENIED_RHSBL") { record[.list] = record[.reason] }
        records.append(record)
        return .read
    }

    /// What qmail-smtpd says in words, with one patch or another.
    func remark(_ line: LogText, _ text: LogText, _ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition
    {
        let starts = [
            "pid ", "spf-reject", "read failed", "write failed", "message accepted", "message rejected", "nogreylist",
            "greylist", "relaying", "qq ", "helo", "badmailfrom", "badrcptto", "eof", "enter", "exit", "RBL ", "oops",
            "tls ", "TLS", "SPF", "DK", "recipient ", "sender ", "mail from", "rcpt to", "quit", "authentication ",
            "AUTH ", "policy_check: ", "auth",
        ]
        guard
            entry.program?.hasPrefix("qmail-") ?? false || line.startIndex != text.startIndex
                || text.begins("policy_check: "), starts.contains(where: { text.begins($0) })
        else { return .unknown }
        var record = entry.record(.note)
        record[.reason] = text.value
        if let from = text.last(" from "),
            let address = text[from.upperBound...].prefix(while: { $0 != .space }).address
        {
            record[.client] = address.description
        }
        if text.begins("spf-reject") || text.begins("badmailfrom") || text.begins("badrcptto")
            || text.begins("message rejected")
        {
            record.kind = .reject
        }
        records.append(record)
        return .read
    }
}
