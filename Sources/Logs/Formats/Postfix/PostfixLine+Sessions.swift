import Values

extension PostfixLine {
    /// A line without a queue id.
    func readUnqueued(into record: inout LogRecord) -> Outcome {
        let start = text.startIndex
        record.setSession(isProcess: isSession)
        switch text[start] {
        case .ascii("c"):
            if has("connect from ", at: start) {
                record.kind = .connect
                endpoint(at: start + 13, isClient: true, into: &record)
                return .told
            }
            if has("connect to ", at: start) {
                let end = endpoint(at: start + 11, isClient: false, into: &record)
                record.set(.reason, min(end + 2, text.endIndex)..<text.endIndex)
                (record.kind, record[.status]) = (.connect, "fail")
                return .told
            }
            if has("cache ", at: start) { return note(into: &record) }
        case .ascii("d"):
            if has("disconnect from ", at: start) {
                record.kind = .disconnect
                let end = endpoint(at: start + 16, isClient: true, into: &record)
                if end + 1 < text.endIndex { record.set(.command, end + 1..<text.endIndex) }
                return .told
            }
            if has("daemon started ", at: start) { return note(into: &record) }
        case .ascii("l"), .ascii("t"), .ascii("i"), .ascii("b"):
            if ended(at: start, into: &record) { return .told }
            if has("terminating on signal ", at: start) { return note(into: &record) }
            if has("initializing the ", at: start) { return .silent }
            if has("table ", at: start) || has("lookup ", at: start) { return note(into: &record) }
        case .ascii("<"), .ascii(">"):
            if dialogue(at: start, into: &record) { return .told }
        case .ascii("s"):
            if has("statistics: ", at: start) { return statistics(at: start, into: &record) }
            if has("setting up TLS connection ", at: start) { return .silent }
        case .ascii("a"):
            if has("addr ", at: start) { return listing(at: start, into: &record) }
            if has("auto-", at: start) { return note(into: &record) }
        case .ascii("p"):
            if has("proxy-", at: start) { return proxy(at: start, into: &record) ? .told : .unknown }
        case .ascii("r"):
            if has("reload ", at: start) || has("refreshing the Postfix ", at: start) { return note(into: &record) }
        case .ascii("S"):
            if has("SSL_accept error from ", at: start) {
                let end = endpoint(at: start + 22, isClient: true, into: &record)
                record[.reason] = "SSL_accept error" + string(end..<text.endIndex)
                (record.kind, record[.status]) = (.tls, "fail")
                return .told
            }
            if has("SSL_connect error to ", at: start) {
                let end = endpoint(at: start + 21, isClient: false, into: &record)
                record[.reason] = "SSL_connect error" + string(end..<text.endIndex)
                (record.kind, record[.status]) = (.tls, "fail")
                return .told
            }
            if has("SSL_", at: start) { return .silent }
        default: break
        }
        if isLevel(at: start) { return level(at: start, into: &record) ? .told : .unknown }
        if let tls = text.index(of: " TLS connection "), tls - start < 16 { return encrypted(at: tls, into: &record) }
        if origin.daemon == .postscreen || origin.daemon == .tlsproxy, screened(into: &record) == .told {
            return .told
        }
        if daemon == "postsuper" || daemon.hasPrefix("postfix-") || daemon == "postlog" || daemon == "postqueue"
            || daemon == "postfix" || daemon == "postalias" || daemon == "postmap" || daemon == "sendmail"
            || daemon == "postdrop" || daemon == "postmulti"
        {
            return note(into: &record)
        }
        if isTrace { return .silent }
        return aside(into: &record)
    }

    private func note(into record: inout LogRecord) -> Outcome {
        record.set(.reason, text.indices)
        return .told
    }

    // MARK: Levels

    func isLevel(at start: Int) -> Bool {
        has("warning: ", at: start) || has("fatal: ", at: start) || has("error: ", at: start)
            || has("panic: ", at: start)
            || has("info: ", at: start)
    }

