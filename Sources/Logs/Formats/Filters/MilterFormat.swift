import Values

/// Milters and policy servers as they are seen in mail logs: opendkim, opendmarc, policyd-spf, postgrey and sqlgrey,
/// milter-greylist, clamav-milter, spamass-milter.
struct MilterFormat: LogFormat {
    static let name = "milters"

    static func owns(program: String) -> Bool {
        [
            "opendkim", "dkim-filter", "opendmarc", "policyd-spf", "python-policyd-spf", "pyspf-milter",
            "postfix-policyd-spf",
            "postgrey", "sqlgrey", "milter-greylist", "greylist", "clamav-milter", "clamsmtpd", "clamd",
            "spamass-milter",
            "policy-spf",
            "postfix/policy-spf", "postfix/policyd-spf", "postfix/postgrey", "postfix/spawn/policyd-spf",
        ].contains(program)
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var record = line.record(.note)
        record[.reason] = line.text.value
        let program = line.program.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? ""
        let isKnown =
            switch program {
            case "opendkim", "dkim-filter": MilterFormat.signatures(line.text, &record)
            case "opendmarc": MilterFormat.alignment(line.text, &record)
            case "postgrey": MilterFormat.postgrey(line.text, &record)
            case "sqlgrey": MilterFormat.sqlgrey(line.text, &record)
            case "milter-greylist", "greylist": MilterFormat.greylist(line.text, &record)
            case "clamav-milter", "clamsmtpd", "clamd": MilterFormat.viruses(line.text, &record)
            case "spamass-milter": true
            default: MilterFormat.spf(line.text, &record)
            }
        records.append(record)
        return isKnown ? .read : .unknown
    }

