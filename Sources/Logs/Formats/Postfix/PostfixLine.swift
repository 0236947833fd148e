import Values

/// A line of Postfix, read from left to right. Offsets are those of the line's bytes.
struct PostfixLine {
    let text: LogText
    let origin: LogOrigin
    let process: Int?

    /// What a line without a queue id told.
    enum Outcome { case told, silent, unknown }

    /// Whether the program takes mail from clients, and not hands it on.
    var isServer: Bool { origin.daemon != .other }

    /// Whether the process is what the log calls the connection: an `smtpd` has one at a time.
    var isSession: Bool { process != nil && origin.daemon == .smtpd }

    /// The daemon, without the name of the instance and the service: `smtpd` of `postfix/submission/smtpd`.
    var daemon: Substring {
        let program = origin.program ?? ""
        return program[program.utf8.index(program.startIndex, offsetBy: origin.daemonStart)...]
    }

    func has(_ prefix: StaticString, at place: Int) -> Bool { text.has(prefix, at: place) }

    func string(_ range: Range<Int>) -> String { text.string(range) }

    /// What stands behind a queue id; false for a line that is not known.
    func readQueued(at start: Int, into record: inout LogRecord) -> Bool {
        guard start < text.endIndex else { return false }
        let idLength = start - 2 - text.startIndex
        if idLength != 7 || !has("NOQUEUE", at: text.startIndex) { record.setMessage(length: idLength) }
        record.setSession(isProcess: isSession)
        switch text[start] {
        case .ascii("t"):
            if has("to=", at: start) { return delivery(at: start, into: &record) }
            if has("timeout after ", at: start) { return ended(at: start, into: &record) }
        case .ascii("f"):
            if has("from=", at: start) { return envelope(at: start, into: &record) }
            if has("filter: ", at: start) { return action(at: start, into: &record) }
        case .ascii("m"):
            if has("message-id=", at: start) {
                record.set(.messageID, unbracketed(start + 11..<text.endIndex))
                return true
            }
            if has("milter-", at: start) { return action(at: start, into: &record) }
        case .ascii("c"):
            if has("client=", at: start) { return client(at: start + 7, into: &record) }
            if has("conversation with ", at: start) { return hop(at: start + 18, into: &record) }
        case .ascii("r"):
            if has("removed", at: start), start + 7 == text.endIndex {
                record.kind = .removed
                return true
            }
            if has("reject", at: start) || has("redirect: ", at: start) || has("replace: ", at: start) {
                return action(at: start, into: &record)
            }
            if has("resent-message-id=", at: start) {
                record.set(.messageID, unbracketed(start + 18..<text.endIndex))
                return true
            }
            if has("requeued", at: start) || has("released from hold", at: start) {
                return remark(at: start, into: &record)
            }
        case .ascii("u"):
            if has("uid=", at: start) { return pickup(at: start, into: &record) }
        case .ascii("s"):
            if has("sender ", at: start) { return notification(at: start, into: &record) }
            if has("skipped, ", at: start) { return remark(at: start, into: &record) }
            if has("strip: ", at: start) { return action(at: start, into: &record) }
        case .ascii("p"):
            if has("postmaster ", at: start) { return notification(at: start, into: &record) }
            if has("prepend: ", at: start) || has("pass: ", at: start) || has("permit: ", at: start) {
                return action(at: start, into: &record)
            }
            if has("proxy-", at: start) { return proxy(at: start, into: &record) }
            if has("placed on hold", at: start) { return remark(at: start, into: &record) }
        case .ascii("h"):
            if has("host ", at: start) { return hop(at: start + 5, into: &record) }
            if has("hold: ", at: start) { return action(at: start, into: &record) }
        case .ascii("l"):
            if has("lost connection with ", at: start) { return hop(at: start + 21, into: &record) }
            if has("lost connection after ", at: start) { return ended(at: start, into: &record) }
        case .ascii("w"), .ascii("i"), .ascii("d"), .ascii("b"):
            if has("warning: header ", at: start) || has("warning: body ", at: start) || has("info: ", at: start)
                || has("discard: ", at: start) || has("bcc: ", at: start) || has("warn: ", at: start)
                || has("delay: ", at: start)
            {
                return action(at: start, into: &record)
            }
        default: break
        }
        if isLevel(at: start) {
            record.kind = .note
            return level(at: start, into: &record)
        }
        return aside(at: start, into: &record)
    }