    /// `warning: words`
    func level(at start: Int, into record: inout LogRecord) -> Bool {
        guard let colon = text.index(of: .colon, from: start) else { return false }
        let words = colon + 2
        record.kind = .note
        if let mark = text.index(of: ": SASL ", from: words),
            let failed = text.index(of: " authentication failed: ", from: mark)
                ?? trailing(" authentication failed:", from: mark),
            text[words..<mark].index(of: .space, from: words) == nil
        {
            authentication(words, mark, failed, into: &record)
            return true
        }
        if has("hostname ", at: words), let mark = text.index(of: " does not resolve to address ", from: words) {
            var end = mark + 29
            while end < text.endIndex, text[end].hexDigitValue != nil || text[end] == .dot || text[end] == .colon {
                end += 1
            }
            if text[end - 1] == .colon { end -= 1 }
            record.set(.client, mark + 29..<end)
            record.set(.clientName, words + 9..<mark)
            record[.verdict] = "unverified-name"
        } else if let mark = text.index(of: " limit exceeded: ", from: words),
            let from = text.index(of: " from ", from: mark)
        {
            endpoint(at: from + 6, isClient: true, into: &record)
            record[.verdict] = "rate-limit"
        } else if has("non-SMTP command from ", at: words) {
            let end = endpoint(at: words + 22, isClient: true, into: &record)
            if has(": ", at: end) { record.set(.command, end + 2..<text.endIndex) }
            record[.verdict] = "non-smtp-command"
        } else if let open = text[words...].index(of: .ascii("["), from: words),
            let close = text.index(of: .ascii("]"), from: open),
            has("]: ", at: close), text[words..<open].index(of: .space, from: words) == nil,
            text[open + 1..<close].address != nil
        {
            endpoint(at: words, isClient: true, into: &record)
        }
        record.set(.reason, words..<text.endIndex)
        record.set(.status, start..<colon)
        return true
    }

    private func trailing(_ mark: StaticString, from start: Int) -> Int? {
        guard let found = text.index(of: mark, from: start), found + mark.utf8CodeUnitCount == text.endIndex else {
            return nil
        }
        return found
    }

    /// `name[192.0.2.1]: SASL LOGIN authentication failed: words, sasl_username=ann`
    private func authentication(_ words: Int, _ mark: Int, _ failed: Int, into record: inout LogRecord) {
        record.kind = .authentication
        record.set(.authenticationMethod, mark + 7..<failed)
        endpoint(at: words, isClient: true, into: &record)
        let start = min(failed + 24, text.endIndex)
        var end = text.endIndex
        if let user = text[start...].last(", sasl_username=") {
            record.set(.user, user.upperBound..<end)
            end = user.lowerBound
        }
        record.set(.reason, mark + 2..<max(start, end))
        // Where the service that knows the passwords is away, nobody gave a wrong one.
        let isOurs = has("Connection lost to authentication server", at: start)
        record[.status] = isOurs ? "error" : "fail"
    }

    // MARK: Sessions

    /// `lost connection after DATA (0 bytes) from name[192.0.2.1]` and other ends, good and bad.
    func ended(at start: Int, into record: inout LogRecord) -> Bool {
        let kinds: [(StaticString, String)] = [
            ("lost connection after ", "lost-connection"), ("timeout after ", "timeout"),
            ("too many errors after ", "too-many-errors"), ("improper command pipelining after ", "pipelining"),
            ("bare <LF> received after ", "bare-newline"),
        ]
        guard let (words, verdict) = kinds.first(where: { has($0.0, at: start) }) else { return false }
        let stage = start + words.utf8CodeUnitCount
        guard let from = text.index(of: " from ", from: stage) else { return false }
        record.kind = .note
        var name = text[stage..<from]
        if let open = name.index(of: .ascii("("), from: stage) {
            record.set(.size, name[(open + 1)...].prefix { $0.isDigit }.indices)
            name = name[..<open].trimmed
        }
        let end = endpoint(at: from + 6, isClient: true, into: &record)
        if has(": ", at: end) { record.set(.command, end + 2..<text.endIndex) }
        record.set(.reason, start..<stage - 7)
        record.set(.stage, name.indices)
        record[.verdict] = verdict
        return true
    }

    /// `> name[192.0.2.1]: 250 Ok` is what the program says, `< name[192.0.2.1]: RSET` what it hears.
    private func dialogue(at start: Int, into record: inout LogRecord) -> Bool {
        guard has("> ", at: start) || has("< ", at: start), let open = text.index(of: .ascii("["), from: start),
            text[start + 2..<open].index(of: .space, from: start + 2) == nil,
            let close = text.index(of: .ascii("]"), from: open)
        else { return false }
        let end = endpoint(at: start + 2, isClient: isServer, into: &record)
        guard end > close, has(":", at: end) else { return false }
        record.kind = .dialogue
        let isSaid = text[start] == .ascii(">")
        record.role = isSaid == isServer ? .server : .client
        record.set(record.role == .client ? .command : .reply, min(end + 2, text.endIndex)..<text.endIndex)
        return true
    }

