import Values

/// Exchange's protocol logs of POP3 and IMAP4: one line of CSV for each command, in the columns dateTime, sessionId,
/// seqNumber, sIp, cIp, user, duration, rqsize, rpsize, command, parameters, context, puid.
struct ExchangeMailboxFormat: LogFormat {
    static let name = "exchange-mailbox"

    private var columns = ExchangeColumns(ExchangeMailboxFormat.usual)
    private var held = ExchangeLine()

    private static let usual = [
        "datetime", "sessionid", "seqnumber", "sip", "cip", "user", "duration", "rqsize", "rpsize", "command",
        "parameters", "context", "puid",
    ]

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        if head.contains(where: { $0.begins("#Log-type: POP3") || $0.begins("#Log-type: IMAP4") }) { return 98 }
        // Comments alone may be those of any file.
        guard head.contains(where: { $0.begins("#Fields:") || isEntry($0) }) else { return 0 }
        return share(of: head) { line in line.begins("#") || isEntry(line) } * 94 / 100
    }

    private static func isEntry(_ line: ArraySlice<UInt8>) -> Bool {
        let row = CSVRow(line)
        return row.fields.count >= 12 && ExchangeLine.hasTime(line) && row[2].number != nil
            && row[3].endpoint?.port != nil && row[4].endpoint != nil && row[8].number != nil
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        if line.text.begins("#") || line.text.begins("\u{FEFF}#") {
            columns.read(line.text)
            return .read
        }
        guard let row = held.row(line.text) else { return held.recognition }
        func field(_ name: String) -> LogText { row[columns[name]] }
        var time = field("datetime")
        guard let instant = ShapedTime.take("Y-M-DTh:m:sfz", from: &time, line.clock), time.isEmpty,
            field("seqnumber").number != nil
        else { return .unknown }
        let command = field("command").string.asciiLowercased
        let context = field("context")
        var record = line.record(.dialogue)
        record.instant = instant
        record.session = field("sessionid").value
        record.setClient(field("cip").endpoint)
        record[.listener] = field("sip").value
        record[.user] = field("user").value
        record[.delay] = field("duration").value
        record[.reply] = ExchangeMailboxFormat.reply(context)
        let port = field("sip").endpoint?.port
        record[.protocolName] = port == 110 || port == 995 ? "pop3" : port == 143 || port == 993 ? "imap" : nil
        switch command {
        case "opensession": record.kind = .connect
        case "closesession": record.kind = .disconnect
        case "login", "authenticate", "auth", "pass", "apop":
            let hasFailed =
                context.first("-ERR") != nil || context.first(" NO ") != nil || context.first(" BAD ") != nil
                || context.first("AuthFailed") != nil || context.first("LogonFailed") != nil
            record.kind = hasFailed ? .authentication : .login
            record[.status] = hasFailed ? "fail" : "pass"
            if command == "auth" || command == "authenticate" {
                record[.authenticationMethod] = field("parameters").trimmed.prefix { !$0.isWhitespace }.value
            }
            record[.reason] = context.first("ErrMsg=").flatMap { context[$0.upperBound...].value }
        default:
            record.role = .client
            record[.command] = field("command").value
        }
        records.append(record)
        return .read
    }

    /// What stands in `R="…"`, which is what the server said.
    private static func reply(_ context: LogText) -> String? {
        guard var rest = context.after("R=") else { return nil }
        guard rest.first == .quote else { return rest.prefix { $0 != .semicolon }.value }
        rest = rest.dropFirst()
        return rest.prefix { $0 != .quote }.value
    }
}
