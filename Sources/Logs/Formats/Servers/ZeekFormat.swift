import Values

/// Zeek's smtp.log, as a table with `#fields` before or as JSON: one line for each message that a connection carried.
struct ZeekFormat: LogFormat {
    static let name = "zeek-smtp"

    private var names = ZeekFormat.usual
    private var separator: UInt8 = .tab
    private var setSeparator: UInt8 = .comma
    private var unset: [UInt8] = [.hyphen]
    private var empty = Array("(empty)".utf8)
    private var isSMTP = true

    private static let usual = [
        "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "trans_depth", "helo", "mailfrom", "rcptto",
        "date", "from", "to", "cc", "reply_to", "msg_id", "in_reply_to", "subject", "x_originating_ip",
        "first_received",
        "second_received", "last_reply", "path", "user_agent", "tls", "fuids",
    ]

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        if head.contains(where: { $0.begins("#path\tsmtp") }) { return 98 }
        if head.contains(where: { $0.begins("#fields") && $0.first("\ttrans_depth\t") != nil }) { return 97 }
        return share(of: head) { line in
            guard line.first == .ascii("{"), let fields = LogJSON.fields(of: line) else { return false }
            return LogJSON.value("uid", in: fields) != nil && LogJSON.value("id.orig_h", in: fields) != nil
                && LogJSON.value("trans_depth", in: fields) != nil
        } * 97 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        if line.text.first == .ascii("#") {
            head(line.text)
            return .read
        }
        guard isSMTP else { return .unknown }
        var values: [String: [String]] = [:]
        if line.text.first == .ascii("{") {
            guard let fields = LogJSON.fields(of: line.text), LogJSON.value("uid", in: fields) != nil else {
                return .unknown
            }
            for field in fields {
                // Members of a list are named by their place.
                var name = field.name
                if let dot = name.lastIndex(of: "."), name[name.index(after: dot)...].allSatisfy(\.isNumber) {
                    name = String(name[..<dot])
                }
                values[name, default: []].append(field.value)
            }
        } else {
            let columns = line.text.split(separator: separator, omittingEmptySubsequences: false)
            guard columns.count == names.count else { return .unknown }
            for (name, column) in zip(names, columns) {
                if column.elementsEqual(unset) || column.elementsEqual(empty) { continue }
                let isSet = ["rcptto", "to", "cc", "path", "fuids"].contains(name)
                let parts = isSet ? column.split(separator: setSeparator) : [column]
                values[name] = parts.prefix(1000).map { ZeekFormat.unescaped($0) }
            }
        }
        tell(values, line, into: &records)
        return .read
    }

    private mutating func head(_ line: LogText) {
        var rest = line
        if let mark = rest.after("#separator ") {
            if let code = mark.after("\\x"), let high = code.first?.hexDigitValue,
                let low = code.dropFirst().first?.hexDigitValue
            {
                separator = high << 4 | low
            }
            return
        }
        guard let name = rest.take(until: separator) else { return }
        switch name.string {
        case "#fields":
            names = rest.split(separator: separator, omittingEmptySubsequences: false).prefix(200).map {
                $0.trimmed.string
            }
        case "#set_separator": setSeparator = rest.first ?? .comma
        case "#unset_field": unset = Array(rest)
        case "#empty_field": empty = Array(rest)
        case "#path": isSMTP = rest.elementsEqual("smtp".utf8)
        default: break
        }
    }

    private func tell(_ values: [String: [String]], _ line: LogEntry, into records: inout [LogRecord]) {
        func value(_ name: String) -> String? { values[name]?.first { !$0.isEmpty } }
        var record = line.record(.message)
        if let text = value("ts") {
            var time = Array(text.utf8)[...]
            record.instant =
                ShapedTime.takeEpoch(from: &time) ?? ShapedTime.take("Y-M-DTh:m:sfz", from: &time, line.clock)
                ?? line.instant
        }
        record.session = value("uid")
        if let session = record.session { record.message = value("trans_depth").map { "\(session).\($0)" } ?? session }
        record[.client] = value("id.orig_h")
        record[.clientPort] = value("id.orig_p")
        if let server = value("id.resp_h") {
            record[.nextHopAddress] = server
            record[.nextHopPort] = value("id.resp_p")
        }
        record[.helo] = value("helo")
        record[.sender] = value("mailfrom").map { Array($0.utf8)[...].trimmed.unbracketed.string }
        record[.messageID] = value("msg_id").map { Array($0.utf8)[...].trimmed.unbracketed.string }
        record[.subject] = value("subject")
        record[.headerDate] = value("date")
        record[.headerFrom] = value("from")
        record[.headerTo] = values["to"]?.joined(separator: ",")
        record[.received] = value("first_received")
        record[.path] = values["path"]?.joined(separator: ",")
        record[.status] = value("tls").flatMap { $0 == "T" || $0 == "true" ? "tls" : nil }
        if let reply = value("last_reply") {
            record.setReply(Array(reply.utf8)[...])
            let code = record[.code] ?? ""
            if code.hasPrefix("5") { record.kind = .reject }
            if code.hasPrefix("4") { record.kind = .defer }
        }
        let recipients = values["rcptto"] ?? []
        record[.recipientCount] = recipients.isEmpty ? nil : String(recipients.count)
        if recipients.isEmpty { records.append(record) }
        for recipient in recipients {
            record[.recipient] = Array(recipient.utf8)[...].trimmed.unbracketed.string
            records.append(record)
        }
    }

    /// Zeek writes separators and controls within values as `\x09`.
    private static func unescaped(_ text: LogText) -> String {
        guard text.contains(.backslash) else { return text.string }
        var output: [UInt8] = []
        var position = text.startIndex
        while position < text.endIndex {
            if text[position] == .backslash, position + 3 < text.endIndex, text[position + 1] == .ascii("x"),
                let high = text[position + 2].hexDigitValue, let low = text[position + 3].hexDigitValue
            {
                output.append(high << 4 | low)
                position += 4
            } else {
                output.append(text[position])
                position += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
