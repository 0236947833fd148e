import Values

/// OpenSMTPD's log, `1a2b3c4d5e6f7a8b smtp connected address=192.0.2.1 host=mail.example`, of the versions from 5.
struct OpenSMTPDFormat: LogFormat {
    static let name = "opensmtpd"

    /// What is known of the ends of sessions, in and out.
    private var clients = RecentTable<LogRecord>(limit: 4_096)

    static func owns(program: String) -> Bool { program == "smtpd" || program == "opensmtpd" }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        for start in ["info: ", "debug: ", "warn: ", "fatal: ", "trace: "] where line.text.begins(start) {
            var record = line.record(.note)
            record[.reason] = line.text.value
            records.append(record)
            return .read
        }
        if line.text.begins("smtp-in: ") || line.text.begins("smtp-out: ") || line.text.begins("relay: ") {
            return old(line, into: &records)
        }
        var rest = line.text
        let id = rest.takeWord()
        let part = rest.takeWord().string
        guard (8...16).contains(id.count), id.allSatisfy({ $0.hexDigitValue != nil }),
            ["smtp", "mta", "mda", "smtp-in", "smtp-out", "queue", "control", "filters"].contains(part)
        else { return own(line, into: &records) }
        var record = line.record(.note)
        record.session = id.string
        let pairs = LogPairs(rest)
        if pairs.hasRepetition { record[.doubt] = "repeated" }
        let event = (pairs["event"] ?? rest.prefix { $0 != .space }).string
        func value(_ name: String) -> String? { pairs[name]?.unbracketed.value }
        record[.sender] = pairs["from"].map { $0.unbracketed.string }
        record[.recipient] = value("to")
        record[.size] = value("size")
        record.message = value("msgid") ?? value("evpid").map { String($0.prefix(8)) }
        if part == "filters" {
            filtered(rest, &record)
        } else if part == "smtp" || part == "smtp-in" {
            inbound(event, pairs, rest, &record)
        } else {
            outbound(event, pairs, rest, part, &record)
        }
        records.append(record)
        return .read
    }

    private mutating func inbound(_ event: String, _ pairs: LogPairs, _ text: LogText, _ record: inout LogRecord) {
        let key = Array((record.session ?? "").utf8)
        func know() {
            guard let known = clients[key] else { return }
            for field in known.fields where record[field.name] == nil { record[field.name] = field.value }
        }
        switch event {
        case "connected":
            record.kind = .connect
            record[.client] = pairs["address"]?.address?.description ?? pairs["address"].flatMap { $0.value }
            record[.clientName] = pairs["host"]?.value
            clients[key] = record
        case "disconnected", "closed":
            know()
            record.kind = .disconnect
            record[.reason] = pairs["reason"]?.value
            clients[key] = nil
        case "starttls", "tls":
            know()
            record.kind = .tls
            record[.status] = "pass"
            record.setTLS(pairs["ciphers"] ?? [])
        case "message", "envelope":
            know()
            record.kind = .message
            record[.recipientCount] = pairs["nrcpt"]?.value ?? pairs["ndest"]?.value
            record[.protocolName] = pairs["proto"]?.value
        case "failed-command":
            know()
            let command = pairs["command"] ?? []
            record[.command] = command.value
            record.setReply(pairs["result"] ?? [])
            record.kind = record[.code]?.hasPrefix("4") ?? false ? .defer : .reject
            if command.beginsIgnoringCase("rcpt") {
                record[.recipient] = DialogueTracker.path(command)
                record[.stage] = "RCPT"
            } else if command.beginsIgnoringCase("mail") {
                record[.sender] = DialogueTracker.path(command)
                record[.stage] = "MAIL"
            } else if !command.beginsIgnoringCase("auth") {
                record[.stage] = command.prefix { $0.isAlphanumeric }.prefix(16).string.uppercased()
            } else {
                var mask = DialogueMask()
                record[.command] = mask.client(command).value
                (record.kind, record[.status], record[.user]) = (.authentication, "fail", mask.user)
                record[.protocolName] = "smtp"
            }
        case "bad-input":
            know()
            record.setReply(pairs["result"] ?? [])
            record.kind = record[.code]?.hasPrefix("4") ?? false ? .defer : .reject
        case "authentication", "auth":
            know()
            record.kind = .authentication
            record[.user] = pairs["user"]?.value
            record[.status] = pairs["result"].map { $0.elementsEqual("ok".utf8) } ?? false ? "pass" : "fail"
            record[.protocolName] = "smtp"
        default:
            know()
            record[.reason] = text.value
        }
    }

    private mutating func outbound(
        _ event: String, _ pairs: LogPairs, _ text: LogText, _ part: String, _ record: inout LogRecord
    ) {
        record[.nextHop] = pairs["host"]?.value
        // `smtp://192.0.2.1:25`, or `192.0.2.1 (mx.example)` for a relay.
        if let address = pairs["address"] {
            var end = address
            _ = end.take(untilFirst: "://")
            record.setNextHop(end.endpoint)
        }
        // Which host it is, the line that begins the connection tells.
        let key = Array((record.session ?? "").utf8)
        if event == "connecting" { clients[key] = record }
        if event != "delivery", let known = clients[key] {
            for field in [LogField.nextHop, .nextHopAddress, .nextHopPort] where record[field] == nil {
                record[field] = known[field]
            }
        }
        switch event {
        case "connecting", "connected", "disconnected":
            record.kind = event == "disconnected" ? .disconnect : event == "connected" ? .connect : .note
            record[.reason] = pairs["reason"]?.value
            if event == "disconnected" { clients[key] = nil }
        case "error":
            let reason = text.after("reason=") ?? text.first(" reason=").map { text[$0.upperBound...] }
            record[.reason] = reason?.unquoted.value ?? event
            if reason?.first("TLS") != nil || reason?.first("certificate") != nil {
                (record.kind, record[.status]) = (.tls, "fail")
            }
        case "tls", "starttls":
            record.kind = .tls
            record[.status] = "pass"
            record.setTLS(pairs["ciphers"] ?? [])
        case "delivery":
            record.kind = .delivery
            let original = pairs["rcpt"]?.unbracketed.value
            record[.originalRecipient] = original == "-" ? nil : original
            record[.transport] = part
            record[.delay] = pairs["delay"].flatMap { EximLine.seconds($0) } ?? pairs["delay"]?.value
            record[.user] = pairs["user"]?.value
            if var relay = pairs["relay"] {
                let address = relay.takeWord()
                record.setNextHop(address.endpoint)
                record[.nextHop] = relay.filter { $0 != .ascii("(") && $0 != .ascii(")") }[...].value ?? address.value
            }
            record.setReply(pairs["stat"] ?? [])
            record[.nextHopMessage] = DialogueTracker.queueID(of: pairs["stat"] ?? [])
            record[.status] =
                switch pairs["result"]?.string.asciiLowercased {
                case "ok": "sent"
                case "permfail": "bounced"
                case "tempfail": "deferred"
                case "loop": "bounced"
                default: nil
                }
        default: record[.reason] = text.value
        }
    }

    /// `protocol phase=rcpt-to, resume=n, action=reject, filter=x, query=…, response=550 no`. What the client said and what
    /// it is told may hold anything: the action stands before both.
    private func filtered(_ text: LogText, _ record: inout LogRecord) {
        record[.reason] = text.value
        guard var rest = text.after("protocol phase=") else { return }
        let phase = rest.prefix { $0 != .comma }
        record[.stage] = phase.string.uppercased()
        if let known = clients[Array((record.session ?? "").utf8)] {
            for field in known.fields where record[field.name] == nil { record[field.name] = field.value }
        }
        guard rest.take(untilFirst: ", action=") != nil else { return }
        let action = rest.prefix { $0 != .comma }
        record[.verdict] = action.value
        guard ["reject", "disconnect"].contains(action.string), let said = rest.last(", response=") else { return }
        record.setReply(rest[said.upperBound...])
        record.kind = record[.code]?.hasPrefix("4") ?? false ? .defer : .reject
    }

    /// What a process says of itself, or a filter or table that it runs: `rspamd: words`.
    private func own(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        let name = line.text.prefix { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") || $0 == .dot }
        let isNamed = !name.isEmpty && line.text[name.endIndex...].begins(": ")
        let ends = ["Exiting", "parent terminating", " exiting", " terminating"]
        guard isNamed || ends.contains(where: { line.text.suffix($0.utf8.count).elementsEqual($0.utf8) }) else {
            return .unknown
        }
        var record = line.record(.note)
        record[.reason] = line.text.value
        records.append(record)
        return .read
    }

    /// Version 5.4: `smtp-in: New session 1a2b from host mail.example [192.0.2.1]`.
    private func old(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var record = line.record(.note)
        record[.reason] = line.text.value
        var rest = line.text
        if let mark = rest.first(" session ") {
            record.session = rest[mark.upperBound...].prefix { $0.isAlphanumeric }.value
        }
        if rest.begins("smtp-in: New session"), let host = rest.cut(fromLast: " from host ") {
            var host = host
            record.kind = .connect
            record[.clientName] = host.takeWord().value
            record[.client] = host.address?.description
        } else if rest.begins("smtp-in: Closing session") || rest.begins("smtp-in: Disconnecting session") {
            record.kind = .disconnect
        } else if let message = line.text.after("smtp-in: Accepted message ") {
            var message = message
            record.kind = .message
            record.message = message.takeWord().value
            if let open = message.first(": ") {
                let pairs = LogPairs(LogText(message[open.upperBound...].filter { $0 != .comma }))
                record[.sender] = pairs["from"]?.unbracketed.string
                record[.recipient] = pairs["to"]?.unbracketed.value
                record[.size] = pairs["size"]?.value
            }
        }
        records.append(record)
        return .read
    }
}

extension LogRecord {
    /// Sets what `TLSv1.3:TLS_AES_256_GCM_SHA384:256` tells, or the same with commas or spaces.
    mutating func setTLS(_ text: LogText) {
        let parts = text.split { $0 == .colon || $0 == .comma || $0 == .space }
        self[.tlsVersion] = parts.first?.value
        self[.cipher] = parts.dropFirst().first { !$0.begins("cipher") }?.value
    }
}
