import Values

/// amavis: `(12345-01) Blocked SPAM {DiscardedInbound,Quarantined}, [192.0.2.1]:4711 [192.0.2.9] <ann@far.example> ->
/// <bob@company.example>, Queue-ID: 4F2A1, Message-ID: <…>, mail_id: …, Hits: 15.2, size: 1234, queued_as: 5F3B2, 500 ms`.
struct AmavisFormat: LogFormat {
    static let name = "amavis"

    static func owns(program: String) -> Bool {
        // Its own log has the path of the program.
        ["amavis", "amavisd", "amavisd-new"].contains(program.split(separator: "/").last ?? "")
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var rest = line.text
        var record = line.record(.note)
        if rest.first == .ascii("("), rest.dropFirst().first?.isDigit ?? false,
            let close = rest.prefix(40).firstIndex(of: .ascii(")"))
        {
            record.session = rest[(rest.startIndex + 1)..<close].value
            rest = rest[(close + 1)...].drop { $0 == .space }
        }
        // A continuation of a line that was too long for syslog.
        if rest.begins("...") { return .continuation }
        record[.reason] = rest.value
        let isBlocked = rest.begins("Blocked ")
        guard isBlocked || rest.begins("Passed ") else {
            records.append(record)
            return record.session != nil || AmavisFormat.isOwn(rest) ? .read : .unknown
        }
        record.kind = .scan
        record[.status] = isBlocked ? "blocked" : "passed"
        rest = rest.dropFirst(isBlocked ? 8 : 7)
        // The category and, in brackets, the virus or the name of what is banned, which the sender has chosen.
        let category = rest.prefix { $0.isAlphanumeric || $0 == .hyphen }
        record[.verdict] = category.value
        rest = rest.dropFirst(category.count)
        guard var head = rest.take(untilFirst: " -> ") else {
            records.append(record)
            return .read
        }
        record[.sender] = head.cut(fromLast: " ")?.unbracketed.string
        if let open = head.first(" ("), open.lowerBound == head.startIndex {
            let name = head.last(") {") ?? head.last("), [")
            let value = name.map { head[open.upperBound..<$0.lowerBound] } ?? head[open.upperBound...]
            if category.begins("INFECTED") { record[.virus] = value.value }
            record[.reason] = value.value
            head = name.map { head[$0.lowerBound...] } ?? []
        } else {
            record[.reason] = nil
        }
        // What stands in brackets from the end: the client of the first hop, and before it the one that connected.
        var addresses: [(address: IPAddress, port: Int?)] = []
        for word in head.split(separator: .space).suffix(6) {
            var word = word
            while word.last == .comma { word = word.dropLast() }
            if let end = word.endpoint { addresses.append(end) }
        }
        record.setClient(addresses.first)
        AmavisFormat.tail(rest, record, into: &records)
        return .read
    }

    /// What follows the arrow.
    private static func tail(_ text: LogText, _ base: LogRecord, into records: inout [LogRecord]) {
        var record = base
        var rest = text
        var recipients = rest
        for mark in [", quarantine: ", ", Queue-ID: ", ", Message-ID: ", ", mail_id: "] {
            if let found = recipients.first(mark) { recipients = recipients[..<found.lowerBound] }
        }
        func unique(_ mark: String, in text: LogText) -> LogText? {
            text.occurrences(of: mark) == 1 ? text.first(mark).map { text[$0.upperBound...] } : nil
        }
        // The Message-ID is the sender's; a name of the server's within it makes those doubtful.
        if text.occurrences(of: ", mail_id: ") > 1 || text.occurrences(of: ", Hits: ") > 1 {
            record[.doubt] = "repeated"
        }
        record.message = unique(", Queue-ID: ", in: rest)?.prefix { $0 != .comma }.value
        if let tail = rest.last(", mail_id: "), let id = rest.first(", Message-ID: "), id.upperBound <= tail.lowerBound
        {
            record[.messageID] = rest[id.upperBound..<tail.lowerBound].unbracketed.value
            rest = rest[tail.lowerBound...]
        }
        func value(_ mark: String) -> String? { unique(mark, in: rest)?.prefix { $0 != .comma }.trimmed.value }
        if record[.doubt] == nil {
            record[.score] = value(", Hits: ").flatMap { $0 == "-" ? nil : $0 }
            record[.size] = value(", size: ")
            record[.newMessage] = unique(", queued_as: ", in: rest)?.prefix { $0.isAlphanumeric || $0 == .hyphen }.value
        }
        if let tests = unique(", Tests: [", in: rest) { record[.symbols] = tests.prefix { $0 != .ascii("]") }.value }
        var end = rest
        if end.cut(fromLast: " ms") != nil { record[.delay] = end.cut(fromLast: " ").map { "\($0.string) ms" } }
        let list = AmavisFormat.recipients(recipients)
        record[.recipientCount] = list.isEmpty ? nil : String(list.count)
        if list.isEmpty { records.append(record) }
        for recipient in list {
            record[.recipient] = recipient
            records.append(record)
        }
    }

    /// `<bob@company.example>,<eve@company.example>`.
    private static func recipients(_ text: LogText) -> [String] {
        var list: [String] = []
        var rest = text
        while list.count < 1000, rest.first == .ascii("<") {
            let end = rest.first(">,")?.lowerBound ?? (rest.last == .ascii(">") ? rest.endIndex - 1 : rest.endIndex)
            list.append(rest[(rest.startIndex + 1)..<max(end, rest.startIndex + 1)].string)
            rest = rest[min(end + 2, rest.endIndex)...]
        }
        return list
    }

    private static func isOwn(_ text: LogText) -> Bool {
        [
            "starting", "Net::Server", "logging", "user=", "Module", "Found", "No ", "Using", "Deleting", "Creating",
            "SpamAssassin", "extra modules", "initializing", "Fetched", "Amavis", "perl=", "Valid PID", "config files",
            "dkim", "DKIM", "Internal", "Base64", "ANTI-", "Decoder", "SQL", "TLS", "Unpackers", "bind", "Group",
            "stopping", "(!)", "(!!)",
        ]
        .contains { text.begins($0) }
    }
}
