import Values

extension EximLine {
    /// Reads what is neither an arrival nor a delivery: fields, then words. Words that mean nothing special are a note, as
    /// administrators write their own into this log.
    func words(at start: Int, into record: inout LogRecord) {
        var reader = EximFields(text: text, position: start)
        reader.isDelivery = isOfNextHop(at: start)
        reader.read(into: &record)
        var place = reader.position
        while place < text.endIndex, text[place] == .space { place += 1 }
        if place == start { peer(at: start, into: &record) }
        let rest = text[place...]
        record.kind = .note
        if refusal(rest, into: &record) { return }
        record[.reason] = text[start...].string
        if let mark = rest.index(of: " authenticator failed for ") {
            let host = mark + 26
            _ = EximFields.host(
                in: text, at: text.has("H=", at: host) ? host + 2 : host, isClient: true, into: &record)
            record.kind = .authentication
            record[.authenticationMethod] = rest[..<mark].string
            if let set = rest.last("(set_id=") {
                let user = rest[set.upperBound...]
                // What hindered the authenticator may follow.
                let end = user.last == .ascii(")") ? user.endIndex - 1 : user.last("): ")?.lowerBound ?? user.endIndex
                record[.user] = user[..<end].string
            }
            if let code = rest.index(of: ": 535 ") ?? rest.index(of: ": 435 ") {
                record[.code] = text[(code + 2)..<(code + 5)].string
            }
            record[.status] = rest.index(of: ": 435 ") == nil ? "fail" : "error"
        } else if rest.has("SMTP connection from ", at: place) {
            let isEnd = rest.index(of: " closed by ") != nil || rest.index(of: " lost") != nil
            record.kind = isEnd ? .disconnect : .connect
        } else if rest.has("Connection from ", at: place) || rest.has("refused connection from ", at: place) {
            record.kind = .reject
            record[.stage] = "CONNECT"
        } else if rest.has("TLS ", at: place) {
            record.kind = .tls
            record[.status] = "fail"
        } else if rest.has("SA: Action: ", at: place) {
            spamAssassin(rest, into: &record)
        } else if rest.has("DKIM: ", at: place) {
            record.kind = .scan
            record[.dkim] = rest.index(of: "[verification succeeded]") != nil ? "pass" : "fail"
        } else if rest.has("DMARC results: ", at: place) {
            record.kind = .scan
            if let result = rest.index(of: "enforcement='") {
                record[.dmarc] = rest[(result + 13)...].prefix { $0 != .ascii("'") }.string
            }
        } else if rest.has("sender verify ", at: place) {
            record[.verdict] = rest.has("sender verify fail", at: place) ? "sender-verify-fail" : "sender-verify-defer"
        } else if rest.has("incomplete transaction ", at: place) {
            record[.verdict] = "incomplete"
            if let from = rest.index(of: " from <"), let end = endOfBracket(at: from + 6) {
                record[.sender] = text[(from + 7)..<(end - 1)].string
                record[.recipient] = text[end...].rest(after: " for ")?.string
            }
        } else {
            record[.verdict] = EximLine.violations.first { rest.has($0.0, at: place) }?.1
        }
    }

    private static let violations: [(StaticString, String)] = [
        ("SMTP protocol synchronization error", "pipelining"), ("SMTP syntax error", "syntax"),
        ("SMTP protocol error", "protocol"), ("SMTP command timeout", "timeout"), ("SMTP data timeout", "timeout"),
        ("unexpected disconnection", "lost-connection"), ("SMTP call from ", "dropped"),
        ("no MAIL in ", "lost-connection"),
        ("SMTP protocol violation", "pipelining"),
        ("Frozen", "frozen"), ("frozen", "frozen"), ("cancelled", "removed"), ("removed by", "removed"),
    ]

    /// Whether words about a message, `H=mx.example [192.0.2.1] Connection refused`, are of a host that it goes to.
    private func isOfNextHop(at start: Int) -> Bool {
        guard start > text.startIndex, text.has("H=", at: start), let close = text[start...].firstIndex(of: .ascii("]"))
        else { return false }
        var words = text[(close + 1)...]
        if let port = words.rest(after: ":"), port.first?.isDigit ?? false { words = port.drop(while: \.isDigit) }
        words = words.drop { $0 == .ascii("*") }
        let starts: [StaticString] = [
            ":", " Connection ", " SMTP error from remote", " SMTP timeout ", " Network ", " No route to host",
            " Remote host ", " TLS ", " a TLS session is required", " host ", " LMTP ", " retry time ", " I/O error",
            " Broken pipe", " Host ", " A TLS ",
        ]
        return starts.contains { words.has($0, at: words.startIndex) }
    }

    /// The host behind ` from ` or ` for `, which no field names.
    private func peer(at start: Int, into record: inout LogRecord) {
        let hops: [StaticString] = ["TLS error on connection to ", "Remote host ", "SMTP timeout while connected to "]
        for hop in hops where text.has(hop, at: start) {
            _ = EximFields.host(in: text, at: start + hop.utf8CodeUnitCount, isClient: false, into: &record)
            return
        }
        if let address = text[start...].rest(after: "no host name found for IP address ") {
            record[.client] = address.prefix { !$0.isWhitespace }.string
            return
        }
        let marks: [StaticString] = [
            "connection from ", "Connection from ", "command from ", "call from ", "rejected EHLO from ",
            "rejected HELO from ", "input from ", "received from ",
        ]
        if let place = text[start...].index(of: " H=") {
            // The words before it quote a client: no host but the last is Exim's own.
            let last = text[start...].last(" H=")?.upperBound ?? place + 3
            _ = EximFields.host(in: text, at: last, isClient: true, into: &record)
            return
        }
        for mark in marks {
            guard let place = text[start...].index(of: mark) else { continue }
            let after = place + mark.utf8CodeUnitCount
            guard after < text.endIndex, text[after...].index(of: .ascii("["), from: after) != nil else { return }
            _ = EximFields.host(in: text, at: after, isClient: true, into: &record)
            return
        }
    }

