import Values

extension QmailFormat {
    /// What s/qmail and its forerunner, the SPAMCONTROL patch, write: `pid 4711 Reject::SNDR::Invalid_Relay P:ESMTP
    /// S:192.0.2.1:name H:helo F:ann@far.example T:bob@company.example`, with `?~ 'ann'` behind it for who authenticates
    /// (`?= 'ann'` in old versions). POP3 logins are told by qmail-popup in the same way.
    func splitHorizon(
        _ entry: LogEntry, _ line: LogText, into records: inout [LogRecord]
    ) -> LogRecognition {
        var rest = line
        var record = entry.record(.note)
        if let process = rest.after("pid ") {
            rest = process
            let number = rest.takeWord()
            (record.process, record.session) = (number.number, number.value)
        }
        let head = rest.takeWord()
        let isAccepted = head.begins("Accept::")
        guard isAccepted || head.begins("Reject::") || head.begins("Refuse::") else { return .unknown }
        // Names that clients gave come before it: the last is the program's.
        if let user = rest.cut(fromLast: " ?~ '") ?? rest.cut(fromLast: " ?= '") {
            record[.user] = user.dropLast(user.last == .ascii("'") ? 1 : 0).name
        }
        record[.reason] = head.prefix { $0 != .ascii("?") }.value
        var seen: Set<String> = []
        for word in rest.split(separator: .space).prefix(20) where word.count >= 2 {
            let value = word.dropFirst(2)
            guard seen.insert(word.prefix(2).string).inserted else { continue }
            switch word.prefix(2).string {
            case "P:": record[.protocolName] = value.value
            case "S:":
                let (address, name) = QmailFormat.host(value)
                record[.client] = address?.description
                record[.clientName] = name.elementsEqual("unknown".utf8) ? nil : name.value
            case "H:": record[.helo] = value.value
            case "F:": record[.sender] = value.string
            case "T:": record[.recipient] = value.value
            case "?:": record[.user] = record[.user] ?? value.name
            default: break
            }
        }
        let isAuthentication = head.dropFirst(8).begins("AUTH::")
        if isAuthentication {
            var method = head.dropFirst(14)
            while method.last == .colon { method = method.dropLast() }
            record[.authenticationMethod] = method.value?.uppercased()
        }
        if record[.protocolName]?.hasPrefix("POP") ?? false {
            record.kind = isAccepted ? .login : .authentication
            (record[.status], record[.protocolName]) = (isAccepted ? "pass" : "fail", "pop3")
        } else if isAuthentication, !isAccepted || record[.recipient] == nil {
            record.kind = .authentication
            record[.status] = isAccepted ? "pass" : "fail"
        } else {
            record.kind = isAccepted ? .message : .reject
            record[.stage] = QmailFormat.stage(head)
            if isAuthentication { (record[.authenticated], record[.user]) = (record[.user], nil) }
        }
        records.append(record)
        return .read
    }

    /// Which command was accepted or refused: senders are looked at when the first recipient comes.
    private static func stage(_ head: LogText) -> String? {
        head.dropFirst(8).begins("DATA::") ? "DATA" : head.dropFirst(8).begins("TLS::") ? "STARTTLS" : "RCPT"
    }

    /// `192.0.2.1:name`; an IPv6 address has colons itself, so that the longest one at the beginning is taken.
    private static func host(_ text: LogText) -> (IPAddress?, LogText) {
        var end = text.endIndex
        while end > text.startIndex {
            if end - text.startIndex <= 45, let address = text[..<end].address {
                return (address, text[end...].dropFirst())
            }
            guard let colon = text[..<end].lastIndex(of: .colon) else { break }
            end = colon
        }
        return (nil, text)
    }
}
