import Values

/// The words of a line of Sendmail, behind the queue id.
struct SendmailLine {
    let text: LogText

    func read(into record: inout LogRecord) -> Bool {
        let start = text.startIndex
        if text.has("from=", at: start) { return arrival(into: &record) }
        if text.has("to=", at: start) { return delivery(into: &record) }
        if text.has("ruleset=", at: start) { return refusal(into: &record) }
        if text.has("AUTH=", at: start) { return authenticated(into: &record) }
        if text.has("STARTTLS", at: start) { return encrypted(into: &record) }
        if text.has("AUTH failure", at: start) { return failure(into: &record) }
        if text.has("Milter", at: start) || text.has("milter", at: start) { return milter(into: &record) }
        return words(into: &record)
    }

    /// The fields in order: `key=value`, a comma and a space between. A value goes on up to where another key begins.
    private func fields() -> [(key: LogText, value: LogText)] {
        var fields: [(LogText, LogText)] = []
        var place = text.startIndex
        while place < text.endIndex, fields.count < 64 {
            guard let sign = text.index(of: .equals, from: place) else { break }
            let key = text[place..<sign]
            guard key.count <= 24, key.allSatisfy({ $0.isAlphanumeric || $0 == .ascii("_") || $0 == .hyphen }) else {
                break
            }
            var end = sign + 1
            // What may hold commas comes last, or in angle brackets.
            if key.elementsEqual("stat".utf8) || key.elementsEqual("reject".utf8) {
                end = text.endIndex
            } else {
                while true {
                    guard let comma = text.index(of: ", ", from: end) else {
                        end = text.endIndex
                        break
                    }
                    end = comma
                    let next = text[(comma + 2)...].prefix { $0.isAlphanumeric || $0 == .ascii("_") || $0 == .hyphen }
                    if !next.isEmpty, next.endIndex < text.endIndex, text[next.endIndex] == .equals { break }
                    end = comma + 1
                }
            }
            fields.append((key, text[(sign + 1)..<end]))
            place = min(end + 2, text.endIndex)
        }
        return fields
    }

    private func arrival(into record: inout LogRecord) -> Bool {
        record.kind = .message
        for (key, value) in fields() {
            switch key.string {
            case "from": record[.sender] = value.unbracketed.string
            case "size": record[.size] = value.string
            case "nrcpts": record[.recipientCount] = value.string
            case "msgid": record[.messageID] = value.unbracketed.string
            case "proto": record[.protocolName] = value.string
            case "daemon": record[.listener] = value.string
            case "relay": SendmailLine.host(value, isClient: true, into: &record)
            case "auth": record[.authenticationMethod] = value.string
            default: break
            }
        }
        return true
    }

    private func delivery(into record: inout LogRecord) -> Bool {
        record.kind = .delivery
        record.session = nil
        for (key, value) in fields() {
            switch key.string {
            case "to":
                record[.recipient] = value.split(separator: .comma).prefix(100).map { $0.trimmed.unbracketed.string }
                    .joined(separator: " ")
            case "ctladdr": record[.originalRecipient] = value.prefix { $0 != .space }.unbracketed.string
            case "delay": record[.delay] = SendmailLine.seconds(value)
            case "mailer": record[.transport] = value.string
            case "dsn": record[.enhancedCode] = value.string
            case "relay": SendmailLine.host(value, isClient: false, into: &record)
            case "reply": record.setReply(value)
            case "stat": status(value, into: &record)
            default: break
            }
        }
        return record[.status] != nil
    }

    /// `Sent (250 2.0.0 Ok: queued as 153053D)`, `Deferred: Connection refused by …`, `User unknown`, `queued`
    private func status(_ value: LogText, into record: inout LogRecord) {
        // What the next hop said itself is told by versions from 8.16 on.
        if record[.reply] == nil { record[.reply] = value.string }
        if value.has("Sent", at: value.startIndex) {
            record[.status] = "sent"
            if let mark = value.index(of: "queued as ") ?? value.index(of: "id=").map({ $0 - 7 }) {
                let id = value[(mark + 10)...].prefix { $0.isAlphanumeric || $0 == .hyphen }
                if id.count >= 5 { record[.newMessage] = id.string }
            } else if let open = value.index(of: .ascii("("), from: value.startIndex),
                let end = value.index(of: " Message accepted")
            {
                // `(xA32R2PQ123456 Message accepted for delivery)`
                let id = value[(open + 1)..<end].split(separator: .space).last
                if let id, id.count >= 8 { record[.newMessage] = id.string }
            }
        } else if value.has("Deferred", at: value.startIndex) || value.has("queued", at: value.startIndex) {
            record[.status] = "deferred"
        } else if value.has("cannot send message", at: value.startIndex)
            || value.has("Message could not be delivered", at: value.startIndex)
        {
            record[.status] = "expired"
        } else {
            record[.status] = record[.enhancedCode]?.hasPrefix("4") ?? false ? "deferred" : "bounced"
        }
    }

