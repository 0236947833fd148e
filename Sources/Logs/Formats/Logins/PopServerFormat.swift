import Values

/// Failed logins to solid-pop3d and through Perdition, the proxy of POP and IMAP.
struct PopServerFormat: LogFormat {
    static let name = "pop-servers"

    static func owns(program: String) -> Bool { program == "solid-pop3d" || program.hasPrefix("perdition") }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var record = line.record(.note)
        record[.reason] = line.text.value
        record.session = line.process.map { String($0) }
        let isKnown = line.program == "solid-pop3d" ? solid(line.text, &record) : perdition(line.text, &record)
        records.append(record)
        return isKnown ? .read : .unknown
    }

    /// `authentication failed: no such user: ann - 192.0.2.1`: the address comes last.
    private func solid(_ text: LogText, _ record: inout LogRecord) -> Bool {
        record[.protocolName] = "pop3"
        var rest = text
        guard let address = rest.cut(fromLast: " - ")?.address else { return false }
        record[.client] = address.description
        let failures = [
            "authentication failed: no such user: ", "authentication failed: can't map user name: ",
            "authentication failed for user ", "authentication failed for mapped user ", "root login not allowed",
            "can't find APOP secret for user ", "APOP authentication failed for user ",
        ]
        for start in failures {
            guard let user = rest.after(start) else { continue }
            (record.kind, record[.status], record[.user]) = (.authentication, "fail", user.name)
            return true
        }
        if let user = rest.after("user ") {
            record[.user] = user.prefix { $0 != .space }.name
            if rest.first("authenticated") != nil { (record.kind, record[.status]) = (.login, "pass") }
        }
        if rest.begins("connect from") { record.kind = .connect }
        return true
    }

    /// `Auth: 192.0.2.1:2274->198.51.100.2:993 … authentication_id="ann" … status="failed: …"`: the address is first, the
    /// status last.
    private func perdition(_ text: LogText, _ record: inout LogRecord) -> Bool {
        func setClient(_ ends: LogText) {
            record.setClient((ends.first("->").map { ends[..<$0.lowerBound] } ?? ends.prefix { $0 != .space }).endpoint)
        }
        if let rest = text.after("Auth: ") {
            setClient(rest)
            let status = rest.last(" status=\"").map { rest[$0.upperBound...] } ?? []
            let hasFailed = status.begins("failed")
            (record.kind, record[.status]) = (hasFailed ? .authentication : .login, hasFailed ? "fail" : "pass")
            record[.user] = rest.first(" authentication_id=\"").flatMap { start in
                rest[start.upperBound...].first("\" server=").flatMap { rest[start.upperBound..<$0.lowerBound].name }
            }
            record[.reason] = status.prefix { $0 != .quote }.value
            record[.protocolName] = rest.last(" protocol=").flatMap {
                rest[$0.upperBound...].prefix { $0 != .space }.value?.asciiLowercased
            }
            return true
        }
        if let mark = text.first("reading authentication information from client ") {
            setClient(text[mark.upperBound...])
            (record.kind, record[.status]) = (.authentication, "fail")
            return true
        }
        if let rest = text.after("Connect: ") ?? text.after("Close: ") {
            setClient(rest)
            record.kind = text.begins("Connect") ? .connect : .disconnect
            return true
        }
        return text.begins("Warning") || text.begins("Fatal") || text.begins("Debug")
    }
}
