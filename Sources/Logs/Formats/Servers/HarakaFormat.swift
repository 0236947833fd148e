import Values

/// Haraka's log in its three styles, with or without a time before: `[NOTICE] [UUID.1] [core] message …`, logfmt and JSON.
struct HarakaFormat: LogFormat {
    static let name = "haraka"

    private var sessions = RecentTable<DialogueTracker>(limit: 4_096)

    private static let levels: Set<String> = [
        "DATA", "PROTOCOL", "DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "CRIT", "ALERT", "EMERG",
    ]

    static func owns(program: String) -> Bool { program == "haraka" || program == "Haraka" }

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        let clock = LogClock(reference: Timestamp(seconds: 0))
        return share(of: head) { Line($0, clock) != nil } * 94 / 100
    }

    /// What the three styles have alike.
    private struct Line {
        var instant: LogInstant?
        var level = "", id = LogText(), source = "", text = LogText()
        var pairs: LogPairs
        var json: [LogJSON.Field]?

        init?(_ line: LogText, _ clock: LogClock) {
            var rest = line.contains(0x1B) ? LogText.withoutColors(line) : line
            if let time = ShapedTime.take("Y-M-DTh:m:sfz", from: &rest, clock) {
                instant = time
                rest = rest.drop { $0 == .space }
            }
            if rest.first == .ascii("{") {
                guard let fields = LogJSON.fields(of: rest), let level = LogJSON.value("level", in: fields),
                    HarakaFormat.levels.contains(level), let text = LogJSON.value("message", in: fields),
                    LogJSON.value("source", "uuid", "origin", in: fields) != nil
                else { return nil }
                self.level = level
                id = Array((LogJSON.value("uuid", in: fields) ?? "").utf8)[...]
                source = LogJSON.value("source", "origin", in: fields) ?? ""
                self.text = Array(text.utf8)[...]
                if instant == nil,
                    var time = LogJSON.value("timestamp", "time", in: fields).map({ Array($0.utf8)[...] })
                {
                    instant = ShapedTime.take("Y-M-DTh:m:sfz", from: &time, clock)
                }
                json = fields
                pairs = LogPairs([])
                return
            }
            if rest.begins("level=") {
                let read = LogPairs(rest)
                guard let level = read["level"]?.string, HarakaFormat.levels.contains(level),
                    let source = read["source"],
                    let message = read["message"]
                else { return nil }
                (self.level, self.source, id, text) = (level, source.string, read["uuid"] ?? [], message)
                pairs = read
                return
            }
            var words: [LogText] = []
            while words.count < 3, rest.first == .ascii("["), let close = rest.prefix(80).firstIndex(of: .ascii("]")) {
                words.append(rest[(rest.startIndex + 1)..<close])
                rest = rest[(close + 1)...]
                if rest.first == .space { rest = rest.dropFirst() }
            }
            guard words.count == 3, HarakaFormat.levels.contains(words[0].string) else { return nil }
            (level, id, source, text) = (words[0].string, words[1], words[2].string, rest)
            pairs = LogPairs(rest.drop { $0 != .space })
        }

        /// A value by its name, in whichever style.
        func value(_ name: String) -> String? {
            if let json { return LogJSON.value(name, in: json).flatMap { $0.isEmpty ? nil : $0 } }
            return pairs[name]?.value
        }

        var verb: String { text.prefix { $0 != .space }.string }
    }

    mutating func read(_ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        guard let line = Line(entry.text, entry.clock) else { return .unknown }
        var base = entry.record(.note)
        if let instant = line.instant { base.instant = instant }
        base.program = "haraka/\(line.source)"
        let isOutbound = line.source == "outbound" || line.source.hasPrefix("outbound/")
        if !line.id.elementsEqual([.hyphen]), !line.id.isEmpty {
            // `UUID` is the connection, `UUID.1` its first message, `UUID.1.1` a delivery of that.
            let parts = line.id.split(separator: .dot, maxSplits: 2)
            base.session = isOutbound ? line.id.string : parts.first?.string
            if parts.count >= 2 { base.message = "\(parts[0].string).\(parts[1].string)" }
        }
        if line.level == "PROTOCOL" || line.text.begins("C: ") || line.text.begins("S: ") {
            if let said = line.text.after("C: ") ?? line.text.after("S: ") {
                speak(said, line, base, isOutbound, into: &records)
                return .read
            }
        }
        tell(line, base, isOutbound, into: &records)
        return .read
    }

    private mutating func speak(
        _ said: LogText, _ line: Line, _ base: LogRecord, _ isOutbound: Bool, into records: inout [LogRecord]
    ) {
        var text = said
        let key = Array((base.session ?? "").utf8.prefix(80))
        var tracker = sessions[key] ?? DialogueTracker(isOutbound: isOutbound)
        // The state of the connection is told behind the line, and line ends are written out.
        if line.text.begins("C: "), let state = text.last(" state="), text[state.upperBound...].number != nil {
            text = text[..<state.lowerBound]
        }
        while let end = text.last("\\r") ?? text.last("\\n"), end.upperBound == text.endIndex {
            text = text[..<end.lowerBound]
        }
        // Several lines of one reply are written as one.
        for part in LogText.lines(text) {
            if line.text.begins("C: ") {
                tracker.client(part, base, into: &records)
            } else {
                tracker.server(part, base, into: &records)
            }
        }
        sessions[key] = tracker
    }

    private mutating func tell(_ line: Line, _ base: LogRecord, _ isOutbound: Bool, into records: inout [LogRecord]) {
        var record = base
        let key = Array((base.session ?? "").utf8.prefix(80))
        func endpoint() {
            record[.client] = line.value("ip").flatMap { Array($0.utf8)[...].address?.description }
            record[.clientPort] = line.value("port")
        }
        if isOutbound {
            record[.nextHop] = line.value("host")
            record[.nextHopAddress] = line.value("ip")
            record[.nextHopPort] = line.value("port")
            record[.delay] = line.value("delay")
            record[.protocolName] = line.value("mode")
            if let reply = line.value("response") ?? line.value("reason") ?? line.value("err") {
                record.setReply(Array(reply.utf8)[...])
            }
            switch line.verb {
            case "delivered": (record.kind, record[.status]) = (.delivery, "sent")
            case "bounced", "bounce": (record.kind, record[.status]) = (.delivery, "bounced")
            case "deferred", "temp": (record.kind, record[.status]) = (.delivery, "deferred")
            default: record[.reason] = line.text.value
            }
            records.append(record)
            return
        }
        switch line.source == "core" ? line.verb : "" {
        case "connect":
            record.kind = .connect
            endpoint()
            record[.listener] = line.value("local_ip").map { ip in line.value("local_port").map { "\(ip):\($0)" } ?? ip
            }
            var tracker = DialogueTracker(isOutbound: false)
            tracker.know(.client, record[.client])
            tracker.know(.clientPort, record[.clientPort])
            tracker.know(.listener, record[.listener])
            sessions[key] = tracker
        case "disconnect":
            record.kind = .disconnect
            endpoint()
            record[.clientName] = line.value("rdns")
            record[.helo] = line.value("helo")
            record[.delay] = line.value("time")
            record[.size] = line.value("bytes")
            record[.reply] = line.value("lr")
            sessions[key] = nil
        case "sender", "recipient":
            let address = (line.json == nil ? line.text : line.text).drop { $0 != .ascii("<") }
            let path = address.prefix { $0 != .ascii(">") }.dropFirst()
            let field: LogField = line.verb == "sender" ? .sender : .recipient
            record[field] = line.value("address") ?? path.string
            if line.verb == "recipient" { record[.sender] = line.value("sender") }
            decide(line, &record, stage: line.verb == "sender" ? "MAIL" : "RCPT")
        case "message", "queue":
            record[.messageID] = line.value("mid").flatMap { Array($0.utf8)[...].unbracketed.value }
            record[.size] = line.value("size")
            record[.delay] = line.value("delay")
            decide(line, &record, stage: "DATA")
        default: record[.reason] = line.text.value
        }
        records.append(record)
    }

    /// What the plugins answered: `code=DENY msg="…"`.
    private func decide(_ line: Line, _ record: inout LogRecord, stage: String) {
        record[.stage] = stage
        record[.reply] = line.value("msg")
        record[.verdict] = line.value("code")
        switch line.value("code") {
        case "DENY", "DENYDISCONNECT": record.kind = .reject
        case "DENYSOFT", "DENYSOFTDISCONNECT": record.kind = .defer
        default: record.kind = .message
        }
    }
}

extension ArraySlice<UInt8> {
    /// The lines of a text in which line ends are written out as `\r\n` or `\n`.
    static func lines(_ text: LogText) -> [LogText] {
        guard text.first("\\n") != nil else { return [text] }
        var lines: [LogText] = []
        var rest = text
        while lines.count < 200, let end = rest.first("\\n") {
            var line = rest[..<end.lowerBound]
            if line.count >= 2, line.suffix(2).elementsEqual("\\r".utf8) { line = line.dropLast(2) }
            lines.append(line)
            rest = rest[end.upperBound...]
        }
        if !rest.isEmpty { lines.append(rest) }
        return lines
    }
}