    /// `ruleset=check_rcpt, arg1=<b@b.example>, relay=name [192.0.2.1], reject=550 5.7.1 <b@b.example>... Relaying denied`
    private func refusal(into record: inout LogRecord) -> Bool {
        record.kind = .note
        for (key, value) in fields() {
            switch key.string {
            case "ruleset":
                record[.stage] =
                    switch value.string {
                    case "check_relay", "check_rcpt_relay": "CONNECT"
                    case "check_mail": "MAIL"
                    case "check_rcpt", "check_compat": "RCPT"
                    case "check_data": "DATA"
                    default: value.string
                    }
            case "arg1":
                if record[.stage] == "RCPT" { record[.recipient] = value.unbracketed.string }
                if record[.stage] == "MAIL" { record[.sender] = value.unbracketed.string }
            case "relay": SendmailLine.host(value, isClient: true, into: &record)
            case "reject": reply(value, into: &record)
            case "discard", "quarantine": record[.verdict] = key.string
            default: break
            }
        }
        if record[.code] != nil { record.kind = record[.code]?.first == "4" ? .defer : .reject }
        return true
    }

    /// `550 5.7.1 <b@b.example>... Relaying denied`
    private func reply(_ value: LogText, into record: inout LogRecord) {
        record[.reply] = value.string
        var rest = value
        if rest.prefix(3).allSatisfy(\.isDigit), rest.count > 3 {
            record[.code] = rest.prefix(3).string
            rest = rest.dropFirst(3).trimmed
        }
        if rest.first?.isDigit ?? false, rest.dropFirst().first == .dot {
            let code = rest.prefix { $0.isDigit || $0 == .dot }
            record[.enhancedCode] = code.string
            rest = rest[code.endIndex...].trimmed
        }
        if let dots = rest.index(of: ">... ") { rest = rest[(dots + 5)...] }
        record[.reason] = rest.string
    }

    /// `AUTH=server, relay=name [192.0.2.1], authid=ann, mech=PLAIN, bits=0`
    private func authenticated(into record: inout LogRecord) -> Bool {
        record.kind = .authentication
        record[.status] = "pass"
        for (key, value) in fields() {
            switch key.string {
            case "relay":
                SendmailLine.host(value, isClient: !text.has("AUTH=client", at: text.startIndex), into: &record)
            case "authid": record[.authenticated] = value.string
            case "mech": record[.authenticationMethod] = value.string
            default: break
            }
        }
        return true
    }

    /// `STARTTLS=server, relay=name [192.0.2.1], version=TLSv1.3, verify=NO, cipher=NAME, bits=256/256`
    private func encrypted(into record: inout LogRecord) -> Bool {
        for (key, value) in fields() {
            switch key.string {
            case "relay":
                SendmailLine.host(value, isClient: !text.has("STARTTLS=client", at: text.startIndex), into: &record)
            case "version": record[.tlsVersion] = value.string
            case "verify": record[.verdict] = value.string
            case "cipher": record[.cipher] = value.string
            default: break
            }
        }
        if record[.tlsVersion] != nil {
            (record.kind, record[.status]) = (.tls, "established")
            return true
        }
        record[.reason] = text.string
        // Others tell of certificates and of reading: the handshake is done, or not yet begun.
        let isFailure = ["accept failed", "connect failed", "handshake failed"].contains { text.first($0) != nil }
        if isFailure { (record.kind, record[.status]) = (.tls, "fail") }
        // Fields of an error have no end that can be told from its words: the host comes last.
        if isFailure, let relay = text.last(", relay=") {
            SendmailLine.host(
                text[relay.upperBound...], isClient: !text.has("STARTTLS=client", at: text.startIndex), into: &record)
        }
        return true
    }

    /// `AUTH failure (PLAIN): authentication failure (-13) …, user=ann, relay=name [192.0.2.1]`. The user's name is the
    /// client's: what it says after itself is not believed.
    private func failure(into record: inout LogRecord) -> Bool {
        record.kind = .authentication
        record[.status] = "fail"
        if let open = text.firstIndex(of: .ascii("(")), let close = text[open...].firstIndex(of: .ascii(")")) {
            record[.authenticationMethod] = text[(open + 1)..<close].string
        }
        guard let relay = text.last(", relay=") else { return true }
        SendmailLine.host(text[relay.upperBound...], isClient: true, into: &record)
        let head = text[..<relay.lowerBound]
        let user = head.index(of: ", user=")
        if let user { record[.user] = head[(user + 7)...].string }
        record[.reason] = head[..<(user ?? head.endIndex)].string
        return true
    }

    /// `Milter: to=<b@b.example>, reject=550 5.7.1 words`, `Milter add: header: X: y`
    private func milter(into record: inout LogRecord) -> Bool {
        record[.reason] = text.string
        guard let mark = text.index(of: "reject=") ?? text.index(of: "tempfail=") else { return true }
        record[.verdict] = "milter-reject"
        if let value = text[mark...].firstIndex(of: .equals) { reply(text[(value + 1)...], into: &record) }
        record.kind = record[.code]?.first == "4" ? .defer : .reject
        if let address = text.index(of: ", addr="), address < mark {
            record[.client] = text[(address + 7)...].prefix { $0 != .comma }.address?.description
        }
        if let to = text.index(of: " to=<"), to < mark, let end = text[to...].firstIndex(of: .ascii(">")) {
            record[.recipient] = text[(to + 5)..<end].string
        }
        if let from = text.index(of: " from=<"), from < mark, let end = text[from...].firstIndex(of: .ascii(">")) {
            record[.sender] = text[(from + 7)..<end].string
        }
        return true
    }

