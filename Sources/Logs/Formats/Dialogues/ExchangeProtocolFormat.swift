import Values

/// Exchange's protocol logs of connectors, SmtpReceive and SmtpSend: one line of CSV for each line of a session, in the
/// columns date-time, connector-id, session-id, sequence-number, local-endpoint, remote-endpoint, event, data, context.
struct ExchangeProtocolFormat: LogFormat {
    static let name = "exchange-smtp"

    private var columns = ExchangeColumns(ExchangeProtocolFormat.usual)
    /// What the header says the log is of.
    private var isOutbound: Bool?
    private var sessions = RecentTable<DialogueTracker>(limit: 4_096)
    private var held = ExchangeLine()

    private static let usual = [
        "date-time", "connector-id", "session-id", "sequence-number", "local-endpoint", "remote-endpoint", "event",
        "data",
        "context",
    ]

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        if head.contains(where: { $0.begins("#Log-type: SMTP") }) { return 98 }
        return share(of: head) { line in
            if ExchangeColumns.isHeader(line) { return true }
            let row = CSVRow(line)
            return (8...10).contains(row.fields.count) && ExchangeLine.hasTime(line) && isEvent(row[6])
                && row[3].number != nil
        } * 95 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        if line.text.begins("#") || line.text.begins("\u{FEFF}#") {
            columns.read(line.text)
            if let type = line.text.first("#Log-type: SMTP ") {
                isOutbound = line.text[type.upperBound...].begins("Send")
            }
            return ExchangeColumns.isHeader(line.text) ? .read : .unknown
        }
        guard let row = held.row(line.text) else { return held.recognition }
        var time = row[columns["date-time"]]
        guard let instant = ShapedTime.take("Y-M-DTh:m:sfz", from: &time, line.clock), time.isEmpty,
            ExchangeProtocolFormat.isEvent(row[columns["event"]]), let event = row[columns["event"]].first
        else { return .unknown }
        let (id, data, context) = (row[columns["session-id"]], row[columns["data"]], row[columns["context"]])
        let (local, remote) = (row[columns["local-endpoint"]], row[columns["remote-endpoint"]])
        var base = line.record(.note)
        base.instant = instant
        base.session = id.value
        let key = Array(id.prefix(64))
        var session = sessions[key] ?? open(event, local, remote, data, context)
        session.know(.transport, row[columns["connector-id"]].value)
        if !local.isEmpty { session.know(.listener, local.value) }
        if session.isOutbound {
            session.know(.nextHopAddress, remote.endpoint?.address.description)
            session.know(.nextHopPort, remote.endpoint?.port.map { String($0) })
        } else {
            session.know(.client, remote.endpoint?.address.description)
            session.know(.clientPort, remote.endpoint?.port.map { String($0) })
        }
        switch event {
        case .ascii("+"): note(.connect, base, session, context, into: &records)
        case .hyphen: note(.disconnect, base, session, context, into: &records)
        case .ascii(">") where !session.isOutbound, .ascii("<") where session.isOutbound:
            session.server(data, base, into: &records)
        case .ascii(">"), .ascii("<"): session.client(data, base, into: &records)
        default: information(data, context, base, &session, into: &records)
        }
        sessions[key] = event == .hyphen ? nil : session
        return .read
    }

    /// The direction of a session whose first line this is.
    private func open(
        _ event: UInt8, _ local: LogText, _ remote: LogText, _ data: LogText, _ context: LogText
    ) -> DialogueTracker {
        if let isOutbound { return DialogueTracker(isOutbound: isOutbound) }
        let isReply = data.prefix(3).number != nil && data.prefix(3).count == 3
        if event == .ascii(">") { return DialogueTracker(isOutbound: !isReply) }
        if event == .ascii("<") { return DialogueTracker(isOutbound: isReply) }
        // Before anything is said, the ports tell who listens.
        let isListening = local.endpoint?.port.map { [25, 465, 475, 587, 717, 2525].contains($0) } ?? false
        return DialogueTracker(isOutbound: !isListening)
    }

    private func note(
        _ kind: LogRecord.Kind, _ base: LogRecord, _ session: DialogueTracker, _ reason: LogText,
        into records: inout [LogRecord]
    ) {
        var record = base
        record.kind = kind
        for field in session.known { record[field.name] = field.value }
        record[.reason] = reason.value
        records.append(record)
    }

    /// `*`: what the server did meanwhile.
    private func information(
        _ data: LogText, _ context: LogText, _ base: LogRecord, _ session: inout DialogueTracker,
        into records: inout [LogRecord]
    ) {
        if context.elementsEqual("authenticated".utf8) { session.know(.user, data.value) }
        if let name = context.after("User Name: ") ?? data.after("User Name: ")
            ?? context.last(" for User Name: ").map({ context[$0.upperBound...] })
        {
            session.know(.user, name.trimmed.name)
        }
        if let start = context.after("sending message with RecordId ") {
            session.message = start.prefix { $0.isDigit }.value
            if let id = start.first(" and InternetMessageId ") {
                session.know(.messageID, start[id.upperBound...].unbracketed.value)
            }
        }
        var record = base
        for field in session.known { record[field.name] = field.value }
        record.message = session.message
        let text = context.isEmpty ? data : context
        record[.reason] = text.value
        if let tls = text.first("SP_PROT_") ?? text.first("TLS protocol ") {
            record.kind = .tls
            record[.status] = text.first("succeeded") != nil ? "pass" : "fail"
            var version = text[tls.upperBound...].prefix { $0.isAlphanumeric || $0 == .ascii("_") }
            for end in ["_SERVER", "_CLIENT"] where version.suffix(7).elementsEqual(end.utf8) {
                version = version.dropLast(7)
            }
            record[.tlsVersion] = version.value
            if let cipher = text.first("bulk encryption algorithm ") {
                record[.cipher] = text[cipher.upperBound...].prefix { !$0.isWhitespace }.value
            }
        } else if text.begins("Failed to connect") {
            record.kind = .connect
            record[.status] = "fail"
        }
        records.append(record)
    }

    private static func isEvent(_ text: LogText) -> Bool {
        text.count == 1 && (text.first.map { "+-><*".utf8.contains($0) } ?? false)
    }
}