    // MARK: The message

    /// `client=name[192.0.2.1]:port, sasl_method=PLAIN, sasl_username=ann, orig_queue_id=…`
    private func client(at start: Int, into record: inout LogRecord) -> Bool {
        var place = endpoint(at: start, isClient: true, into: &record)
        while has(", ", at: place) {
            place += 2
            if has("sasl_method=", at: place) {
                let end = text.index(of: .comma, from: place) ?? text.endIndex
                record.set(.authenticationMethod, place + 12..<end)
                place = end
            } else if has("sasl_username=", at: place) {
                // A user's name may be anything: what follows it is `sasl_sender=` or `orig_…=`, and rare.
                let from = place + 14
                let end =
                    text.index(of: ", sasl_sender=", from: from) ?? text.index(of: ", orig_", from: from)
                    ?? text.endIndex
                record.set(.authenticated, from..<end)
                place = end
            } else if has("orig_client=", at: place) {
                record[.client] = nil
                record[.clientName] = nil
                record[.clientPort] = nil
                place = endpoint(at: place + 12, isClient: true, into: &record)
            } else {
                place = text.index(of: ", ", from: place) ?? text.endIndex
            }
        }
        return true
    }

    /// `from=<ann@a.example>, size=5360, nrcpt=1 (queue active)`, or with `status=expired, returned to sender`.
    private func envelope(at start: Int, into record: inout LogRecord) -> Bool {
        guard let (sender, end) = address(at: start + 5) else { return false }
        record.set(.sender, sender)
        var place = end
        while has(", ", at: place) {
            place += 2
            if has("size=", at: place) {
                let end = endOfNumber(at: place + 5)
                record.set(.size, place + 5..<end)
                place = end
            } else if has("nrcpt=", at: place) {
                let end = endOfNumber(at: place + 6)
                record.set(.recipientCount, place + 6..<end)
                place = end
            } else if has("status=", at: place) {
                let end = text.index(of: .comma, from: place) ?? text.endIndex
                record.kind = .delivery
                record.set(.status, place + 7..<end)
                place = end
            } else {
                place = text.index(of: ", ", from: place) ?? text.endIndex
            }
        }
        return true
    }

    /// `uid=0 from=<root>`
    private func pickup(at start: Int, into record: inout LogRecord) -> Bool {
        let end = endOfNumber(at: start + 4)
        guard has(" from=", at: end), let (sender, _) = address(at: end + 6) else { return false }
        record.set(.sender, sender)
        record.set(.user, start + 4..<end)
        return true
    }

    /// `sender non-delivery notification: ADD2F8052`
    private func notification(at start: Int, into record: inout LogRecord) -> Bool {
        guard let mark = text.index(of: " notification: ", from: start) else { return remark(at: start, into: &record) }
        record.kind = .notification
        record.set(.newMessage, mark + 15..<text.endIndex)
        record.set(.reason, start..<mark)
        return true
    }

    // MARK: Deliveries

