import Expressions
import Values

extension EvaluationFunctions {
    static let headerFunctions: [String: EvaluationFunction] = [
        "check_for_missing_to_header": { $0.text("To").isEmpty && $0.text("Apparently-To").isEmpty },
        "check_for_matching_env_and_hdr_from": {
            lowered($0.text("EnvelopeFrom:addr")) == lowered($0.text("From:addr"))
        },
        "check_equal_from_domains": { scope in
            guard let sender = lastTwoLabels(scope.text("EnvelopeFrom:addr")),
                let author = lastTwoLabels(scope.text("From:addr"))
            else { return false }
            return sender != author
        },
        "check_for_shifted_date": { scope in
            let difference = Double(dateDifference(scope))
            if let hours = scope.call.number(0), difference < 3600 * hours { return false }
            if let hours = scope.call.number(1), difference >= 3600 * hours { return false }
            return true
        },
        "subject_is_all_caps": subjectIsAllCapitals,
        "check_for_to_in_subject": recipientInSubject,
        "check_illegal_chars": illegalCharacters,
        "check_unresolved_template": { scope in
            scope.message.all("ALL").contains { line in
                line.split(separator: .lf).contains { text in
                    scope.has(templates, Bytes(Array(text))) && !scope.has(freeFields, Bytes(Array(text)))
                }
            }
        },
        "check_ratware_name_id": { scope in
            guard let name = scope.matcher.capture(1, of: capitalID, in: scope.text("MESSAGEID")) else { return false }
            return scope.has(
                Expression(known: "\"[^\"]+\"\\s*<\(EvaluationFunctions.quoted(name))>"), scope.text("From"))
        },
        "check_ratware_envelope_from": { scope in
            let (to, from) = (scope.text("To:addr"), scope.text("EnvelopeFrom:addr"))
            guard !from.isEmpty, !to.isEmpty, !scope.has(rewritten, from), let at = to.firstIndex(of: .at), at > 0,
                at + 1 < to.count
            else { return false }
            let (user, host) = (to[0..<at], to[(at + 1)..<to.count].lossyString)
            let domain = Bytes(scope.message.registries.registeredPart(of: host))
            guard scope.message.registries.isValid(domain.array) else { return false }
            return scope.has(Expression(known: "\\b\(quoted(domain)).\(quoted(user))@", .ignoringCase), from)
        },
        "check_outlook_message_id": outlookID,
        "check_header_count_range": { scope in
            let values = Set(scope.message.header.all(scope.call.text(0).lowercased()).map(\.value))
            return Double(values.count) >= scope.call.number(1) ?? 0
                && Double(values.count) <= scope.call.number(2) ?? 0
        },
        "check_messageid_not_usable": { scope in
            if scope.has(unsubscribing, scope.text("List-Unsubscribe")) || passedThroughRemover(scope) { return true }
            return scope.has(rewritingServers, scope.text("Received"))
        },
        "gated_through_received_hdr_remover": passedThroughRemover,
        "sorted_recipients": { recipients($0).isSorted },
        "similar_recipients": { scope in scope.isWithin(recipients(scope).similarity, 0, 1) },
        "check_for_unique_subject_id": { _ in false },
        "received_within_months": { scope in
            let difference = Double(scope.time.seconds - Int64(receivedTime(scope)))
            if let months = scope.call.number(0), difference < 31_556_952 * months / 12 { return false }
            if let months = scope.call.number(1), difference >= 31_556_952 * months / 12 { return false }
            return true
        },
        "check_for_faraway_charset_in_headers": { scope in
            let locales = scope.facts.settings.acceptedLocales
            guard !locales.contains("all") else { return false }
            return ["From:raw", "Subject:raw"].contains { request in
                scope.message.all(request).contains { value in
                    var isFar = false
                    let text = Bytes(value)
                    scope.matcher.eachMatch(of: encodedWords, in: text) { groups in
                        if let range = groups[1], !LocaleCharsets.isAccepted(text[range].lossyString, locales) {
                            isFar = true
                        }
                        return !isFar
                    }
                    return isFar
                }
            }
        },
    ]

    static func lowered(_ text: Bytes) -> [UInt8] { text.map(\.lowercased) }

    /// The last two labels of an address's host, in lower case.
    private static func lastTwoLabels(_ address: Bytes) -> [UInt8]? {
        guard let at = address.lastIndex(of: .at), at + 1 < address.count else { return nil }
        let labels = lowered(address[(at + 1)..<address.count]).split(separator: .dot, omittingEmptySubsequences: false)
        return labels.count > 2 && labels.suffix(2).allSatisfy { !$0.isEmpty }
            ? Array(labels.suffix(2).joined(separator: [.dot])) : lowered(address[(at + 1)..<address.count])
    }

    /// `text` as a pattern that matches it and nothing else.
    static func quoted(_ text: Bytes) -> String {
        text.map { byte in
            byte.isWordByte ? String(UnicodeScalar(byte)) : "\\x{" + String(byte, radix: 16) + "}"
        }.joined()
    }

