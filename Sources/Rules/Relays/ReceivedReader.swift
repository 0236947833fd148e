import Expressions
import Values

/// Reads Received fields of the many forms that servers write.
struct ReceivedReader {
    enum Reading {
        case relay(Relay)
        /// A hand-over that tells nothing.
        case ignored
        case unparseable
        /// Mail was fetched from a mailbox here.
        case fetched
        /// A scanner passed it on, and tells the envelope's sender.
        case scanned(String?)
    }

    let matcher: Matcher
    private(set) var last = Reading.ignored
    private var relay = Relay()
    private var hasLookedUp = false

    init(matcher: Matcher) { self.matcher = matcher }

    mutating func read(_ field: [UInt8]) -> Reading {
        relay = Relay()
        hasLookedUp = false
        var result = reading(ReceivedReader.collapsed(field))
        if case .relay = result { result = .relay(finished()) }
        last = result
        return result
    }

    private typealias Formats = ReceivedFormats
    private typealias Known = ReceivedExpressions

    private mutating func reading(_ whole: [UInt8]) -> Reading {
        let line = Bytes(whole)
        guard line.count > 5, has(Known.start, line) else { return .ignored }
        if has("with local for", line), has(Known.localFor, line) { return .ignored }
        if let name = matcher.capture(1, of: Known.noTime, in: line), !has(Known.bracketed, name) { return .ignored }
        let text = Bytes(ReceivedReader.withoutDate(line, matcher))
        relay.id = capture(Known.id, text) ?? ""
        relay.helo = helo(text)
        relay.by = capture(Known.by, text) ?? ""
        relay.authentication = authentication(text)
        if text.starts(with: Array("from ".utf8)) { return forms(text[5..<text.count]) }
        if text.starts(with: Array("FROM ".utf8)) {
            if take(Formats.upper, text[5..<text.count]) {
                if let id = capture(Known.upperID, text) { relay.id = id }
                if relay.reverseName == "unverified" { relay.reverseName = "" }
                return .relay(relay)
            }
        } else if text.starts(with: Array("(from ".utf8)) {
            let rest = text[6..<text.count]
            if take(Formats.norton, rest) { return .relay(relay) }
            if has(Known.localUser, rest) || has(Known.queueMail, rest) { return .ignored }
        }
        return remainder(text)
    }

    /// What follows `from `.
    private mutating func forms(_ text: Bytes) -> Reading {
        relay.envelopeFrom = capture(Known.envelopeFrom, text)
        if has("Mail authenticated user ", text), has(Known.squirrel, text), take(Formats.squirrel, text) {
            return .relay(relay)
        }
        if has("aol.com", text), has("with HTTP (WebMailUI)", text), take(Formats.aolWeb, text) { return .relay(relay) }
        if has(" SMTPSVC", text) {
            if take(Formats.microsoftService, text) { return .relay(relay) }
            if has(Known.pickup, text) { return .ignored }
        } else if has("Microsoft SMTP Server ", text) || has("mapi id ", text), has(Known.microsoft, text) {
            if take(Formats.microsoftServer, text) {
                relay.id = ""
                return .relay(relay)
            }
        } else if has("[XMail ", text) {
            if take(Formats.xmail, text) {
                if let id = capture(Known.xmailID, text) { relay.id = id }
                if let sender = capture(Known.xmailFrom, text) { relay.envelopeFrom = sender }
                return .relay(relay)
            }
        } else if has("(ecelerity", text) {
            if take(Formats.ecelerity, text) { return .relay(relay) }
        } else if has("Exim", text) {
            if let result = exim(text) { return result }
        } else if has(" (Postfix) with", text) {
            if take(Formats.postfix, text) {
                if relay.reverseName == "unknown" { relay.reverseName = "" }
                return .relay(relay)
            }
        } else if has("(Scalix SMTP Relay", text) {
            if take(Formats.scalix, text) { return .relay(relay) }
        } else if has(" (Lotus Domino ", text) {
            if take(Formats.domino, text) { return .relay(relay) }
        }
        return general(text)
    }

