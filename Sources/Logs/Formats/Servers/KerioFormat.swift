import Values

/// Kerio Connect's security and mail logs: `[18/Jan/2014 06:41:25] Failed SMTP login from 192.0.2.1 with SASL method
/// PLAIN`, `[…] Relay attempt from IP address 192.0.2.1, mail from <…> to <…> rejected`.
struct KerioFormat: LogFormat {
    static let name = "kerio"

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        let clock = LogClock(reference: Timestamp(seconds: 0))
        return share(of: head) { line in
            var line = line
            return ShapedTime.take("[D/N/Y h:m:s] ", from: &line, clock) != nil
        } * 92 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var text = line.text
        guard let instant = ShapedTime.take("[D/N/Y h:m:s] ", from: &text, line.clock) else { return .unknown }
        var record = line.record(.note)
        record.instant = instant
        record[.reason] = text.value
        text = text.trimmed
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