    /// `Trusted TLS connection established from name[192.0.2.1]: TLSv1.3 with cipher NAME (256/256 bits) …`
    private func encrypted(at mark: Int, into record: inout LogRecord) -> Outcome {
        let isFrom = has(" TLS connection established from ", at: mark)
        let isReused = has(" TLS connection reused to ", at: mark)
        guard isFrom || isReused || has(" TLS connection established to ", at: mark) else { return .unknown }
        let place = mark + (isFrom ? 33 : isReused ? 26 : 31)
        let end = endpoint(at: place, isClient: isFrom, into: &record)
        record.kind = .tls
        guard has(": ", at: end), let with = text.index(of: " with cipher ", from: end) else { return .told }
        let cipher = with + 13
        let space = text.index(of: .space, from: cipher) ?? text.endIndex
        record.set(.cipher, cipher..<space)
        if space < text.endIndex { record.set(.reply, space + 1..<text.endIndex) }
        record.set(.status, text.startIndex..<mark)
        record.set(.tlsVersion, end + 2..<with)
        return .told
    }

    /// `statistics: max connection rate 1/60s for (smtpd:192.0.2.1) at Oct 26 18:13:50`
    private func statistics(at start: Int, into record: inout LogRecord) -> Outcome {
        if let open = text.index(of: " for (", from: start), let close = text.index(of: .ascii(")"), from: open) {
            let inner = text[(open + 6)..<close]
            // The service may have colons, and an IPv6 address has: what is an address is tried from the left.
            var place = inner.startIndex
            while let colon = inner.index(of: .colon, from: place) {
                if inner[(colon + 1)...].address != nil {
                    record.set(.client, inner[(colon + 1)...].indices)
                    record.set(.listener, inner[..<colon].indices)
                    break
                }
                place = colon + 1
            }
            if let number = text[start..<open].last(" ") { record.set(.count, number.upperBound..<open) }
        }
        return note(into: &record)
    }

    /// `addr 192.0.2.1 listed by domain list.example as 127.0.0.2`
    private func listing(at start: Int, into record: inout LogRecord) -> Outcome {
        guard let listed = text.index(of: " listed by domain ", from: start) else { return .unknown }
        let name = listed + 18
        let end = text.index(of: .space, from: name) ?? text.endIndex
        record.kind = .scan
        record.set(.client, start + 5..<listed)
        record.set(.list, name..<end)
        if has(" as ", at: end) { record.set(.reply, end + 4..<text.endIndex) }
        return .told
    }

    // MARK: postscreen

    /// `CONNECT from [192.0.2.1]:1025 to [198.51.100.1]:25`, `PASS NEW [192.0.2.1]:1025`, `PREGREET 6 after 1.2 from
    /// [192.0.2.1]:1025: RSET`, `HANGUP after 63 from …`, `COMMAND TIME LIMIT from [192.0.2.1]:1025 after CONNECT`, …
    private func screened(into record: inout LogRecord) -> Outcome {
        guard let open = text.index(of: .ascii("["), from: text.startIndex), open > text.startIndex else {
            return .unknown
        }
        var words = text[..<open].trimmed
        let end = endpoint(at: open, isClient: true, into: &record)
        record.session = string(open..<end)
        for tail in ["from", "for", "to"] as [StaticString] {
            let length = tail.utf8CodeUnitCount
            if words.count >= length, words.has(tail, at: words.endIndex - length) {
                words = words.dropLast(length).trimmed
            }
        }
        if words.elementsEqual("CONNECT".utf8) {
            record.kind = .connect
            if has(" to ", at: end) { record.set(.listener, end + 4..<text.endIndex) }
            return .told
        }
        if words.elementsEqual("DISCONNECT".utf8) {
            record.kind = .disconnect
            return .told
        }
        let capitals = words.prefix { ($0 >= 0x41 && $0 <= 0x5A) || $0 == .space || $0 == .hyphen }.trimmed
        guard capitals.count >= 4 else { return .unknown }
        record.kind = .scan
        if capitals.endIndex < words.endIndex { record.set(.reason, words[capitals.endIndex...].trimmed.indices) }
        if has(": ", at: end) { record.set(.command, end + 2..<text.endIndex) }
        if has(" after ", at: end) { record.set(.stage, end + 7..<text.endIndex) }
        record.set(.verdict, capitals.indices)
        return .told
    }
}
