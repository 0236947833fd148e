import Values

/// rspamd's log, its own or through syslog: the result line of each task,
/// `<a1b2c3>; task; rspamd_task_write_log: id: <…>, qid: <4F2A1>, ip: 192.0.2.1, from: <…>, (default: F (no action):
/// [1.60/15.00] [SYMBOL(1.00){…;}]), len: …`, and what its processes say besides.
struct RspamdFormat: LogFormat {
    static let name = "rspamd"

    static func owns(program: String) -> Bool { program == "rspamd" || program.hasPrefix("rspamd-") }

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        let clock = LogClock(reference: Timestamp(seconds: 0))
        return share(of: head) { line in
            var line = line
            guard ShapedTime.take("Y-M-D h:m:sfz #", from: &line, clock) != nil else { return false }
            return line.prefix(40).first("(") != nil
        } * 96 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var rest = line.text
        var record = line.record(.note)
        if let instant = ShapedTime.take("Y-M-D h:m:sfz #", from: &rest, line.clock) {
            record.instant = instant
            record.program = "rspamd"
            record.process = rest.prefix { $0.isDigit }.number
            guard rest.take(until: .ascii(")")) != nil else { return .unknown }
            rest = rest.drop { $0 == .space }
        } else if rest.first == .ascii("("), let close = rest.prefix(40).firstIndex(of: .ascii(")")) {
            rest = rest[(close + 1)...].drop { $0 == .space }
        }
        // The level, where it is set to be told (`log_severity`).
        if rest.first == .ascii("["), let close = rest.prefix(12).firstIndex(of: .ascii("]")) {
            rest = rest[(close + 1)...].drop { $0 == .space }
        }
        if rest.first == .ascii("<"), let close = rest.prefix(80).first(">; ") {
            record.session = rest[(rest.startIndex + 1)..<close.lowerBound].value
            rest = rest[close.upperBound...]
        }
        // Before it has read its configuration, rspamd names no module.
        if let end = rest.prefix(66).first("; "), !rest[..<end.lowerBound].contains(.space) {
            record[.stage] = rest[..<end.lowerBound].value
            rest = rest[end.upperBound...]
        } else if !rest.prefix(66).prefix(while: { $0 != .space }).contains(.colon) {
            return .unknown
        }
        if let mark = rest.first("rspamd_task_write_log: "), mark.lowerBound == rest.startIndex {
            RspamdFormat.result(rest[mark.upperBound...], record, into: &records)
            return .read
        }
        record[.reason] = rest.value
        if let mark = rest.first("accepted connection from ") ?? rest.first("accepted milter connection from ") {
            record.kind = .connect
            let end = rest[mark.upperBound...]
            record[.client] = end.prefix { $0 != .space }.address?.description
            record[.clientPort] = end.first(" port ").flatMap { end[$0.upperBound...].prefix { $0.isDigit }.value }
        } else if let mark = rest.first("incorrect password has been specified; source ip: ") {
            (record.kind, record[.status], record[.protocolName]) = (.authentication, "fail", "rspamd")
            record.setClient(rest[mark.upperBound...].prefix { $0 != .space }.endpoint)
        } else if rest.first("invalid password") != nil || rest.first("bad password") != nil
            || (rest.first("unauthorized") != nil && rest.first("allow unauthorized") == nil)
        {
            record.kind = .authentication
            record[.status] = "fail"
            record[.protocolName] = "rspamd"
        }
        records.append(record)
        return .read
    }

    /// The result of a task. The Message-ID, the sender and symbols' options hold what outsiders chose: a name that stands
    /// where it does more than once is not told, and the record says so.
    private static func result(_ text: LogText, _ base: LogRecord, into records: inout [LogRecord]) {
        var record = base
        record.kind = .scan
        var rest = text
        // The verdict of the profile stands in brackets: `(default: F (no action): [1.60/15.00] [`.
        guard let open = RspamdFormat.verdict(rest) else {
            record[.reason] = text.value
            records.append(record)
            return
        }
        let head = rest[..<open]
        rest = rest[open...].dropFirst()
        var doubts: [LogField] = []
        func unique(_ mark: String, _ field: LogField, until end: String) -> LogText? {
            guard let found = head.first(mark) else { return nil }
            guard head.occurrences(of: mark) == 1 else {
                doubts.append(field)
                return nil
            }
            let value = head[found.upperBound...]
            return value.first(end).map { value[..<$0.lowerBound] } ?? value
        }
        record.message = unique(", qid: <", .newMessage, until: ">")?.value
        record[.client] = unique(", ip: ", .client, until: ",")?.address?.description
        record[.user] = unique(", user: ", .user, until: ", ")?.value
        if let from = head.last(", from: <"), head.occurrences(of: ", from: <") == 1 {
            var sender = head[from.upperBound...]
            _ = sender.cut(fromLast: ">")
            record[.sender] = sender.string
        }
        if var id = head.after("id: ") {
            // It ends where the next name of the server's begins.
            for mark in [", qid: <", ", ip: ", ", from: <", ", user: "] {
                id = id.first(mark).map { id[..<$0.lowerBound] } ?? id
            }
            while let last = id.last, last == .comma || last == .space { id = id.dropLast() }
            record[.messageID] =
                id.elementsEqual("<undef>".utf8) || id.elementsEqual("undef".utf8) ? nil : id.unbracketed.value
        }
        // `default: T (reject): [16.20/15.00] [SYM(1.00){a;},…]), len: 5, time: 1.5ms, dns req: 3, digest: <…>, rcpts: <…>`.
        if let name = rest.take(untilFirst: ": ") {
            record[.transport] = name.elementsEqual("default".utf8) ? nil : name.value
        }
        _ = rest.take(untilFirst: " (")
        record[.verdict] = rest.take(untilFirst: "): [")?.value
        record[.score] = rest.take(untilFirst: "] [")?.value
        let symbols = RspamdFormat.symbols(&rest)
        record[.symbols] = symbols.isEmpty ? nil : symbols.joined(separator: ",")
        func tail(_ mark: String, until end: UInt8) -> LogText? {
            rest.first(mark).map { rest[$0.upperBound...].prefix { $0 != end } }
        }
        record[.size] = tail(", len: ", until: .comma)?.value
        record[.delay] = tail(", time: ", until: .comma)?.value
        let recipients = (tail(", rcpts: <", until: .ascii(">")) ?? []).split(separator: .comma).prefix(1000)
        if let forced = rest.first(", forced: ") { record[.reason] = rest[forced.lowerBound...].dropFirst(2).value }
        if !doubts.isEmpty {
            doubts.append(.messageID)
            record[.messageID] = nil
            record[.doubt] = doubts.map(\.rawValue).sorted().joined(separator: ",")
        }
        record[.recipientCount] = recipients.isEmpty ? nil : String(recipients.count)
        if recipients.isEmpty { records.append(record) }
        for recipient in recipients {
            record[.recipient] = recipient.value
            records.append(record)
        }
    }

    /// Where `(default: F (no action): [` begins: the last bracket that is followed by such a thing and lies before symbols.
    private static func verdict(_ text: LogText) -> Int? {
        guard let mark = text.first("): [") else { return nil }
        let head = text[..<mark.lowerBound]
        guard let action = head.last(" (") else { return nil }
        return head[..<action.lowerBound].lastIndex(of: .ascii("("))
    }

    /// The names of the symbols, with their scores, up to the closing bracket; options in braces are passed over.
    private static func symbols(_ text: inout LogText) -> [String] {
        var symbols: [String] = []
        var position = text.startIndex
        var start = position
        var depth = 0
        while position < text.endIndex {
            let byte = text[position]
            if byte == .ascii("{") {
                if depth == 0 {
                    symbols.append(text[start..<position].string)
                    start = position
                }
                depth += 1
            } else if byte == .ascii("}") {
                if depth > 0 { depth -= 1 }
                if depth == 0 { start = position + 1 }
            } else if depth == 0, byte == .comma || byte == .ascii("]") {
                let name = text[start..<position]
                if !name.isEmpty { symbols.append(name.string) }
                start = position + 1
                if byte == .ascii("]") { break }
            }
            position += 1
            if symbols.count == 500 { break }
        }
        text = text[min(position, text.endIndex)...]
        return symbols
    }
}
