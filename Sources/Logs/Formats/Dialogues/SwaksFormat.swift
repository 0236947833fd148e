import Values

/// What swaks prints: ` -> ` and `<-  ` before the lines of the dialogue, ` ~> ` and `<~  ` where they went through TLS,
/// `**> `, `<** ` and the like where they failed, `=== ` and `*** ` before its own words. It tells no time.
struct SwaksFormat: LogFormat {
    static let name = "swaks"

    private var tracker = DialogueTracker(isOutbound: true)
    private var count = 0

    private static let sent = [" -> ", " ~> ", "**> ", "*~> "]
    private static let received = ["<-  ", "<~  ", "<** ", "<~* "]
    private static let own = ["=== ", "*** "]

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        let marks = sent + received + own
        let isIntroduced = head.contains { line in
            line.begins("=== Trying ") || line.begins("=== Connected to")
                || received.contains { line.begins($0 + "220") }
        }
        return isIntroduced
            ? share(of: head) { line in marks.contains { line.begins($0) || line.elementsEqual($0.utf8.dropLast()) } }
                * 97 / 100 : 0
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var text = line.text
        // An empty line is sent and shown as the mark alone.
        if text.count == 3 { text.append(.space) }
        var base = line.record(.note)
        if let own = text.after("=== ") ?? text.after("*** ") {
            if own.begins("Trying ") { begin() }
            if count == 0 { begin() }
            base.session = "swaks-\(count)"
            return note(own, text.begins("***"), base, into: &records)
        }
        if count == 0 { begin() }
        base.session = "swaks-\(count)"
        for mark in SwaksFormat.sent where text.begins(mark) {
            tracker.client(text.dropFirst(4), base, into: &records)
            return .read
        }
        for mark in SwaksFormat.received where text.begins(mark) {
            tracker.server(text.dropFirst(4), base, into: &records)
            return .read
        }
        // `--dump` and raw output show bytes.
        if text.begins("  > ") || text.begins("<   ") { return .read }
        return text.trimmed.isEmpty ? .continuation : .unknown
    }

    private mutating func begin() {
        count += 1
        tracker = DialogueTracker(isOutbound: true)
    }

    private mutating func note(
        _ text: LogText, _ isError: Bool, _ base: LogRecord, into records: inout [LogRecord]
    ) -> LogRecognition {
        var record = base
        record[.reason] = text.value
        if let target = text.after("Trying ") {
            var host = target
            while host.last == .dot { host = host.dropLast() }
            if let colon = host.lastIndex(of: .colon), host[(colon + 1)...].number != nil {
                tracker.know(.nextHopPort, host[(colon + 1)...].string)
                host = host[..<colon]
            }
            tracker.know(.nextHop, host.value)
            tracker.know(.nextHopAddress, host.address?.description)
            record.kind = .note
        } else if text.begins("Connected to ") {
            record.kind = .connect
        } else if text.begins("Connection closed") || text.begins("Remote host closed") {
            record.kind = .disconnect
        } else if let cipher = text.after("TLS started with cipher ") {
            record.kind = .tls
            record[.status] = "pass"
            let parts = cipher.split(separator: .colon)
            record[.tlsVersion] = parts.first?.value
            record[.cipher] = parts.dropFirst().first?.value
        } else if text.begins("TLS startup failed") || text.begins("STARTTLS attempted but failed") {
            record.kind = .tls
            record[.status] = "fail"
        } else if isError, text.begins("Error connecting") {
            record.kind = .connect
            record[.status] = "fail"
        }
        for field in tracker.known where record[field.name] == nil { record[field.name] = field.value }
        records.append(record)
        return .read
    }
}