    /// `to=<…>, orig_to=<…>, relay=mx[192.0.2.1]:25, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 Ok)`
    private func delivery(at start: Int, into record: inout LogRecord) -> Bool {
        var place = start
        record.kind = .delivery
        record.setSession(isProcess: false)
        var (relay, original, recipient, status): (Range<Int>?, Range<Int>?, Range<Int>?, Range<Int>?)
        var (delay, delays, dsn, reply): (Range<Int>?, Range<Int>?, Range<Int>?, Range<Int>?)
        while place < text.endIndex {
            guard let sign = text.index(of: .equals, from: place), sign - place <= 16 else { break }
            let key = place..<sign
            var end: Int
            if sign + 1 < text.endIndex, text[sign + 1] == .ascii("<") || (key.count == 2 && place == start) {
                guard let (value, after) = address(at: sign + 1) else { return false }
                if key.count == 2 { recipient = value } else if has("orig_to", at: place) { original = value }
                end = after
            } else if has("status=", at: place) {
                end = text.index(of: .space, from: sign) ?? text.endIndex
                status = sign + 1..<end
                if end + 1 < text.endIndex, text[end + 1] == .ascii("(") {
                    let close = text[text.endIndex - 1] == .ascii(")") ? text.endIndex - 1 : text.endIndex
                    reply = end + 2..<max(end + 2, close)
                }
                break
            } else {
                end = text.index(of: ", ", from: sign) ?? text.endIndex
                let value = sign + 1..<end
                switch text[place] {
                case .ascii("r"): relay = value
                case .ascii("d"):
                    if has("delay=", at: place) {
                        delay = value
                    } else if has("delays", at: place) {
                        delays = value
                    } else {
                        dsn = value
                    }
                case .ascii("o"): original = value
                case .ascii("t"): record.set(.tlsLevel, value)
                default: break
                }
            }
            place = has(", ", at: end) ? end + 2 : text.endIndex
        }
        guard let recipient, let status else { return false }
        if let reply { readReply(reply, into: &record) }
        if let delay { record.set(.delay, delay) }
        if let delays { record.set(.delays, delays) }
        if let dsn { record.set(.enhancedCode, dsn) }
        if let relay { readRelay(relay, into: &record) }
        if let original { record.set(.originalRecipient, original) }
        if let reply { record.set(.reply, reply) }
        record.set(.status, status)
        record.set(.recipient, recipient)
        record.fields.setProgram(.transport, from: origin.daemonStart)
        return true
    }

    /// The code of the next hop's reply, and what it calls the message.
    private func readReply(_ range: Range<Int>, into record: inout LogRecord) {
        var start = range.lowerBound
        let reply = text[range]
        if !has("250 ", at: start), has("host ", at: start), let said = reply.index(of: " said: ") { start = said + 7 }
        if start + 3 <= range.upperBound, text[start..<start + 3].allSatisfy(\.isDigit) {
            record.set(.code, start..<start + 3)
        }
        if has("forwarded as ", at: range.lowerBound) {
            record.set(.newMessage, range.lowerBound + 13..<range.upperBound)
            return
        }
        guard has("250 ", at: start) else { return }
        if let queued = reply.index(of: "queued as ") {
            let from = queued + 10
            var end = from
            while end < range.upperBound, text[end].isAlphanumeric || text[end] == .hyphen { end += 1 }
            if end > from { record.set(.newMessage, from..<end) }
        } else if let id = reply.index(of: " id=") {
            var end = id + 4
            while end < range.upperBound, text[end].isAlphanumeric || text[end] == .hyphen { end += 1 }
            if end > id + 4 { record.set(.newMessage, id + 4..<end) }
        } else if let mark = reply.index(of: " Message accepted for delivery") {
            // Sendmail: `250 2.0.0 xA32R2PQ123456 Message accepted for delivery`.
            var from = mark
            while from > range.lowerBound, text[from - 1].isAlphanumeric { from -= 1 }
            if mark - from >= 8 { record.set(.newMessage, from..<mark) }
        }
    }

    /// `mx.example[192.0.2.1]:25`, `none`, `local`, `mx.example[private/dovecot-lmtp]`
    private func readRelay(_ range: Range<Int>, into record: inout LogRecord) {
        let relay = text[range]
        guard let open = relay.index(of: .ascii("["), from: range.lowerBound),
            let close = relay.index(of: .ascii("]"), from: open),
            text[open + 1].hexDigitValue != nil || text[open + 1] == .colon
        else {
            record.set(.nextHop, range)
            return
        }
        let address = text[open + 1..<close]
        guard address.allSatisfy({ $0.hexDigitValue != nil || $0 == .dot || $0 == .colon }) else {
            record.set(.nextHop, range)
            return
        }
        record.set(.nextHop, range.lowerBound..<open)
        record.set(.nextHopAddress, address.indices)
        if has("]:", at: close) { record.set(.nextHopPort, close + 2..<range.upperBound) }
    }

