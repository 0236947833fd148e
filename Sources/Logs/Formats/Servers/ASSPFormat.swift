import Values

/// ASSP's maillog.txt: `Apr-07-13 07:08:36 m1-25391-06124 [Worker_1] [TLS-in] [RelayAttempt] 192.0.2.1 <ann@far.example>
/// to: bob@company.example relay attempt blocked for: …`. What stands before the address is the server's own.
struct ASSPFormat: LogFormat {
    static let name = "assp"

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        share(of: head) { line in
            var line = line
            return ShapedTime.take("N-D-y h:m:s ", from: &line, LogClock(reference: Timestamp(seconds: 0))) != nil
        } * 95 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var rest = line.text
        guard let instant = ShapedTime.take("N-D-y h:m:s ", from: &rest, line.clock) else { return .unknown }
        var record = line.record(.note)
        record.instant = instant
        if let id = ASSPFormat.session(rest) {
            (record.session, record.message) = (id.string, id.string)
            rest = rest.dropFirst(id.count).drop { $0 == .space }
        }
        var tags: [LogText] = []
        while rest.first == .ascii("["), tags.count < 12, let close = rest.prefix(80).firstIndex(of: .ascii("]")) {
            tags.append(rest[(rest.startIndex + 1)..<close])
            rest = rest[(close + 1)...].drop { $0 == .space }
        }
        if tags.contains(where: { $0.begins("TLS-in") || $0.begins("SSL-in") }) { record[.tlsVersion] = "TLS" }
        let tag = tags.last { tag in
            !["Worker_", "TLS-", "SSL-", "Main_"].contains { tag.begins($0) }
        }
        var isAboutClient = false
        if let blocked = rest.after("Blocking ") {
            // The one line whose address comes behind a word.
            let address = blocked.prefix { $0 != .space }
            record[.client] = address.address?.description
            isAboutClient = record[.client] != nil
        } else if let address = rest.prefix(while: { $0 != .space && $0 != .semicolon }).endpoint {
            record.setClient(address)
            isAboutClient = true
            _ = rest.takeWord()
            if rest.first == .ascii("<"), let close = rest.first("> ")?.lowerBound {
                record[.sender] = rest[(rest.startIndex + 1)..<close].string
                rest = rest[(close + 1)...].drop { $0 == .space }
            }
            if let to = rest.after("to: ") {
                record[.recipient] = to.prefix { $0 != .space && $0 != .comma }.unbracketed.value
                rest = to.drop { $0 != .space }.drop { $0 == .space }
            }
        }
        // Further tags may stand behind the addresses.
        var late: LogText?
        if rest.first == .ascii("["), let close = rest.prefix(80).firstIndex(of: .ascii("]")) {
            late = rest[(rest.startIndex + 1)..<close]
            if isAboutClient { rest = rest[(close + 1)...].drop { $0 == .space } }
        }
        record[.verdict] = (tag ?? late)?.value
        record[.reason] = rest.value
        if isAboutClient { ASSPFormat.judge(rest, late, &record) } else { ASSPFormat.connection(rest, &record) }
        records.append(record)
        return .read
    }

    /// What the text says of the client, in the server's words that it begins with.
    private static func judge(_ text: LogText, _ late: LogText?, _ record: inout LogRecord) {
        func begins(_ starts: String...) -> Bool { starts.contains { text.beginsIgnoringCase($0) } }
        let reply = late.flatMap { $0.begins("SMTP Error") || $0.begins("SMTP Reply") ? text : nil }
        if let reply {
            record.setReply(reply)
            record.kind = reply.first == .ascii("5") ? .reject : reply.first == .ascii("4") ? .defer : .note
            // RFC 4954 §6: 535 is of AUTH alone.
            if reply.begins("535") { authentication(&record) }
        } else if begins("ssl negotiation with client failed", "tls negotiation with client failed") {
            record.kind = .tls
            record[.status] = "fail"
        } else if begins("max sender authentication errors", "blocking ") {
            if begins("blocking "), text.first("AUTH error") == nil {
                record.kind = .reject
            } else {
                authentication(&record)
            }
        } else if record[.verdict] == "MessageOK" || begins("message ok", "message proxied", "whitelisted", "local") {
            record.kind = .message
        } else if begins("message-score", "message score", "score") {
            record.kind = .scan
            if let total = text.last(" is now ") {
                record[.score] = text[total.upperBound...].prefix { $0.isDigit || $0 == .dot || $0 == .hyphen }.value
            }
        } else if begins("delayed", "recipient delayed", "greylist", "delaying") || record[.verdict] == "Delayed" {
            record.kind = .defer
        } else if begins(
            "[spam", "spam", "relay attempt blocked", "invalid address", "invalid recipient", "blocked", "virus",
            "connection", "bad attachment", "denied", "failed", "recipient rejected", "rejected")
            || record[.verdict] == "RelayAttempt" || record[.verdict]?.hasPrefix("spam") ?? false
        {
            record.kind = .reject
        } else if begins("disconnected") {
            record.kind = .disconnect
        }
        if let open = text.first(" -> "), record.kind == .reject || record.kind == .message,
            let start = text[..<open.lowerBound].firstIndex(of: .ascii("["))
        {
            record[.subject] = text[(start + 1)..<open.lowerBound].trimmed.prefix { $0 != .ascii("]") }.value
        }
    }

    private static func authentication(_ record: inout LogRecord) {
        record.kind = .authentication
        record[.status] = "fail"
        record[.protocolName] = "smtp"
    }

    /// `Connected: session:7F3A 192.0.2.1:4711 > 198.51.100.2:25 > 127.0.0.1:125`.
    private static func connection(_ text: LogText, _ record: inout LogRecord) {
        guard text.beginsIgnoringCase("connected: ") || text.beginsIgnoringCase("disconnected: ") else { return }
        record.kind = text.beginsIgnoringCase("connected") ? .connect : .disconnect
        for word in text.split(separator: .space).prefix(8) {
            if let id = word.after("session:"), record.session == nil { record.session = id.value }
            guard let end = word.endpoint else { continue }
            if record[.client] == nil {
                record.setClient(end)
            } else if record[.listener] == nil {
                record[.listener] = word.value
            }
        }
    }

    /// `m1-25391-06124`, or `25391-06124` before version 2.
    private static func session(_ text: LogText) -> LogText? {
        let word = text.prefix(40).prefix { $0.isAlphanumeric || $0 == .hyphen }
        let parts = word.split(separator: .hyphen)
        guard (2...3).contains(parts.count), parts.suffix(2).allSatisfy({ $0.allSatisfy(\.isDigit) }),
            word.endIndex < text.endIndex, text[word.endIndex] == .space
        else { return nil }
        return word
    }
}
