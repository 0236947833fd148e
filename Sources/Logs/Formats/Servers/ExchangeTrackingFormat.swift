import Values

/// Exchange's message tracking log: one line of CSV for each thing that happened to a message.
struct ExchangeTrackingFormat: LogFormat {
    static let name = "exchange-tracking"

    private var columns = ExchangeColumns(ExchangeTrackingFormat.usual)
    private var hasHeader = false
    private var held = ExchangeLine()

    private static let usual = [
        "date-time", "client-ip", "client-hostname", "server-ip", "server-hostname", "source-context", "connector-id",
        "source", "event-id", "internal-message-id", "message-id", "network-message-id", "recipient-address",
        "recipient-status", "total-bytes", "recipient-count", "related-recipient-address", "reference",
        "message-subject",
        "sender-address", "return-path", "message-info", "directionality", "tenant-id", "original-client-ip",
        "original-server-ip", "custom-data",
    ]
    private static let events: Set<String> = [
        "AGENTINFO", "BADMAIL", "CLIENTSUBMISSION", "DEFER", "DELIVER", "DELIVERFAIL", "DROP", "DSN",
        "DUPLICATEDELIVER",
        "DUPLICATEEXPAND", "DUPLICATEREDIRECT", "EXPAND", "FAIL", "HADISCARD", "HARECEIVE", "HAREDIRECT",
        "HAREDIRECTFAIL",
        "INITMESSAGECREATED", "LOAD", "MODERATIONEXPIRE", "MODERATORAPPROVE", "MODERATORREJECT", "MODERATORSALLNDR",
        "NOTIFYMAPI", "NOTIFYSHADOW", "POISONMESSAGE", "PROCESS", "PROCESSMEETINGMESSAGE", "RECEIVE", "REDIRECT",
        "RESOLVE", "RESUBMIT", "RESUBMITDEFER", "RESUBMITFAIL", "SEND", "SENDEXTERNAL", "SUBMIT", "SUBMITDEFER",
        "SUBMITFAIL", "SUPPRESSED", "SUSPEND", "THROTTLE", "TRANSFER",
    ]

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        if head.contains(where: { $0.begins("#Log-type: Message Tracking") }) { return 98 }
        // Comments alone may be those of any file.
        guard head.contains(where: { $0.begins("#Fields:") || isEntry($0) }) else { return 0 }
        return share(of: head) { line in line.begins("#") || isEntry(line) } * 96 / 100
    }

    private static func isEntry(_ line: ArraySlice<UInt8>) -> Bool {
        ExchangeLine.hasTime(line) && events.contains(CSVRow(line)[8].string)
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        if line.text.begins("#") || line.text.begins("\u{FEFF}#") {
            hasHeader = hasHeader || line.text.first("#Fields:") != nil
            columns.read(line.text)
            return .read
        }
        guard let row = held.row(line.text) else { return held.recognition }
        if !hasHeader, row.fields.count > 12, row[11].count != 36 || row[11].contains(.at) {
            // Before Exchange 2013 there was no network-message-id.
            columns = ExchangeColumns(ExchangeTrackingFormat.usual.filter { $0 != "network-message-id" })
        }
        var time = row[columns["date-time"]]
        let event = row[columns["event-id"]].string
        guard let instant = ShapedTime.take("Y-M-DTh:m:sfz", from: &time, line.clock), time.isEmpty,
            ExchangeTrackingFormat.events.contains(event)
        else { return .unknown }
        func field(_ name: String) -> LogText { row[columns[name]] }
        var base = line.record(kind(event, field("source")))
        base.instant = instant
        base.host = field("server-hostname").value
        base.message = field("internal-message-id").value
        base[.messageID] = field("message-id").unbracketed.value
        base[.sender] = field("sender-address").elementsEqual("<>".utf8) ? "" : field("sender-address").value
        base[.subject] = field("message-subject").value
        base[.size] = field("total-bytes").value
        base[.recipientCount] = field("recipient-count").value
        base[.stage] = event
        base[.protocolName] = field("source").value
        base[.transport] = field("connector-id").value
        let original = field("original-client-ip")
        base.setClient((original.isEmpty ? field("client-ip") : original).endpoint)
        base[.clientName] = field("client-hostname").value
        base[.reason] = field("source-context").value
        if base.kind == .delivery {
            base[.nextHop] = field("server-hostname").value
            base.setNextHop(field("server-ip").endpoint)
            base[.status] =
                switch event {
                case "SEND", "SENDEXTERNAL", "DELIVER": "sent"
                case "DEFER", "SUBMITDEFER", "RESUBMITDEFER": "deferred"
                default: "bounced"
                }
        }
        if event == "DSN" || event == "TRANSFER" { base[.newMessage] = field("reference").value }
        // Recipients and what became of each stand in lists that semicolons separate.
        let recipients = field("recipient-address").split(separator: .semicolon).prefix(1000)
        let statuses = field("recipient-status").split(separator: .semicolon, omittingEmptySubsequences: false)
        if recipients.isEmpty { records.append(base) }
        for (index, recipient) in recipients.enumerated() {
            var record = base
            record[.recipient] = recipient.trimmed.value
            if statuses.indices.contains(index), let status = statuses[index].trimmed.value {
                record.setReply(LogText(status.drop { $0 == "[" || $0 == "{" }.utf8Array))
                record[.reply] = status
            }
            records.append(record)
        }
        return .read
    }

    private func kind(_ event: String, _ source: LogText) -> LogRecord.Kind {
        switch event {
        case "RECEIVE", "SUBMIT", "CLIENTSUBMISSION", "TRANSFER", "EXPAND", "REDIRECT", "RESOLVE": .message
        case "SEND", "SENDEXTERNAL", "DELIVER", "DEFER", "SUBMITDEFER", "RESUBMITDEFER", "DELIVERFAIL": .delivery
        case "FAIL":
            // RFC 5321 §4.2.5: what an agent refuses at the end of the data was never taken.
            source.elementsEqual("AGENT".utf8) || source.elementsEqual("SMTP".utf8) ? .reject : .delivery
        case "DSN": .notification
        case "BADMAIL", "DROP", "SUBMITFAIL", "MODERATORREJECT": .reject
        case "AGENTINFO": .scan
        default: .note
        }
    }
}