    /// `mx.example[192.0.2.1] said: 450 … (in reply to RCPT TO command)` and what else hinders a delivery.
    func hop(at start: Int, into record: inout LogRecord) -> Bool {
        record.kind = .note
        record.setSession(isProcess: false)
        let place = endpoint(at: start, isClient: false, into: &record)
        let rest: Int
        if has(" said: ", at: place) {
            rest = place + 7
        } else if has(" refused to talk to me: ", at: place) {
            rest = place + 24
        } else {
            record[.reason] = string(text.startIndex..<text.endIndex).split(separator: ": ", maxSplits: 1).last.map(
                String.init)
            return true
        }
        var end = text.endIndex
        if let mark = text[rest...].last(" (in reply to "), text.last == .ascii(")") {
            end = mark.lowerBound
            var stage = text[mark.upperBound..<(text.endIndex - 1)]
            if let word = stage.last(" command") { stage = stage[..<word.lowerBound] }
            record.set(.stage, stage.indices)
        }
        if rest + 3 <= end, text[rest..<rest + 3].allSatisfy(\.isDigit) { record.set(.code, rest..<rest + 3) }
        record.set(.reply, rest..<end)
        return true
    }

    // MARK: Parts

    /// Takes `name[192.0.2.1]:port` and says where it ends.
    @discardableResult
    func endpoint(at start: Int, isClient: Bool, into record: inout LogRecord) -> Int {
        let bytes = text.span
        let base = text.startIndex
        var offset = start - base
        while offset < bytes.count, bytes[offset] != .ascii("["), bytes[offset] > .space { offset += 1 }
        let name = start..<base + offset
        var end = base + offset
        var (address, port): (Range<Int>?, Range<Int>?)
        if offset < bytes.count, bytes[offset] == .ascii("["), let close = text.index(of: .ascii("]"), from: end) {
            address = end + 1..<close
            end = close + 1
            if has(":", at: end), end + 1 < text.endIndex, text[end + 1].isDigit {
                let after = endOfNumber(at: end + 1)
                port = end + 1..<after
                end = after
            }
        }
        if let address, !has("unknown]", at: address.lowerBound) {
            record.set(isClient ? .client : .nextHopAddress, address)
        }
        if !name.isEmpty { record.set(isClient ? .clientName : .nextHop, name) }
        if let port { record.set(isClient ? .clientPort : .nextHopPort, port) }
        return end
    }

    func endOfNumber(at start: Int) -> Int {
        var end = start
        while end < text.endIndex, text[end].isDigit { end += 1 }
        return end
    }

    /// An address in angle brackets, or, as old versions write it, without: its place, and where what follows it begins. A
    /// quoted local part may hold anything (RFC 5321 §4.1.2), angle brackets too.
    func address(at start: Int) -> (Range<Int>, Int)? {
        guard has("<", at: start) else {
            var end = start
            while end < text.endIndex, text[end] != .comma, text[end] != .space { end += 1 }
            return (start..<end, end)
        }
        var place = start + 1
        if place < text.endIndex, text[place] == .quote {
            var quoted = place + 1
            while quoted < text.endIndex, text[quoted] != .quote {
                quoted += text[quoted] == .backslash ? 2 : 1
            }
            if quoted < text.endIndex { place = quoted + 1 }
        }
        guard let end = text.index(of: .ascii(">"), from: place) else { return nil }
        return (start + 1..<end, end + 1)
    }

    func unbracketed(_ range: Range<Int>) -> Range<Int> {
        guard range.count >= 2, text[range.lowerBound] == .ascii("<"), text[range.upperBound - 1] == .ascii(">") else {
            return range
        }
        return range.lowerBound + 1..<range.upperBound - 1
    }
}
