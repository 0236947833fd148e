import Values

/// OpenSMTPD's log, `1a2b3c4d5e6f7a8b smtp connected address=192.0.2.1 host=mail.example`, of the versions from 5.
struct OpenSMTPDFormat: LogFormat {
    static let name = "opensmtpd"

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
            ["smtp", "mta", "mda", "smtp-in", "smtp-out", "queue", "control"].contains(part)
        else { return .unknown }
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
        if part == "smtp" || part == "smtp-in" {
            inbound(event, pairs, rest, &record)
        } else {
            outbound(event, pairs, part, &record)
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
            } else if command.beginsIgnoringCase("auth") {
                var mask = DialogueMask()
                record[.command] = mask.client(command).value
                (record.kind, record[.status], record[.user]) = (.authentication, "fail", mask.user)
                record[.protocolName] = "smtp"
            }
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

    private func outbound(_ event: String, _ pairs: LogPairs, _ part: String, _ record: inout LogRecord) {
        record[.nextHop] = pairs["host"]?.value
        // `smtp://192.0.2.1:25`, or `192.0.2.1 (mx.example)` for a relay.
        if let address = pairs["address"] {
            var end = address
            _ = end.take(untilFirst: "://")
            record.setNextHop(end.endpoint)
        }
        switch event {
        case "connecting", "connected", "disconnected":
            record.kind = event == "disconnected" ? .disconnect : event == "connected" ? .connect : .note
            record[.reason] = pairs["reason"]?.value
        case "tls", "starttls":
            record.kind = .tls
            record[.status] = "pass"
            record.setTLS(pairs["ciphers"] ?? [])
        case "delivery":
            record.kind = .delivery
            record[.originalRecipient] = pairs["rcpt"]?.unbracketed.value
            record[.transport] = part
            record[.delay] = pairs["delay"]?.value
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
        default: record[.reason] = pairs.words.first?.value
        }
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