    private mutating func exim(_ text: Bytes) -> Reading? {
        if has(Known.withLocal, text) { return .ignored }
        if let groups = captured(Formats.eximBare, text) {
            apply(groups)
            applyDetails(groups[.sub] ?? "")
            return .relay(relay)
        }
        if let groups = captured(Formats.exim, text) {
            apply(groups)
            relay.helo = relay.reverseName
            applyDetails(groups[.sub] ?? "")
            return .relay(relay)
        }
        if let groups = captured(Formats.eximOld, text) {
            apply(groups)
            relay.helo = relay.reverseName
            return .relay(relay)
        }
        // Whatever the form, its parts may stand somewhere.
        if let name = capture(Known.firstWord, text) { relay.reverseName = name }
        if let name = capture(Known.parenthesized, text) { relay.helo = name }
        if let ip = capture(Known.bracketedAddress, text) { relay.ip = ip }
        if let by = capture(Known.byWord, text) {
            relay.by = by
            if !relay.ip.isEmpty { return .relay(relay) }
        }
        return nil
    }

    /// `helo=…` and `ident=…` in the parentheses of a field.
    private mutating func applyDetails(_ text: String) {
        let bytes = Bytes(text)
        if let helo = capture(Known.detailHelo, bytes) { relay.helo = helo }
        if let ident = capture(Known.detailIdent, bytes) { relay.ident = ident }
    }

    private mutating func general(_ text: Bytes) -> Reading {
        if has("with HTTP", text), has(Known.withHTTP, text), take(Formats.webForward, text) { return .relay(relay) }
        if !(has(" (qmail-", text) && has(Known.qmailBy, text)), take(Formats.sendmail, text) {
            for _ in 0..<2 {
                guard let at = relay.reverseName.firstIndex(of: "@") else { break }
                let ident = relay.reverseName[..<at]
                relay.ident = ident.hasPrefix("IDENT:") ? String(ident.dropFirst(6)) : String(ident)
                relay.reverseName = String(relay.reverseName[relay.reverseName.index(after: at)...])
            }
            return .relay(relay)
        }
        if take(Formats.first, text) { return .relay(relay) }
        if has(".hotmail.msn.com ", text), let by = capture(Known.hotmailBy, text) {
            relay.by = by
            if let ip = capture(Known.leadingAddress, text) { relay.ip = ip }
            return .relay(relay)
        }
        if take(Formats.second, text) { return .relay(relay) }
        if matcher.matches(Formats.qmail.expression, text) {
            for (index, form) in Formats.qmailForms.enumerated() where take(form, text) {
                if index >= 2 { relay.helo = relay.reverseName }
                break
            }
            if relay.reverseName == "unknown" { relay.reverseName = "" } else { hasLookedUp = true }
            return .relay(relay)
        }
        if take(Formats.third, text) { return .relay(relay) }
        if take(Formats.sendmailLoose, text) {
            if relay.reverseName == "softdnserr" { (hasLookedUp, relay.reverseName) = (false, "") }
            return .relay(relay)
        }
        if take(Formats.fourth, text) { return .relay(relay) }
        if has(Known.mailboxProtocol, text) { return .fetched }
        if take(Formats.qmailLoose[0], text) { return .relay(relay) }
        if take(Formats.qmailLoose[1], text) {
            relay.helo = relay.reverseName
            return .relay(relay)
        }
        if take(Formats.fifth, text) { return .relay(relay) }
        if has(Known.batch, text) { return .ignored }
        if take(Formats.sixth, text) {
            if has("] verified)", text), relay.reverseName.isEmpty { relay.reverseName = relay.helo }
            return .relay(relay)
        }
        if has(Known.contentTechnologies, text) { return .ignored }
        if take(Formats.seventh, text) { return .relay(relay) }
        if let groups = captured(Formats.bracketed, text), !(groups[.sub] ?? ")").contains(")") {
            apply(groups)
            applyDetails(groups[.sub] ?? "")
            return .relay(relay)
        }
        if take(Formats.eighth, text) { return .relay(relay) }
        if take(Formats.viaSmtpd, text) {
            if relay.reverseName != "UNKNOWN" { hasLookedUp = true }
            return .relay(relay)
        }
        if take(Formats.ninth, text) {
            if has("X-Originating-IP: ", text) { relay.by = "" }
            return .relay(relay)
        }
        for expression in Known.ignored where has(expression, text) { return .ignored }
        if has(Known.qmailScanner, text) {
            return .scanned(relay.envelopeFrom.map { ReceivedReader.sender($0) })
        }
        for expression in Known.ignoredLate where has(expression, text) { return .ignored }
        if relay.helo.isEmpty, let word = capture(Known.leadingWord, text) { relay.helo = word }
        return remainder(text)
    }

