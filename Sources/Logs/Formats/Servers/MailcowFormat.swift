import Values

/// What mailcow's netfilter says, `2026-05-09 13:50:00 CRIT: Banning 192.0.2.1/32 for 60 minutes`, and Mailu's front end,
/// `[2023-03-28 03:09:25,112] WARNING in limiter: Authentication attempt from 192.0.2.1 has been rate-limited.`
struct MailcowFormat: LogFormat {
    static let name = "mailcow"

    private static let levels = ["CRIT: ", "WARN: ", "INFO: ", "CRITICAL: ", "WARNING: ", "ERROR: ", "DEBUG: "]

    static func owns(program: String) -> Bool { levels.contains("\(program): ") }

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        let clock = LogClock(reference: Timestamp(seconds: 0))
        return share(of: head) { line in
            var rest = line
            if ShapedTime.take("[Y-M-D h:m:sf] ", from: &rest, clock) != nil {
                return rest.first(" in ") != nil && rest.prefix(60).first(": ") != nil
            }
            guard ShapedTime.take("Y-M-D h:m:sf ", from: &rest, clock) != nil else { return false }
            return levels.contains { rest.begins($0) }
        } * 93 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var record = line.record(.note)
        var rest = line.text
        if let instant = ShapedTime.take("[Y-M-D h:m:sf] ", from: &rest, line.clock) {
            // Mailu's administration: `WARNING in limiter: …`.
            record.instant = instant
            guard let module = rest.take(untilFirst: ": ") else { return .unknown }
            record.program = module.last(" in ").map { "mailu/\(module[$0.upperBound...].string)" } ?? "mailu"
            return limited(rest, record, into: &records)
        }
        if let instant = ShapedTime.take("Y-M-D h:m:sf ", from: &rest, line.clock) {
            record.instant = instant
            guard let level = MailcowFormat.levels.first(where: { rest.begins($0) }) else { return .unknown }
            rest = rest.dropFirst(level.utf8.count)
        }
        record.program = "mailcow/netfilter"
        return banned(rest, record, into: &records)
    }

    private func limited(_ text: LogText, _ base: LogRecord, into records: inout [LogRecord]) -> LogRecognition {
        var record = base
        record[.reason] = text.value
        // The address is the front end's and comes first; a name that was tried stands behind it.
        if let from = text.first(" from "), text.begins("Authentication attempt") || text.begins("Invalid attempt") {
            let address = text[from.upperBound...].prefix { $0 != .space }
            record[.client] = (address.last == .dot ? address.dropLast() : address).address?.description
            record.kind = .authentication
            record[.status] = "fail"
            var name = text[from.upperBound...].drop { $0 != .space }
            _ = name.cut(fromLast: " has been rate-limited")
            record[.user] = name.after(" for ")?.name
        } else if text.begins("Login attempt for ") {
            record.kind = .authentication
            record[.status] = text.first("failed") != nil || text.first("rate-limit") != nil ? "fail" : nil
        }
        records.append(record)
        return .read
    }

    private func banned(_ text: LogText, _ base: LogRecord, into records: inout [LogRecord]) -> LogRecognition {
        var record = base
        record[.reason] = text.value
        func address(_ text: LogText) -> String? {
            var host = text.prefix { $0 != .space && $0 != .ascii("/") }
            while host.last == .dot || host.last == .comma { host = host.dropLast() }
            return host.address?.description
        }
        var isKnown = true
        if let rest = text.after("Banning ") {
            record.kind = .reject
            record[.client] = address(rest)
            record[.status] = "banned"
            if let mark = rest.last(" for "), rest.last(" minute") != nil {
                record[.delay] = rest[mark.upperBound...].prefix { $0.isDigit }.value.map { "\($0)m" }
            }
        } else if let rest = text.after("Added host/network ") {
            record.kind = .reject
            record[.client] = address(rest)
            record[.status] = "banned"
        } else if let rest = text.after("Unbanning ") ?? text.after("Removed host/network ") {
            record[.client] = address(rest)
            record[.status] = "released"
        } else if let mark = text.first(" matched rule id ") {
            // `192.0.2.1 matched rule id 3 (…)`: the line that matched may be told behind.
            record.kind = .authentication
            record[.status] = "fail"
            record[.client] = address(text[..<mark.lowerBound])
        } else if let mark = text.first(" more attempts in the next ") {
            record[.count] = text[..<mark.lowerBound].prefix { $0.isDigit }.value
            record[.client] = text.last(" seconds until ").flatMap { address(text[$0.upperBound...]) }
        } else {
            isKnown = [
                "Using ", "Initializing", "Setting", "Clearing", "MAILCOW", "Watching", "Subscribing", "Whitelist",
                "Blacklist", "Denylist", "Allowlist", "Loaded", "Starting", "Logger", "Redis", "Error", "Received",
                "NFTables", "IPTables", "iptables", "nftables",
            ]
            .contains { text.begins($0) }
        }
        records.append(record)
        return isKnown ? .read : .unknown
    }
}