    private static let templates = Expression(known: "%[A-Z][A-Z_-]")
    private static let freeFields = Expression(
        known:
            "^(?:X-VMS-To|X-UIDL|X-Face|To|Cc|From|Subject|References|In-Reply-To|(?:X-|Resent-|X-Original-)?Message-Id):",
        .ignoringCase)
    private static let capitalID = Expression(known: "<[A-Z]{28}\\.([^>]+?)>")
    private static let rewritten = Expression(known: "^SRS\\d[=+-]", .ignoringCase)
    private static let unsubscribing = Expression(
        known: "<mailto:(?:leave-\\S+|\\S+-unsubscribe)@\\S+>$", .ignoringCase)
    private static let rewritingServers = Expression(known: "/CWT/DCE\\)|iPlanet Messaging Server")
    private static let encodedWords = Expression(known: "=\\?(.+?)\\?.\\?.*?\\?=")

    // MARK: Dates

    private static let receivedDates = Expression(known: "(\\s.?\\d+ \\S\\S\\S \\d+ \\d+:\\d+:\\d+ \\S+)")
    private static let localHop = Expression(
        known: "\\bfrom (?:localhost\\s|(?:\\S+ ){1,2}\\S*\\b127\\.0\\.0\\.1\\b)|qmail \\d+ invoked by uid \\d+")
    private static let fetched = Expression(known: "\\bby localhost with \\w+ \\(fetchmail-[\\d.]+")

    /// The time of the Date field.
    private static func writtenTime(_ scope: EvaluationScope) -> Int? {
        for name in ["resent-date", "date"] {
            for field in scope.message.header.all(name) where !field.value.isEmpty {
                if let time = LenientDate.seconds(field.value, scope.matcher) { return time }
            }
        }
        return nil
    }

    /// The times of the Received fields, the newest first, without those of the machine itself.
    private static func receivedTimes(_ scope: EvaluationScope) -> [Int] {
        var lines = scope.text("Received").array.split(separator: .lf).map { Bytes(Array($0)) }
            .filter { $0.contains { !$0.isRuleSpace } }[...]
        if let first = lines.first, scope.has(localHop, first) {
            if lines.count > 1, scope.has(fetched, lines[lines.startIndex + 1]) { lines = lines.dropFirst(2) }
        } else if let first = lines.first, scope.has(fetched, first) {
            lines = lines.dropFirst()
        }
        return lines.compactMap { line in
            scope.matcher.capture(1, of: receivedDates, in: line).flatMap {
                LenientDate.seconds($0.array, scope.matcher)
            }
        }
    }

    /// How far the Date field is from when the message was on its way, in seconds; positive when it is ahead.
    static func dateDifference(_ scope: EvaluationScope) -> Int {
        if let known = scope.message.memory.dateDifference { return known }
        var result = 0
        if let written = writtenTime(scope) {
            var differences = receivedTimes(scope).map { written - $0 }
            // The oldest hop may have copied the date.
            if differences.count > 1, differences.last == 0 { differences.removeLast() }
            if let nearest = differences.enumerated().min(by: {
                (abs($0.element), $0.offset) < (abs($1.element), $1.offset)
            }) {
                result = nearest.element
            }
        }
        scope.message.memory.dateDifference = result
        return result
    }

    private static func receivedTime(_ scope: EvaluationScope) -> Int {
        var times: [Int] = []
        let written = writtenTime(scope)
        if let written { times.append(written) }
        if let first = receivedTimes(scope).first {
            times.append(first)
            if let written { times.append(written - dateDifference(scope)) }
        }
        return times.isEmpty ? 0 : times.sorted(by: >)[(times.count - 1) / 2]
    }

    private static let outlookIDs = Expression(known: "^<[0-9a-f]{4}([0-9a-f]{8})\\$[0-9a-f]{8}\\$[0-9a-f]{8}@")

    /// Outlook writes the time, in 64-bit ticks since 1601, into its message identifiers.
    private static let outlookID: EvaluationFunction = { scope in
        guard let digits = scope.matcher.capture(1, of: outlookIDs, in: scope.text("MESSAGEID")),
            let token = Int(digits.lossyString, radix: 16)
        else { return false }
        func isFar(_ request: String) -> Bool {
            let time = LenientDate.seconds(scope.text(request).array, scope.matcher) ?? 0
            // 2^32 ticks of 100 ns are 429.4967296 s.
            let expected = Int(Double(time) * 0.0023283064365387 + 27_111_902.8329849)
            return abs(token - expected) >= 250
        }
        return isFar("Date") && isFar("Received")
    }

    // MARK: Subject and recipients

    private static let answers = Expression(
        known: "^(?:(?:Re|Fwd|Fw|Aw|Antwort|WG|SV|VB|VS|VL):\\s*)+", .ignoringCase)
    static let capitalCharsets =
        "[-_a-z0-9]*(?:koi|jp|jis|euc|gb|big5|isoir|cp1251|windows-1251|georgianps|pt154|tis)[-_a-z0-9]*"
    private static let capitalCharsetWord = Expression(known: "=\\?\(capitalCharsets)\\?", .ignoringCase)