    /// `rejected RCPT <bob@b.example>: words`, `temporarily rejected connection in "connect" ACL: words`, `rejected after DATA:
    /// words`, `rejected EHLO or HELO x: words`, `rejected by local_scan(): words`, `rejected from <> H=…: words`.
    private func refusal(_ rest: LogText, into record: inout LogRecord) -> Bool {
        let isTemporary = rest.has("temporarily rejected ", at: rest.startIndex)
        guard
            var words = rest.rest(after: "temporarily rejected ") ?? rest.rest(after: "rejected ")
                ?? rest.rest(after: "discarded ")
        else { return false }
        record.kind = isTemporary ? .defer : rest.has("discarded", at: rest.startIndex) ? .note : .reject
        if let sender = words.rest(after: "from <") {
            // A message that was too big, or had a loop: its sender and fields follow.
            if let end = endOfBracket(at: sender.startIndex - 1) {
                record[.sender] = text[sender.startIndex..<(end - 1)].string
                var reader = EximFields(text: text, position: end)
                reader.read(into: &record)
                words = text[reader.position...]
            }
            record[.stage] = "DATA"
        } else if let place = words.rest(after: "RCPT ") ?? words.rest(after: "MAIL ") ?? words.rest(after: "VRFY ")
            ?? words.rest(after: "EXPN ") ?? words.rest(after: "ETRN ")
        {
            let stage = words.prefix(4).string
            let end = endOfAddress(at: place.startIndex)
            let address = text[place.startIndex..<end].unbracketed.string
            if stage == "MAIL" { record[.sender] = address } else { record[.recipient] = address }
            record[.stage] = stage
            words = text[end...]
        } else if words.has("EHLO ", at: words.startIndex) || words.has("HELO ", at: words.startIndex) {
            record[.stage] = "HELO"
            if let from = words.rest(after: "EHLO from ") ?? words.rest(after: "HELO from ") {
                let end = EximFields.host(in: text, at: from.startIndex, isClient: true, into: &record)
                words = text[end...]
            } else if let or = words.rest(after: "EHLO or HELO ") {
                let greeting = or.prefix { $0 != .colon }
                record[.helo] = greeting.string
                words = text[greeting.endIndex...]
            }
        } else if words.has("connection in ", at: words.startIndex) || words.has("connection", at: words.startIndex) {
            record[.stage] = "CONNECT"
            words = words.index(of: ": ").map { text[$0...] } ?? words
        } else if words.has("after DATA", at: words.startIndex) || words.has("during MIME", at: words.startIndex)
            || words.has("by non-SMTP", at: words.startIndex)
        {
            record[.stage] = "DATA"
            words = words.index(of: .colon, from: words.startIndex).map { text[$0...] } ?? words
        } else if words.has("by local_scan", at: words.startIndex) {
            record[.stage] = "DATA"
            words = words.index(of: ": ").map { text[$0...] } ?? words
        } else if let space = words.firstIndex(of: .space) {
            record[.stage] = words[..<space].prefix { $0 != .colon }.string
            words = words.index(of: ": ").map { text[$0...] } ?? words
        }
        if let after = words.rest(after: ":") { words = after.trimmed }
        if words.count >= 4, words.prefix(3).allSatisfy(\.isDigit), words.dropFirst(3).first?.isWhitespace ?? false {
            record[.code] = words.prefix(3).string
        }
        record[.reason] = words.string
        let marks: [StaticString] = [
            " in a black list at ", " found in dnsbl ", " is in an RBL: ", " listed at ", " blacklisted at ",
        ]
        for mark in marks {
            guard let place = words.index(of: mark) else { continue }
            let name = words[(place + mark.utf8CodeUnitCount)...].prefix {
                $0.isAlphanumeric || $0 == .dot || $0 == .hyphen || $0 == .ascii("/") || $0 == .colon
            }
            record[.list] = name.string
            break
        }
        return true
    }

    /// `SA: Action: silently tossed message: score=31.0 required=5.0 … From <ann@a.example> (host=name [192.0.2.1]) for …`
    private func spamAssassin(_ rest: LogText, into record: inout LogRecord) {
        record.kind = .scan
        let action = rest.dropFirst(12)
        record[.verdict] = action.prefix { $0 != .colon }.string
        if let score = rest.index(of: "score=") {
            record[.score] = rest[(score + 6)...].prefix { $0.isDigit || $0 == .dot || $0 == .hyphen }.string
        }
        if let host = rest.last("(host=") {
            let name = rest[host.upperBound...]
            if let open = name.firstIndex(of: .ascii("[")), let close = name[open...].firstIndex(of: .ascii("]")) {
                record[.client] = name[(open + 1)..<close].string
                record[.clientName] = name[..<open].trimmed.string
            }
        }
        if let from = rest.last(". From <"), let end = endOfBracket(at: from.upperBound - 1) {
            record[.sender] = text[from.upperBound..<(end - 1)].string
        }
    }
}