    /// Takes the queue id that a line begins with.
    private static func takeID(_ text: inout LogText, _ record: inout LogRecord) -> Bool {
        guard let colon = text.prefix(40).first(": ") else { return false }
        let id = text[..<colon.lowerBound]
        guard id.count >= 4, id.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen }),
            // Long ids of Postfix may have no digit; they have no vowels.
            id.contains(where: \.isDigit) || (id.count >= 10 && !id.contains { "aeiouAEIOU".utf8.contains($0) })
        else {
            return false
        }
        record.message = id.string
        text = text[colon.upperBound...]
        return true
    }

    // MARK: DKIM and DMARC

    private static func signatures(_ line: LogText, _ record: inout LogRecord) -> Bool {
        var text = line
        guard takeID(&text, &record) else {
            return [
                "OpenDKIM", "ignoring", "can't", "key data", "SSL", "mode", "reloaded", "opendkim", "terminating",
                "configuration", "milter",
            ]
            .contains { line.begins($0) }
        }
        record[.reason] = text.value
        if text.begins("DKIM verification successful") {
            (record.kind, record[.dkim]) = (.scan, "pass")
        } else if text.begins("no signature data") {
            (record.kind, record[.dkim]) = (.scan, "none")
        } else if text.begins("bad signature data") || text.begins("signature verification failed")
            || text.begins("DKIM verification failed")
        {
            (record.kind, record[.dkim]) = (.scan, "fail")
        } else if text.begins("s="), let error = text.first(" SSL error:") {
            (record.kind, record[.dkim]) = (.scan, "fail")
            record[.headerFrom] = text.first(" d=").flatMap { mark in
                mark.upperBound <= error.lowerBound ? text[mark.upperBound...].prefix { $0 != .space }.value : nil
            }
        } else if text.begins("key retrieval failed") {
            (record.kind, record[.dkim]) = (.scan, "temperror")
        } else if text.begins("DKIM-Signature ") {
            (record.kind, record[.verdict]) = (.scan, "signed")
        } else if let open = text.first(" ["), let close = text[open.upperBound...].first("] ") {
            // `mail.example [192.0.2.1] not internal`.
            record[.client] = text[open.upperBound..<close.lowerBound].address?.description
            record[.clientName] = text[..<open.lowerBound].value
        } else {
            return [
                "s=", "not authenticated", "not internal", "external host", "signature=", "no signing", "failed",
                "no sender",
                "message", "no MTA", "can't", "error", "dkim_", "syntax", "too many", "ADSP", "removed",
                "Authentication-Results",
            ]
            .contains { text.begins($0) } || text.first("no From") != nil
        }
        return true
    }

    private static let results: Set<String> = [
        "pass", "fail", "none", "neutral", "softfail", "temperror", "permerror", "policy", "hardfail",
    ]

    private static func alignment(_ line: LogText, _ record: inout LogRecord) -> Bool {
        var text = line
        guard takeID(&text, &record) else {
            return line.begins("ignoring") || line.begins("OpenDMARC") || line.begins("implicit authentication")
                || line.begins("opendmarc") || line.first(" ignoring Authentication-Results") != nil
                || line.begins("terminating")
        }
        record[.reason] = text.value
        if let rest = text.after("SPF(") {
            // `SPF(mailfrom): ann@far.example pass`: the result is last.
            guard let word = rest.split(separator: .space).last?.string.asciiLowercased, results.contains(word) else {
                return true
            }
            (record.kind, record[.spf]) = (.scan, word)
            return true
        }
        let words = text.split(separator: .space)
        if words.count == 2, let result = words.last?.string.asciiLowercased, results.contains(result) {
            (record.kind, record[.dmarc]) = (.scan, result)
            record[.headerFrom] = words[0].value
            return true
        }
        if let domain = text.after("rejected by DMARC policy for ") {
            (record.kind, record[.dmarc]) = (.reject, "fail")
            record[.headerFrom] = domain.value
            return true
        }
        if let domain = text.after("quarantined by DMARC policy for ") {
            (record.kind, record[.dmarc], record[.verdict]) = (.scan, "fail", "quarantine")
            record[.headerFrom] = domain.value
            return true
        }
        return [
            "RFC5322", "ignoring", "unable", "opendmarc", "hostname", "can't", "missing", "mlfi_", "mail from",
            "domain", "job", "client",
        ].contains { text.begins($0) }
    }

    // MARK: SPF

    private static func spf(_ line: LogText, _ record: inout LogRecord) -> Bool {
        var text = line
        if let rest = text.after("prepend ") { text = rest }
        if let rest = text.after("Action: ") { text = rest }
        if let rest = text.after("Received-SPF: ") { text = rest }
        let word = text.prefix { $0.isLetter }.string.asciiLowercased
        // `Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=mail.example; envelope-from=ann@…; receiver=…`.
        func value(_ name: String) -> LogText? {
            text.occurrences(of: name) == 1
                ? text.first(name).map { text[$0.upperBound...].prefix { $0 != .semicolon } } : nil
        }
        if results.contains(word) {
            record.kind = .scan
            record[.spf] = word
            record[.client] = value("client-ip=")?.address?.description
            record[.helo] = value("; helo=")?.value
            record[.sender] = value("; envelope-from=").map { $0.unquoted.unbracketed.string }
            record[.recipient] = value("; receiver=").flatMap { $0.begins("<UNKNOWN>") ? nil : $0.trimmed.value }
            if text.occurrences(of: "client-ip=") > 1 { record[.doubt] = LogField.client.rawValue }
            return true
        }
        if text.begins("550 ") || text.begins("451 ") || text.begins("Message rejected")
            || text.begins("Message deferred")
        {
            record.kind = text.begins("451") || text.begins("Message deferred") ? .defer : .reject
            record.setReply(text)
            record[.client] = text.last(";ip=").flatMap {
                text[$0.upperBound...].prefix { $0 != .semicolon }.address?.description
            }
            record[.spf] = text.first("SPF fail") != nil || text.first("SPF Permanent") == nil ? "fail" : "permerror"
            return true
        }
        return text.begins("spfcheck:") || text.begins("Traceback") || text.begins("policyd-spf")
            || text.begins("ERROR")
            || text.begins("Starting") || text.begins("handler ") || text.first("SPF ") != nil || text.begins("Config")
            || text.begins(":") || text.begins("Read line") || text.begins("Found")
    }

    // MARK: greylisting

    /// `action=greylist, reason=new, client_name=mail.example, client_address=192.0.2.1/32, sender=…, recipient=…`.
    private static func postgrey(_ line: LogText, _ record: inout LogRecord) -> Bool {
        var text = line
        _ = takeID(&text, &record)
        guard let start = text.after("action=") else {
            return [
                "Process Backgrounded", "Setting ", "Binding ", "Group ", "cleaning ", "warning:", "whitelisted:",
                "Couldn't", "Resolved", "postgrey", "Subroutine", "rm ", "unix", "2",
            ].contains { text.begins($0) }
        }
        let action = start.prefix { $0 != .comma }
        record.kind = action.elementsEqual("greylist".utf8) ? .defer : .scan
        record[.verdict] = action.value
        record[.stage] = "RCPT"
        var rest = start
        // Sender and recipient are outsiders', and last.
        record[.recipient] = rest.cut(fromLast: ", recipient=")?.value
        func value(_ mark: String) -> LogText? { rest.first(mark).map { rest[$0.upperBound...] } }
        record[.reason] = value(", reason=")?.prefix { $0 != .comma }.value
        record[.delay] = value(", delay=")?.prefix { $0 != .comma }.value
        record[.clientName] = value(", client_name=")?.prefix { $0 != .comma }.value
        record[.client] = value(", client_address=")?.prefix { $0 != .comma && $0 != .ascii("/") }.address?.description
        record[.sender] = value(", sender=").map { $0.string }
        return true
    }

    /// `grey: new: 192.0.2.1(192.0.2.1), ann@far.example -> bob@company.example`.
    private static func sqlgrey(_ line: LogText, _ record: inout LogRecord) -> Bool {
        guard var rest = line.after("grey: ") else { return line.first(": ") != nil }
        let verdict = rest.take(untilFirst: ": ") ?? []
        record[.verdict] = verdict.value
        record.kind = verdict.begins("new") || verdict.begins("early") || verdict.begins("throttling") ? .defer : .scan
        record[.recipient] = rest.cut(fromLast: " -> ")?.value
        if let open = rest.firstIndex(of: .ascii("(")), let close = rest[open...].firstIndex(of: .ascii(")")) {
            record[.client] = rest[(open + 1)..<close].address?.description
            record[.sender] = rest[close...].after("), ").map { $0.string }
        }
        return true
    }

    /// `4F2A1: addr mail.example[192.0.2.1] from <…> to <…> delayed for 00:30:00 (ACL 120)`.
    private static func greylist(_ line: LogText, _ record: inout LogRecord) -> Bool {
        var text = line
        guard takeID(&text, &record) else { return true }
        record[.reason] = text.value
        let isDelayed = text.first(" delayed for ") != nil
        guard let address = text.after("addr ") ?? text.last("addr=").map({ text[$0.upperBound...] }) else {
            return true
        }
        record.kind = isDelayed ? .defer : .scan
        if let open = address.firstIndex(of: .ascii("[")), let close = address[open...].firstIndex(of: .ascii("]")) {
            record[.client] = address[(open + 1)..<close].address?.description
            record[.clientName] = address[..<open].value
        } else {
            record[.client] = address.prefix { $0 != .space && $0 != .comma }.address?.description
        }
        if let from = text.first("from <") ?? text.first("from=<") {
            record[.sender] = text[from.upperBound...].prefix { $0 != .ascii(">") }.string
        }
        if let to = text.last(" to <") ?? text.last("rcpt <") ?? text.last("rcpt=<") {
            record[.recipient] = text[to.upperBound...].prefix { $0 != .ascii(">") }.value
        }
        if isDelayed, let mark = text.last(" delayed for ") {
            record[.delay] = text[mark.upperBound...].prefix { $0 != .space }.value
        }
        return true
    }

    // MARK: viruses

    /// `Message 4F2A1 from <…> to <…> with subject '…' message-id '…' date '…' infected by Eicar-Test-Signature`; of
    /// clamsmtpd `100000: from=…, to=…, status=VIRUS:Eicar`.
    private static func viruses(_ line: LogText, _ record: inout LogRecord) -> Bool {
        var text = line
        if let virus = text.last(" infected by ") {
            record.kind = .scan
            record[.verdict] = "infected"
            record[.virus] = text[virus.upperBound...].value
            text = text[..<virus.lowerBound]
            if let rest = text.after("Message ") ?? text.after("message ") {
                var rest = rest
                let id = rest.takeWord()
                record.message = id.elementsEqual("from".utf8) ? nil : id.value
            }
            if text.occurrences(of: "> to <") == 1, let from = text.first("from <"), let to = text.first("> to <"),
                from.upperBound <= to.lowerBound
            {
                record[.sender] = text[from.upperBound..<to.lowerBound].string
                record[.recipient] = text[to.upperBound...].prefix { $0 != .ascii(">") }.value
            }
            return true
        }
        if text.count > 6, text.suffix(6).elementsEqual(" FOUND".utf8) {
            // clamd: `/var/spool/x/parts/p001: Eicar-Signature FOUND`.
            record.kind = .scan
            record[.verdict] = "infected"
            record[.virus] = text.dropLast(6).last(": ").map { text.dropLast(6)[$0.upperBound...].string }
            return true
        }
        if text.begins("Clean message from ") {
            (record.kind, record[.verdict]) = (.scan, "clean")
            return true
        }
        if let status = text.last(", status=") {
            record.kind = .scan
            let value = text[status.upperBound...]
            record[.virus] = value.after("VIRUS:")?.value
            record[.verdict] = record[.virus] == nil ? value.value?.asciiLowercased : "infected"
            if let id = text.prefix(12).first(": ") { record.session = text[..<id.lowerBound].value }
        }
        return true
    }
}