    private func words(into record: inout LogRecord) -> Bool {
        record[.reason] = text.string
        if text.has("<", at: text.startIndex), let end = text.index(of: ">... ") {
            record.kind = .reject
            record[.recipient] = text[(text.startIndex + 1)..<end].string
            record[.stage] = "RCPT"
            record[.reason] = text[(end + 5)...].string
            return true
        }
        if let notice = text.index(of: ": DSN: ") ?? text.index(of: ": return to sender: ") ?? text.index(
            of: ": sender notify: ") ?? text.index(of: ": postmaster notify: "),
            text[..<notice].allSatisfy(\.isAlphanumeric)
        {
            record.kind = .notification
            record[.newMessage] = text[..<notice].string
            record[.reason] = text[(notice + 2)...].string
            return true
        }
        if let clone = text.rest(after: "clone: owner=") ?? text.rest(after: "clone ") ?? text.rest(after: "clone=") {
            record[.newMessage] = clone.prefix(while: \.isAlphanumeric).string
            return true
        }
        let marks: [(StaticString, String)] = [
            (" due to pre-greeting traffic", "pregreet"), ("possible SMTP attack", "attack"),
            (" did not issue MAIL/EXPN/VRFY/ETRN", "no-mail"),
            ("lost input channel from ", "lost-connection"), ("timeout waiting for input", "timeout"),
            (" [rejected]", "rejected-command"), ("POSSIBLE ATTACK from ", "attack"),
            (": probable open proxy: ", "attack"), ("unexpected close on connection from ", "lost-connection"),
            ("rejecting commands from", "rejected-commands"), ("rejecting connections", "load"),
            ("premature EOM", "lost-connection"),
        ]
        guard let (_, verdict) = marks.first(where: { text.index(of: $0.0) != nil }) else {
            // `name [192.0.2.1]: VRFY ann`, `connect from name [192.0.2.1]`.
            if let rest = text.rest(after: "connect from ") {
                record.kind = .connect
                SendmailLine.host(rest, isClient: true, into: &record)
            } else if let end = text.index(of: "]: "), !text[..<end].prefix(while: { $0 != .space }).contains(.colon) {
                SendmailLine.host(text[...end], isClient: true, into: &record)
            }
            return true
        }
        record[.verdict] = verdict
        if verdict == "rejected-command" { record.kind = .reject }
        var place = text
        for lead in [
            "rejecting commands from ", "lost input channel from ", "timeout waiting for input from ",
            "POSSIBLE ATTACK from ", "unexpected close on connection from ",
        ] as [StaticString] {
            if let start = place.index(of: lead) { place = place[(start + lead.utf8CodeUnitCount)...].trimmed }
        }
        if let sender = text.index(of: ", sender=<"), let end = text[sender...].firstIndex(of: .ascii(">")) {
            record[.sender] = text[(sender + 10)..<end].string
        }
        // Of a host without a name the address is told; the program's own words are no host.
        let words = ["collect", "rejecting", "possible", "SYSERR"]
        if place.contains(.ascii("[")) || !words.contains(where: { place.begins($0) }) {
            SendmailLine.host(place, isClient: true, into: &record)
        }
        return true
    }

    /// `name [192.0.2.1] (may be forged)`, `[192.0.2.1]`, `mx.example. [192.0.2.1]`, `local`
    static func host(_ text: LogText, isClient: Bool, into record: inout LogRecord) {
        if let open = text.firstIndex(of: .ascii("[")), let close = text[open...].firstIndex(of: .ascii("]")) {
            var address = text[(open + 1)..<close]
            if let rest = address.rest(after: "IPv6:") { address = rest }
            record[isClient ? .client : .nextHopAddress] = address.string
            var name = text[..<open].trimmed
            if name.last == .dot { name = name.dropLast() }
            record[isClient ? .clientName : .nextHop] = name.isEmpty ? nil : name.string
        } else if !text.isEmpty {
            var name = text.prefix { $0 != .space && $0 != .comma }
            if name.last == .dot { name = name.dropLast() }
            record[isClient ? .clientName : .nextHop] = name.string
        }
    }

    /// `00:00:01`, `1+02:03:04`
    static func seconds(_ text: LogText) -> String? {
        var rest = text
        var total = 0
        if let plus = rest.firstIndex(of: .ascii("+")) {
            guard let days = rest[..<plus].number else { return nil }
            total = days * 86_400
            rest = rest[(plus + 1)...]
        }
        let parts = rest.split(separator: .colon).map(\.number)
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2] else { return nil }
        return String(total + hours * 3_600 + minutes * 60 + seconds)
    }
}
