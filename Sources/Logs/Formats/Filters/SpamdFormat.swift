import Values

/// spamd of SpamAssassin, through syslog or in its own file: `spamd: result: Y 15 - BAYES_99,URIBL_BLACK scantime=2.5,…`,
/// `spamd: identified spam (15.2/5.0) for ann:1001 in 2.5 seconds, 1234 bytes.`
struct SpamdFormat: LogFormat {
    static let name = "spamd"

    static func owns(program: String) -> Bool { program == "spamd" || program == "spamassassin" || program == "spampd" }

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        let clock = LogClock(reference: Timestamp(seconds: 0))
        return share(of: head) { line in
            var line = line
            return ShapedTime.take("W N D h:m:s Y [", from: &line, clock) != nil && line.prefix(60).first("] ") != nil
        } * 95 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var rest = line.text
        var record = line.record(.note)
        if let instant = ShapedTime.take("W N D h:m:s Y [", from: &rest, line.clock) {
            record.instant = instant
            record.process = rest.take(untilFirst: "] ")?.number
            record.program = "spamd"
        }
        for level in ["info: ", "warn: ", "error: ", "dbg: "] { rest = rest.after(level) ?? rest }
        record.session = record.process.map { String($0) }
        var isKnown = true
        if let text = rest.after("spamd: ") {
            isKnown = SpamdFormat.tell(text, &record)
        } else {
            record[.reason] = rest.value
            isKnown = [
                "prefork: ", "server ", "util: ", "logger: ", "bayes: ", "auto-whitelist: ", "plugin: ", "spf: ",
                "dns: ", "rules: ", "config: ", "check: ", "pyzor: ", "razor2: ", "dcc: ",
            ].contains { rest.begins($0) }
        }
        records.append(record)
        return isKnown ? .read : .unknown
    }

    /// What stands behind `spamd: `; whether it is known.
    private static func tell(_ text: LogText, _ record: inout LogRecord) -> Bool {
        if var rest = text.after("result: ") {
            record.kind = .scan
            record[.verdict] = rest.takeWord().elementsEqual("Y".utf8) ? "spam" : "ham"
            if rest.first == .dot { rest = rest.dropFirst().drop { $0 == .space } }
            let score = rest.takeWord()
            _ = rest.takeWord()
            let tests = rest.first == .space || rest.begins("scantime=") ? LogText() : rest.takeWord()
            record[.symbols] = tests.value
            // What names the message comes last but for two fields, and is the sender's.
            let id = rest.first(",mid=")
            let head = id.map { rest[..<$0.lowerBound] } ?? rest
            func value(_ mark: String) -> String? {
                head.first(mark).flatMap { head[$0.upperBound...].prefix { $0 != .comma }.value }
            }
            record[.delay] = value("scantime=")
            record[.size] = value(",size=")
            record[.client] = value(",raddr=").flatMap { Array($0.utf8)[...].address?.description }
            record[.user] = value(",user=")
            record[.score] = value(",required_score=").map { "\(score.string)/\($0)" } ?? score.value
            if let id {
                var tail = rest[id.upperBound...]
                for mark in [",autolearn=", ",bayes=", ",rmid="] { _ = tail.cut(fromLast: mark) }
                record[.messageID] = tail.elementsEqual("(unknown)".utf8) ? nil : tail.unbracketed.value
            }
            return true
        }
        record[.reason] = text.value
        for (start, verdict) in [("identified spam ", "spam"), ("clean message ", "ham")] {
            guard var rest = text.after(start) else { continue }
            record.kind = .scan
            record[.verdict] = verdict
            record[.score] = rest.takeWord().filter { $0 != .ascii("(") && $0 != .ascii(")") }[...].value
            // `for ann:1001 in 2.5 seconds, 1234 bytes.`
            record[.size] = rest.cut(fromLast: " seconds, ")?.prefix { $0.isDigit }.value
            record[.delay] = rest.cut(fromLast: " in ")?.value
            _ = rest.cut(fromLast: ":")
            record[.user] = rest.after("for ")?.value
            return true
        }
        for start in ["processing message ", "checking message "] {
            guard var rest = text.after(start) else { continue }
            _ = rest.cut(fromLast: ":")
            record[.user] = rest.cut(fromLast: " for ")?.value
            record[.messageID] = (rest.first(" aka ").map { rest[..<$0.lowerBound] } ?? rest).unbracketed.value
            record[.reason] = start.trimmingSpace
            return true
        }
        if let rest = text.after("connection from ") {
            record.kind = .connect
            if let open = rest.firstIndex(of: .ascii("[")), let close = rest[open...].firstIndex(of: .ascii("]")) {
                record[.client] = rest[(open + 1)..<close].address?.description
                record[.clientName] = rest[..<open].trimmed.value
                record[.clientPort] = rest[close...].after("]:")?.prefix { $0.isDigit }.value
            }
            return true
        }
        return [
            "handled cleanup", "server ", "setuid", "still running", "creating default_prefs", "failed to create",
            "handle_user", "got connection", "alarm", "timeout", "bad protocol", "cannot ", "unauthorized", "not using",
            "spawned", "child", "adding", "copy_config", "info:", "restarting", "using ", "Tell", "tell",
        ]
        .contains { text.begins($0) }
    }
}

extension String {
    /// The text without spaces at its end.
    fileprivate var trimmingSpace: String { Array(utf8)[...].trimmed.string }
}