    private static let subjectIsAllCapitals: EvaluationFunction = { scope in
        var subject = scope.text("Subject").array[...]
        while let first = subject.first, first.isRuleSpace { subject.removeFirst() }
        while let last = subject.last, last.isRuleSpace { subject.removeLast() }
        if let range = scope.matcher.firstRange(of: answers, in: Bytes(Array(subject))) {
            subject = subject.dropFirst(range.upperBound)
        }
        guard subject.contains(where: \.isRuleSpace), subject.count >= 10 else { return false }
        let letters = subject.filter(\.isLetter)
        guard !letters.isEmpty, !letters.contains(where: { $0 >= .ascii("a") }) else { return false }
        return !scope.has(capitalCharsetWord, scope.text("Subject:raw"))
    }

    private static let recipientInSubject: EvaluationFunction = { scope in
        let to = scope.text("To:addr")
        guard !to.isEmpty else { return false }
        let subject = scope.text("Subject")
        if scope.call.text(0) == "address" {
            return scope.has(Expression(known: "\\b\(quoted(to))\\b", .ignoringCase), subject)
        }
        guard scope.call.text(0) == "user" else { return false }
        let user = quoted(to.firstIndex(of: .at).map { to[0..<$0] } ?? to)
        let form =
            "^(?:(?:re|fw):\\s*(?:\\w+\\s+)?\(user)$|(?-i:\(user))\\s*[,:;!?-](?:$|\\s)|\(user)$|,\\s*\(user)[,:;!?-]$)"
        return scope.has(Expression(known: form, .ignoringCase), subject)
    }

    private static let illegalCharacters: EvaluationFunction = { scope in
        let request = scope.call.text(0)
        let name = request.hasSuffix(":raw") ? request : request + ":raw"
        let text = scope.text(name).array
        guard text.contains(where: { !$0.isRuleSpace }) else { return false }
        func isControl(_ byte: UInt8) -> Bool {
            byte < 0x09 || byte == 0x0B || byte == 0x0C || (0x0E...0x1F).contains(byte)
        }
        // RFC 6532: UTF-8 is allowed.
        if text.contains(where: { $0 >= 0x80 }), String(validating: text, as: UTF8.self) != nil,
            !text.contains(where: isControl)
        {
            return false
        }
        var count = text.count { isControl($0) || $0 >= 0x7F }
        if count > 0, name.lowercased() == "subject:raw", text.count(where: { [0xA2, 0xA3, 0xAE].contains($0) }) == 1 {
            count -= 1
        }
        return Double(count) / Double(text.count) >= scope.call.number(1) ?? 0
            && Double(count) >= scope.call.number(2) ?? 0
    }

    static func recipients(_ scope: EvaluationScope) -> RecipientFindings {
        if let known = scope.message.memory.recipients { return known }
        var all = scope.message.all("ToCc:addr")
        if all.count < 5 { all += scope.message.all("Bcc:addr") }
        let findings = RecipientFindings(all)
        scope.message.memory.recipients = findings
        return findings
    }

    // MARK: Lists that take Received fields away

    private static let ezmlm = Expression(known: "^contact \\S+@\\S+; run by ezmlm$", .multiline)
    private static let listDelivery = Expression(known: "^mailing list \\S+@\\S+", .multiline)
    private static let qmailInvoked = Expression(
        known: "qmail \\d+ invoked (?:from network|by .{3,20})\\); \\d+ ... \\d+")
    private static let groups = Expression(known: "from groups\\.msn\\.com \\(\\S+\\.msn\\.com ")

    static let passedThroughRemover: EvaluationFunction = { scope in
        let received = scope.text("Received")
        if scope.has(ezmlm, scope.text("Mailing-List")), scope.has(listDelivery, scope.text("Delivered-To")),
            scope.has(qmailInvoked, received)
        {
            return true
        }
        return received.isEmpty || scope.has(groups, received)
    }
}

/// How alike the recipients of a message are.
struct RecipientFindings {
    let isSorted: Bool
    /// The share of pairs that begin alike, in user or host.
    let similarity: Double
    private static let limit = 256

    init(_ addresses: [[UInt8]]) {
        var kept: [[UInt8]] = []
        var previous: [UInt8] = []
        for address in addresses where address.map(\.lowercased) != previous.map(\.lowercased) {
            kept.append(address)
            previous = address
            if kept.count == RecipientFindings.limit { break }
        }
        isSorted = kept.count >= 7 && zip(kept, kept.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) }
        guard kept.count >= 5 else {
            similarity = 0
            return
        }
        let users = kept.map { Array($0.prefix(2)) }
        let hosts = kept.map { address in address.firstIndex(of: .at).map { Array(address[($0 + 1)...]) } ?? [] }
        var (hits, pairs) = (0, 0)
        for first in kept.indices {
            for second in kept.indices.dropFirst(first + 1) {
                if users[first] == users[second] { hits += 1 }
                if hosts[first].prefix(2) == hosts[second].prefix(2), hosts[first] != hosts[second] { hits += 1 }
                pairs += 1
            }
        }
        similarity = Double(hits) / Double(pairs)
    }
}
