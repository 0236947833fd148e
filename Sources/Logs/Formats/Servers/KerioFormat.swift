import Values

/// Kerio Connect's security and mail logs: `[18/Jan/2014 06:41:25] Failed SMTP login from 192.0.2.1 with SASL method
/// PLAIN`, `[…] Relay attempt from IP address 192.0.2.1, mail from <…> to <…> rejected`, `[…] Recv: Queue-ID: …, Service:
/// SMTP, From: <…>, To: <…>, Size: 700, Sender-Host: 192.0.2.1, …`, `[…] Sent: Queue-ID: …, Recipient: <…>, Result:
/// delivered, …`; through syslog the mail log is of the program `mail`.
struct KerioFormat: LogFormat {
    static let name = "kerio"

    static func owns(program: String) -> Bool { program == "mail" }

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        let clock = LogClock(reference: Timestamp(seconds: 0))
        return share(of: head) { line in
            var line = line
            return ShapedTime.take("[D/N/Y h:m:s] ", from: &line, clock) != nil
        } * 92 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var text = line.text
        let instant = ShapedTime.take("[D/N/Y h:m:s] ", from: &text, line.clock) ?? line.instant
        guard instant != nil else { return .unknown }
        var record = line.record(.note)
        record.instant = instant
        text = text.trimmed
        if let rest = text.after("Recv: ") {
            record = KerioFormat.received(KerioFormat.fields(rest), record)
            records.append(record)
            return record.message == nil ? .unknown : .read
        }
        if let rest = text.after("Sent: ") {
            record = KerioFormat.sent(KerioFormat.fields(rest), record)
            records.append(record)
            return record.message == nil ? .unknown : .read
        }
        if line.program != nil { return .unknown }
        record[.reason] = text.value
        record[.client] = KerioFormat.address(text)
        if text.first(" login from ") != nil || text.first("doesn't exist. Attempt from ") != nil
            || text.first("Invalid password for user ") != nil || text.first("Failed login") != nil
        {
            record.kind = .authentication
            record[.status] = text.begins("Successful") ? "pass" : "fail"
            for (start, end) in [("User ", " doesn't exist"), ("for user ", ". Attempt from"), (", user ", "")] {
                guard record[.user] == nil, let from = text.first(start) else { continue }
                let rest = text[from.upperBound...]
                record[.user] = (end.isEmpty ? rest : rest.first(end).map { rest[..<$0.lowerBound] } ?? []).name
            }
        } else if [
            "Relay attempt ", "Attempt to deliver ", "IP address ", "SMTP Spam attack", "Client with IP address ",
            "SMTP server connection", "Message rejected", "Directory harvest",
        ].contains(where: { text.begins($0) })
            || text.first("rejected") != nil || text.first("blacklist") != nil || text.first("blocked") != nil
        {
            record.kind = .reject
            if let from = text.first("from <") {
                record[.sender] = text[from.upperBound...].prefix { $0 != .ascii(">") }.string
            }
            if let to = text.first("to <") ?? text.first("recipient <") {
                record[.recipient] = text[to.upperBound...].prefix { $0 != .ascii(">") }.value
            }
        }
        records.append(record)
        return .read
    }

    /// `Queue-ID: 65ee8b47-00000009, Service: SMTP, From: <ann@far.example>, …`. Paths are in brackets and may have commas,
    /// subjects may have anything, and what a server said may have commas: each is read to what the program writes next.
    private static func fields(_ text: LogText) -> [String: LogText] {
        var fields: [String: LogText] = [:]
        var rest = text
        while !rest.isEmpty, fields.count < 24, let name = rest.take(untilFirst: ": ") {
            guard name.count <= 20, name.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen }) else { break }
            let end: Range<Int>? =
                switch name.string {
                case "Subject": rest.last(", Msg-Id: ").map { $0.lowerBound..<$0.lowerBound + 2 }
                case "Status":
                    (rest.last(", Remote-Host: ") ?? rest.last(", Msg-Id: ")).map { $0.lowerBound..<$0.lowerBound + 2 }
                default:
                    rest.first == .ascii("<")
                        ? rest.first(">, ").map { $0.lowerBound + 1..<$0.upperBound } : rest.first(", ")
                }
            // The first of a name is the program's.
            if fields[name.string] == nil { fields[name.string] = rest[..<(end?.lowerBound ?? rest.endIndex)] }
            rest = end.map { rest[$0.upperBound...] } ?? []
        }
        return fields
    }

    private static func received(_ fields: [String: LogText], _ base: LogRecord) -> LogRecord {
        var record = base
        record.kind = .message
        record.message = fields["Queue-ID"]?.trimmed.value
        record[.protocolName] = fields["Service"]?.string.asciiLowercased
        record[.sender] = fields["From"].map { $0.trimmed.unbracketed.prefix(LogEvent.longestName).string }
        record[.recipient] = fields["To"]?.trimmed.unbracketed.value
        record[.size] = fields["Size"]?.trimmed.value
        // What was not sent over the network is from 0.0.0.0.
        record[.client] = fields["Sender-Host"]?.trimmed.address.flatMap {
            $0.description == "0.0.0.0" ? nil : $0.description
        }
        record[.authenticated] = fields["User"]?.trimmed.name
        record[.subject] = fields["Subject"]?.value
        record[.messageID] = fields["Msg-Id"]?.trimmed.unbracketed.value
        return record
    }

    private static func sent(_ fields: [String: LogText], _ base: LogRecord) -> LogRecord {
        var record = base
        record.kind = .delivery
        record.message = fields["Queue-ID"]?.trimmed.value
        record[.recipient] = fields["Recipient"]?.trimmed.unbracketed.value
        let result = fields["Result"]?.trimmed.string ?? ""
        record[.status] =
            switch result {
            case "delivered": "sent"
            case "delayed", "deferred": "deferred"
            case "failed": "bounced"
            case "expired": "expired"
            default: nil
            }
        if record[.status] == nil { record[.reason] = result.isEmpty ? nil : result }
        let status = fields["Status"]?.trimmed ?? []
        let code = status.prefix { $0 != .space }
        if code.split(separator: .dot).count == 3 { record[.enhancedCode] = code.value }
        record[.reply] = status.value
        record[.nextHopAddress] = fields["Remote-Host"]?.trimmed.address?.description
        record[.messageID] = fields["Msg-Id"]?.trimmed.unbracketed.value
        return record
    }

    /// The address is named by words of the server's, of which the last is taken: names that were tried come before.
    private static func address(_ text: LogText) -> String? {
        for mark in ["IP address ", " from "] {
            guard let found = text.last(mark) else { continue }
            var word = text[found.upperBound...].prefix { $0 != .space && $0 != .comma }
            while word.last == .dot { word = word.dropLast() }
            if let address = word.address { return address.description }
        }
        return nil
    }
}
