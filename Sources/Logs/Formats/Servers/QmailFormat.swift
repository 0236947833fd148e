import Values

/// What qmail and what runs around it write, through multilog (with a TAI64N label) or syslog: qmail-send, qmail-smtpd with
/// its patches, tcpserver, rblsmtpd, simscan, vchkpw, and the dialogue as recordio shows it.
struct QmailFormat: LogFormat {
    static let name = "qmail"

    private struct Message: Sendable {
        var sender: String?, size: String?
    }

    private var messages = RecentTable<Message>(limit: 8_192)
    private var deliveries = RecentTable<LogRecord>(limit: 8_192)
    private var connections = RecentTable<DialogueTracker>(limit: 4_096)
    private var dovecot = DovecotFormat()
    private var courier = CourierFormat()
    private var spamd = SpamdFormat()
    /// The first parts of lines that recordio has cut.
    private var cut = RecentTable<[UInt8]>(limit: 1_024)

    static func owns(program: String) -> Bool {
        program.hasPrefix("qmail")
            || ["tcpserver", "rblsmtpd", "recordio", "simscan", "vpopmail", "sslserver", "smtpd-ssl", "spamdyke"]
                .contains(program)
    }

    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        share(of: head) { line in
            var line = line
            return ShapedTime.takeTAI64N(from: &line) != nil
        } * 92 / 100
    }

    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var entry = line
        if let instant = ShapedTime.takeTAI64N(from: &entry.text) { entry.instant = instant }
        // splogger puts seconds since 1970 before each line.
        if let first = entry.text.first, first.isDigit {
            var text = entry.text
            if let instant = ShapedTime.takeEpoch(from: &text), text.first == .space {
                // All lines of a file are told by one clock: that of the prefix, where there is one.
                (entry.instant, entry.text) = (entry.instant ?? instant, text.dropFirst())
            }
        }
        if entry.program == nil, let recognition = other(entry, into: &records) { return recognition }
        let text = entry.text
        if let rest = text.after("tcpserver: ") ?? text.after("sslserver: ") ?? text.after("qmail-smtpd: tcpserver: ") {
            return connection(rest, entry, into: &records)
        }
        if let rest = text.after("rblsmtpd: ") { return list(rest, entry, into: &records) }
        if let rest = text.after("simscan:[") { return scan(rest, entry, into: &records) }
        if entry.program == "spamdyke" { return spamdyke(text, entry, into: &records) }
        if let rest = text.after("spamdyke["), let end = rest.first("]: ") {
            return spamdyke(rest[end.upperBound...], entry, into: &records)
        }
        if let rest = text.after("CHKUSER ") { return recipientCheck(rest, entry, into: &records) }
        if text.begins("vchkpw-") || text.begins("vchkpw: ") { return password(text, entry, into: &records) }
        if let recognition = spoken(entry, into: &records) { return recognition }
        if let recognition = queue(entry, into: &records) { return recognition }
        return smtpd(entry, into: &records)
    }

    /// A line of another program that multilog runs behind: `imap-login: Info: Aborted login (…)`.
    private mutating func other(_ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition? {
        let name = entry.text.prefix(40).prefix { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("/") }
        var rest = entry.text[name.endIndex...]
        var inner = entry
        if rest.first == .ascii("["), let close = rest.prefix(14).firstIndex(of: .ascii("]")) {
            inner.process = rest[(rest.startIndex + 1)..<close].number
            rest = rest[(close + 1)...]
        }
        guard !name.isEmpty, let text = rest.after(": ") else { return nil }
        inner.program = name.string
        inner.text = text
        if DovecotFormat.owns(program: name.string) { return dovecot.read(inner, into: &records) }
        if CourierFormat.owns(program: name.string) { return courier.read(inner, into: &records) }
        guard SpamdFormat.owns(program: name.string) else { return nil }
        // spamd says its name itself.
        inner.text = entry.text
        return spamd.read(inner, into: &records)
    }

    // MARK: qmail-send

    private mutating func queue(_ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition? {
        let text = entry.text
        var record = entry.record(.note)
        if let id = text.after("new msg ") {
            record.message = id.value
            record.kind = .message
        } else if let rest = text.after("info msg ") {
            // `info msg 42: bytes 500 from <ann@company.example> qp 9 uid 81`: what comes behind the sender is fixed.
            var rest = rest
            guard let id = rest.take(untilFirst: ": bytes "), rest.cut(fromLast: " uid ") != nil,
                let pid = rest.cut(fromLast: " qp "), let size = rest.take(untilFirst: " from ")
            else { return .unknown }
            record.kind = .message
            (record.message, record.process) = (id.value, pid.number ?? record.process)
            (record[.size], record[.sender]) = (size.value, rest.unbracketed.string)
            messages[Array(id)] = Message(sender: rest.unbracketed.string, size: size.value)
        } else if let rest = text.after("starting delivery ") {
            var rest = rest
            guard let id = rest.take(untilFirst: ": msg "), let message = rest.take(untilFirst: " to ") else {
                return .unknown
            }
            record.message = message.value
            record[.transport] = rest.takeWord().value
            record[.recipient] = rest.value
            record[.sender] = messages[Array(message)]?.sender
            deliveries[Array(id)] = record
            record[.reason] = "starting delivery"
        } else if let rest = text.after("delivery ") {
            return delivery(rest, entry, into: &records)
        } else if let rest = text.after("bounce msg ") {
            var rest = rest
            record.kind = .notification
            record.message = rest.takeWord().value
            record[.reason] = rest.value
        } else if let rest = text.after("triple bounce: discarding ") {
            record[.reason] = rest.value
        } else if let id = text.after("end msg ") {
            record.kind = .removed
            record.message = id.value
            messages[Array(id)] = nil
        } else if text.begins("status: ") || text.begins("warning: ") || text.begins("alert: ")
            || text.begins("exitasap") || text.begins("running")
        {
            record[.reason] = text.value
        } else {
            return nil
        }
        records.append(record)
        return .read
    }

    /// `7: success: 203.0.113.1_accepted_message./Remote_host_said:_250_ok/`: spaces are written as `_`.
    private mutating func delivery(
        _ text: LogText, _ entry: LogEntry, into records: inout [LogRecord]
    ) -> LogRecognition {
        var rest = text
        guard let id = rest.take(untilFirst: ": "), let result = rest.take(untilFirst: ": "), id.number != nil else {
            return .unknown
        }
        var record = entry.record(.delivery)
        if let started = deliveries[Array(id)] {
            record.fields = started.fields
            record.message = started.message
        }
        switch result.string {
        case "success": record[.status] = "sent"
        case "deferral": record[.status] = "deferred"
        case "failure": record[.status] = "bounced"
        default: return .unknown
        }
        let words = LogText(rest.map { $0 == .ascii("_") ? .space : $0 == .ascii("/") ? .space : $0 }).trimmed
        record[.reply] = words.value
        let head = words.prefix { $0 != .space }
        record[.nextHopAddress] = head.address?.description
        if let said = words.first("Remote host said: ") {
            var reply = record
            reply.setReply(words[said.upperBound...])
            (record[.code], record[.enhancedCode], record[.reply]) = (reply[.code], reply[.enhancedCode], reply[.reply])
        }
        deliveries[Array(id)] = nil
        records.append(record)
        return .read
    }

    // MARK: connections

    /// `pid 7 from 192.0.2.1`, `ok 7 mx:198.51.100.2:25 mail.example:192.0.2.1:user:4711`, `end 7 status 0`.
    private mutating func connection(
        _ text: LogText, _ entry: LogEntry, into records: inout [LogRecord]
    ) -> LogRecognition {
        var record = entry.record(.note)
        var rest = text
        let verb = rest.takeWord().string
        let process = rest.takeWord()
        let key = Array(process.prefix(20))
        record.process = process.number ?? record.process
        switch verb {
        case "status:":
            record.process = entry.process
            record[.reason] = text.value
        case "pid":
            guard let from = rest.after("from ") else { return .unknown }
            record.kind = .connect
            record.session = process.value
            var tracker = DialogueTracker(isOutbound: false)
            tracker.know(.client, from.address?.description ?? from.value)
            connections[key] = tracker
            record[.client] = from.address?.description
        case "ok", "deny":
            record.kind = verb == "ok" ? .note : .reject
            record.session = process.value
            let listener = rest.takeWord()
            record[.listener] = listener.value
            if let (name, address, port) = QmailFormat.ends(rest) {
                (record[.client], record[.clientName], record[.clientPort]) = (address, name, port)
                var tracker = connections[key] ?? DialogueTracker(isOutbound: false)
                tracker.know(.client, address)
                tracker.know(.clientName, name)
                tracker.know(.clientPort, port)
                tracker.know(.listener, listener.value)
                connections[key] = tracker
            }
            record[.status] = verb
        case "end":
            record.kind = .disconnect
            record.session = process.value
            record[.status] = rest.after("status ")?.value
            for field in connections[key]?.known ?? [] { record[field.name] = field.value }
            connections[key] = nil
        default:
            record.process = entry.process
            record[.reason] = text.value
        }
        records.append(record)
        return .read
    }

    /// `name:192.0.2.1:user:4711`: the name, the address, what ident says, the port. Ident is the client's.
    private static func ends(_ text: LogText) -> (String?, String, String?)? {
        var rest = text
        guard let name = rest.take(until: .colon) else { return nil }
        let port = rest.lastIndex(of: .colon).map { rest[($0 + 1)...] }
        // An IPv6 address has colons itself: the longest address at the beginning is taken.
        var end = rest.endIndex
        while end > rest.startIndex, end - rest.startIndex > 45 || rest[..<end].address == nil {
            guard let colon = rest[..<end].lastIndex(of: .colon) else { return nil }
            end = colon
        }
        guard let address = rest[..<end].address else { return nil }
        return (name.value, address.description, port?.number.map { String($0) })
    }

    /// `192.0.2.1 pid 7: 451 http://…`, and with the list's name before the colon.
    private func list(_ text: LogText, _ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var rest = text
        let client = rest.takeWord()
        guard let address = client.address, rest.begins("pid ") || rest.first(": ") != nil else {
            var record = entry.record(.note)
            record[.reason] = text.value
            records.append(record)
            return .read
        }
        var record = entry.record(.reject)
        record[.client] = address.description
        if let process = rest.after("pid ") {
            let number = process.prefix { $0.isDigit }
            record.session = number.value
            rest = process.dropFirst(number.count).drop { $0 == .space }
        }
        if let names = rest.take(untilFirst: ": ") { record[.list] = names.trimmed.value }
        record.setReply(rest)
        if record[.code]?.hasPrefix("4") ?? false { record.kind = .defer }
        record[.stage] = "CONNECT"
        records.append(record)
        return .read
    }

    // MARK: filters

    /// `5467]:SPAM REJECT (15.0/12.0):0.34s:Cheap lamps:192.0.2.1:ann@far.example:bob@company.example`: the subject may have
    /// colons, so that the addresses are read from the end.
    private func scan(_ text: LogText, _ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var rest = text
        guard let process = rest.take(untilFirst: "]:"), let verdict = rest.take(until: .colon) else { return .unknown }
        var record = entry.record(.scan)
        record.process = process.number
        record.session = process.value
        record[.verdict] = verdict.prefix { $0 != .ascii("(") }.trimmed.value
        if let open = verdict.firstIndex(of: .ascii("(")) {
            record[.score] = verdict[(open + 1)...].prefix { $0 != .ascii(")") }.value
        }
        if verdict.begins("VIRUS") { record[.virus] = rest.prefix { $0 != .colon }.value }
        record[.delay] = rest.take(until: .colon)?.value
        record[.recipient] = rest.cut(fromLast: ":")?.value
        record[.sender] = rest.cut(fromLast: ":").map { $0.string }
        if let address = rest.cut(fromLast: ":")?.address {
            record[.client] = address.description
            record[.subject] = rest.value
        }
        records.append(record)
        return .read
    }

    /// `rejected rcpt: from <ann@far.example::> remote <helo:name:192.0.2.1> rcpt <bob@company.example> : not existing
    /// recipient`.
    private func recipientCheck(_ text: LogText, _ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        let isRefusal = text.begins("rejected") || text.begins("mbx") || text.first("rejected") != nil
        var record = entry.record(isRefusal ? .reject : .message)
        var rest = text
        record[.reason] = rest.cut(fromLast: "> : ")?.value
        record[.recipient] = rest.cut(fromLast: "> rcpt <")?.value
        guard let remote = rest.cut(fromLast: "> remote <"), let sender = rest.cut(fromLast: "from <") else {
            return .unknown
        }
        let parts = remote.split(separator: .colon, maxSplits: 2, omittingEmptySubsequences: false)
        if parts.count == 3 {
            (record[.helo], record[.clientName]) = (parts[0].value, parts[1].value)
            record[.client] = parts[2].address?.description
        }
        let fields = sender.split(separator: .colon, omittingEmptySubsequences: false)
        record[.sender] = fields.first?.string
        record[.authenticated] = fields.count > 1 ? fields[1].value : nil
        record[.stage] = text.begins("rejected sender") ? "MAIL" : "RCPT"
        records.append(record)
        return .read
    }

    /// `vchkpw-smtp: password fail (pass: 'x') ann@company.example:192.0.2.1`, `vchkpw-pop3: (PLAIN) login success
    /// ann:192.0.2.1`.
    private func password(_ text: LogText, _ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var rest = text
        guard let service = rest.take(untilFirst: ": ") else { return .unknown }
        let protocolName = service.dropFirst(7).string
        let isSuccess = rest.first("login success ") != nil
        var record = entry.record(isSuccess && protocolName != "smtp" ? .login : .authentication)
        guard let address = rest.cut(fromLast: ":")?.address else { return .unknown }
        record[.client] = address.description
        record[.user] = rest.cut(fromLast: " ")?.name
        record[.status] = isSuccess ? "pass" : "fail"
        record[.protocolName] = protocolName
        // The password may be told: what stands in brackets is left out.
        record[.reason] = rest.prefix { $0 != .ascii("(") || rest.first == .ascii("(") }.trimmed.value
        if let open = record[.reason]?.firstIndex(of: "'") {
            record[.reason] = record[.reason].map { String($0[..<open]) }
        }
        records.append(record)
        return .read
    }

    // MARK: qmail-smtpd

    /// Lines of qmail-smtpd's patches: `qmail-smtpd: pid 7 badiprbl: ip 192.0.2.1 rbl: …`, and those of s/qmail.
    private func smtpd(_ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var text = entry.text
        if let rest = text.after("qmail-smtpd: ") ?? text.after("qmail-popup: ") { text = rest }
        if let mark = text.first("badiprbl: ip ") {
            var record = entry.record(.reject)
            var rest = text[mark.upperBound...]
            record[.client] = rest.takeWord().address?.description
            record[.list] = rest.after("rbl: ")?.prefix { $0 != .space }.value
            record[.reason] = text[mark.lowerBound...].value
            record[.stage] = "CONNECT"
            records.append(record)
            return .read
        }
        let recognition = splitHorizon(entry, text, into: &records)
        return recognition == .unknown ? remark(entry.text, text, entry, into: &records) : recognition
    }

    // MARK: recordio

    /// `4711 < MAIL FROM:<…>`: the process, who spoke, the line; `+` at its end where it goes on.
    private mutating func spoken(_ entry: LogEntry, into records: inout [LogRecord]) -> LogRecognition? {
        var rest = entry.text
        let process = rest.takeWord()
        guard process.number != nil, let arrow = rest.first, arrow == .ascii("<") || arrow == .ascii(">"),
            rest.dropFirst().first == .space
        else { return nil }
        let key = Array(process) + [arrow]
        var line = rest.dropFirst(2)
        let isCut = line.last == .ascii("+")
        if isCut || line.last == .space { line = line.dropLast() }
        if line.last == .cr { line = line.dropLast() }
        if let begun = cut[key] { line = (begun + line)[...] }
        if isCut, line.count < 16 << 10 {
            cut[key] = Array(line)
            return .read
        }
        cut.remove(key)
        var base = entry.record(.dialogue)
        (base.session, base.process) = (process.value, process.number)
        let connection = Array(process)
        var tracker = connections[connection] ?? DialogueTracker(isOutbound: false)
        if line.elementsEqual("[EOF]".utf8) {
            base.kind = .disconnect
            base.role = arrow == .ascii("<") ? .client : .server
            records.append(base)
        } else if arrow == .ascii("<") {
            tracker.client(line, base, into: &records)
        } else {
            tracker.server(line, base, into: &records)
        }
        connections[connection] = tracker
        return .read
    }
}