    /// Of a field of no known form, an address in brackets and a server's name are enough.
    private mutating func remainder(_ text: Bytes) -> Reading {
        if relay.ip.isEmpty, let ip = capture(Known.anyBracketed, text) { relay.ip = ip }
        return relay.ip.isEmpty || relay.by.isEmpty ? .unparseable : .relay(relay)
    }

    private func finished() -> Relay {
        var relay = relay
        while relay.reverseName.hasSuffix(".") { relay.reverseName.removeLast() }
        if relay.reverseName.lowercased() == "unknown" || relay.reverseName.hasPrefix("[") { relay.reverseName = "" }
        if relay.ip.lowercased().hasPrefix("ipv6:") { relay.ip = String(relay.ip.dropFirst(5)) }
        if relay.ip.hasPrefix("[") { relay.ip.removeFirst() }
        if relay.ip.hasSuffix("]") { relay.ip.removeLast() }
        if let percent = relay.ip.firstIndex(of: "%") { relay.ip = String(relay.ip[..<percent]) }
        // RFC 4291 §2.5.5.2: an IPv4 address in the clothes of IPv6.
        let lower = relay.ip.lowercased()
        if lower.hasPrefix("::ffff:"), lower.dropFirst(7).contains(".") { relay.ip = String(relay.ip.dropFirst(7)) }
        if relay.by.hasSuffix(";") { relay.by.removeLast() }
        relay.ip = ReceivedReader.harmless(relay.ip)
        relay.reverseName = ReceivedReader.harmless(relay.reverseName)
        relay.helo = ReceivedReader.harmless(relay.helo)
        relay.by = ReceivedReader.harmless(relay.by)
        relay.ident = ReceivedReader.harmless(relay.ident)
        relay.envelopeFrom = relay.envelopeFrom.map { ReceivedReader.sender($0) }
        if relay.reverseName.isEmpty, hasLookedUp { relay.hasNoReverseName = true }
        return relay
    }

    private static func sender(_ text: String) -> String {
        var name = text.trimmingSpace
        while name.hasPrefix("<") { name = name.dropFirst() }
        while name.hasSuffix(">") || (name.last?.isWhitespace ?? false) { name = name.dropLast() }
        return harmless(String(name))
    }

    /// What would end an entry of the list of relays is not let into it.
    private static func harmless(_ text: String) -> String {
        guard text.utf8.contains(where: { isHarmful($0) }) else { return text }
        return String(decoding: text.utf8.map { isHarmful($0) ? .ascii("!") : $0 }, as: UTF8.self)
    }

    private static func isHarmful(_ byte: UInt8) -> Bool {
        byte.isRuleSpace || byte == 0
            || [.ascii("#"), .ascii("["), .ascii("]"), .ascii("("), .ascii(")"), .ascii("<"), .ascii(">"), .ascii("|")]
                .contains(byte)
    }

    private mutating func take(_ formats: [ReceivedFormat], _ text: Bytes) -> Bool {
        for format in formats where take(format, text) { return true }
        return false
    }

    private mutating func take(_ format: ReceivedFormat, _ text: Bytes) -> Bool {
        guard let groups = captured(format, text) else { return false }
        apply(groups)
        if format.looksUp { hasLookedUp = true }
        return true
    }

