import Values

/// Failed logins to webmail as Roundcube, SquirrelMail, SOGo and Horde log them, in files of their own or through syslog.
struct WebmailFormat: LogFormat {
    static let name = "webmail"

    static func owns(program: String) -> Bool {
        ["roundcube", "roundcubemail", "squirrelmail", "sogod", "SOGo", "HORDE", "horde", "imp"].contains(program)
    }

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        let clock = LogClock(reference: Timestamp(seconds: 0))
        return share(of: head) { line in
            var line = line
            return WebmailFormat.takeTime(&line, clock) != nil
        } * 92 / 100
    }

    private static func takeTime(_ text: inout LogText, _ clock: LogClock) -> LogInstant? {
        if let instant = ShapedTime.take("[D-N-Y h:m:sfz]:", from: &text, clock) { return instant }
        var rest = text
        if let instant = ShapedTime.take("M/D/Y h:m:s [", from: &rest, clock), rest.begins("LOGIN") {
            text = rest
            return instant
        }
        rest = text
        if let instant = ShapedTime.take("N D h:m:s sogod [", from: &rest, clock), rest.take(untilFirst: "]: ") != nil {
            text = rest
            return instant
        }
        rest = text
        if let instant = ShapedTime.take("N D h:m:s HORDE [", from: &rest, clock) {
            text = rest
            return instant
        }
        if let instant = ShapedTime.take("Y-M-DTh:m:sfz HORDE [", from: &text, clock) { return instant }
        return nil
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var text = line.text
        var record = line.record(.note)
        if let instant = WebmailFormat.takeTime(&text, line.clock) { record.instant = instant }
        text = text.trimmed
        // Roundcube's id of the session.
        if text.first == .ascii("<"), let close = text.prefix(40).firstIndex(of: .ascii(">")) {
            record.session = text[(text.startIndex + 1)..<close].value
            text = text[(close + 1)...].trimmed
        }
        record[.reason] = text.value
        record[.protocolName] = "http"
        for start in ["IMAP Error: Login failed for ", "FAILED login for ", "Failed login for "] {
            guard let rest = text.after(start) else { continue }
            WebmailFormat.roundcube(rest, &record)
            records.append(record)
            return .read
        }
        if var rest = text.after("Successful login for ") {
            _ = rest.cut(fromLast: " in session ")
            record[.client] = rest.cut(fromLast: " from ")?.address?.description
            var user = rest
            if user.cut(fromLast: " (ID: ") != nil { rest = user }
            (record.kind, record[.status], record[.user]) = (.login, "pass", rest.name)
        } else if var rest = text.after("LOGIN_ERROR] ") {
            // SquirrelMail: `ann (company.example) from 192.0.2.1: Unknown user or password incorrect.`
            let end = rest.last(": ")
            if let end { rest = rest[..<end.lowerBound] }
            record[.client] = rest.cut(fromLast: " from ")?.address?.description
            _ = rest.cut(fromLast: " (")
            (record.kind, record[.status], record[.user]) = (.authentication, "fail", rest.name)
        } else if let start = text.first("Login from '"), let middle = text[start.upperBound...].first("' for user '") {
            // SOGo: the address is the server's and comes first, a list of them where proxies are between.
            let rest = text[middle.upperBound...]
            record[.client] = text[start.upperBound..<middle.lowerBound].prefix { $0 != .comma }.address?.description
            let hasFailed = rest.last("' might not have worked")
            (record.kind, record[.status]) = hasFailed != nil ? (.authentication, "fail") : (.login, "pass")
            record[.user] =
                hasFailed.flatMap { rest[..<$0.lowerBound].name }
                ?? rest.last("'").flatMap { rest[..<$0.lowerBound].name }
        } else if let start = text.first("FAILED LOGIN for ") {
            // Horde: `ann [192.0.2.1] to Horde`, newer `ann to horde (192.0.2.1)`.
            let rest = text[start.upperBound...]
            (record.kind, record[.status]) = (.authentication, "fail")
            let open = rest.first("] to ").flatMap { end in
                rest[..<end.lowerBound].last(" [").map { (end.lowerBound, $0) }
            }
            if let (end, open) = open {
                let list = rest[open.upperBound..<end]
                record[.client] =
                    (list.first("(forwarded for [").map { list[..<$0.lowerBound].prefix { $0 != .ascii("]") } } ?? list)
                    .address?.description
                record[.user] = rest[..<open.lowerBound].name
            } else if let open = rest.last(" ("), let close = rest[open.upperBound...].firstIndex(of: .ascii(")")) {
                record[.client] = rest[open.upperBound..<close].address?.description
                record[.user] =
                    (rest.first(" to horde").map { rest[..<$0.lowerBound] } ?? rest[..<open.lowerBound]).name
            }
        } else {
            records.append(record)
            return .unknown
        }
        records.append(record)
        return .read
    }

    /// `ann from 192.0.2.1. AUTHENTICATE PLAIN: A0002 NO Login failed. in /…`: the name is the client's, and what the IMAP
    /// server said may repeat it.
    private static func roundcube(_ text: LogText, _ record: inout LogRecord) {
        (record.kind, record[.status]) = (.authentication, "fail")
        var head = text
        let marks = [
            ". AUTHENTICATE ", ". LOGIN", ". Could not connect", ". Connection ", ". Empty startup", ". Authentication",
        ]
        var count = 0
        for mark in marks {
            count += text.occurrences(of: mark)
            if let found = head.first(mark) { head = head[..<found.lowerBound] }
        }
        if count == 0 {
            for mark in [" in session ", " in /", " (error: "] {
                if let found = head.last(mark), head[..<found.lowerBound].last(" from ") != nil {
                    head = head[..<found.lowerBound]
                }
            }
        }
        guard let from = head.last(" from ") else { return }
        var address = head[from.upperBound...].prefix { $0 != .space && $0 != .ascii("(") }
        while address.last == .dot { address = address.dropLast() }
        // The name may hold what stands between it and the answer: the address is then anybody's.
        if count > 1 {
            record[.doubt] = LogField.client.rawValue
        } else {
            record[.client] = address.address?.description
        }
        var user = head[..<from.lowerBound]
        _ = user.cut(fromLast: " against ")
        record[.user] = user.name
    }
}