    private mutating func apply(_ groups: [ReceivedFormat.Place: String]) {
        if let value = groups[.ip] { relay.ip = value }
        if let value = groups[.rdns] { relay.reverseName = value }
        if let value = groups[.helo] { relay.helo = value }
        if let value = groups[.by] { relay.by = value }
        if let value = groups[.ident] { relay.ident = value }
    }

    private func captured(_ format: ReceivedFormat, _ text: Bytes) -> [ReceivedFormat.Place: String]? {
        guard let ranges = matcher.groups(of: format.expression, in: text) else { return nil }
        var result: [ReceivedFormat.Place: String] = [:]
        for (place, range) in zip(format.places, ranges.dropFirst()) {
            guard let range else { continue }
            result[place] = text[range].lossyString
        }
        if let ip = result[.ip] {
            let name = ip.lowercased().hasPrefix("ipv6:") ? ip.dropFirst(5) : ip[...]
            guard IPAddress(name) != nil else { return nil }
        }
        return result
    }

    private func has(_ expression: Expression, _ text: Bytes) -> Bool { matcher.matches(expression, text) }

    private func has(_ words: StaticString, _ text: Bytes) -> Bool {
        text.withSpan { $0.firstIndex(of: words) != nil }
    }

    private func capture(_ expression: Expression, _ text: Bytes) -> String? {
        matcher.capture(1, of: expression, in: text)?.lossyString
    }

    /// What the client called itself, where the field says it in so many words.
    private func helo(_ text: Bytes) -> String {
        if has("helo=", text), let name = capture(Known.helo, text) { return name }
        let hasGreeting = has("HELO ", text) || has("EHLO ", text)
        return hasGreeting ? capture(Known.greeting, text) ?? "" : ""
    }

    /// RFC 4954 and the marks of many servers that a client has proved who it is.
    private func authentication(_ text: Bytes) -> String {
        let hasBy = has(" by ", text)
        if hasBy, let word = capture(Known.authenticatedProtocol, text) { return word }
        if has(" by mx.google.com with ESMTPS id ", text),
            let groups = matcher.groups(of: Known.googleSubmission, in: text),
            let version = groups[1], let cipher = groups[2]
        {
            return "GMail - transport=\(text[version].lossyString) cipher=\(text[cipher].lossyString)"
        }
        if has(" (AUTH: ", text), let word = capture(Known.authMechanism, text) { return word }
        if has("authenticated", text), has(Known.sendmailAuthenticated, text) { return "Sendmail" }
        if has(" by mail.gmx.", text), let groups = matcher.groups(of: Known.gmx, in: text), let server = groups[1],
            let word = groups[2]
        {
            return "GMX (\(text[word].lossyString) / \(text[server].lossyString))"
        }
        if has(" (authenticated as ", text), has(Known.criticalPath, text) { return "CriticalPath" }
        if has(" (Authenticated sender: ", text), let name = capture(Known.authenticatedSender, text) {
            return name == "Postfix" ? name : "Postfix (\(name))"
        }
        if has(" (account ", text), has(Known.communigate, text) { return "Communigate" }
        if has(" HTTP-DAV", text), has(Known.exchangeDAV, text) { return "HTTP-DAV" }
        if hasBy, let word = capture(Known.viaHTTP, text) { return word }
        return ""
    }

    /// White space as single spaces, none at the ends, and no semicolon at the end.
    private static func collapsed(_ field: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(field.count)
        for byte in field {
            if byte.isRuleSpace {
                if let last = result.last, last != .space { result.append(.space) }
            } else {
                result.append(byte)
            }
        }
        if result.last == .space { result.removeLast() }
        while result.last == .semicolon {
            result.removeLast()
            if result.last == .space { result.removeLast() }
        }
        return result
    }

    /// The field without the date at its end.
    private static func withoutDate(_ line: Bytes, _ matcher: Matcher) -> [UInt8] {
        var text = line.array
        if let range = matcher.firstRange(of: Known.date, in: line) { text = Array(text[..<range.lowerBound]) }
        // `(…)by` lacks a space.
        if let place = unsafe text.span.bytes.firstIndex(of: ")by ") {
            text.insert(.space, at: place + 1)
        }
        return text
    }
}
