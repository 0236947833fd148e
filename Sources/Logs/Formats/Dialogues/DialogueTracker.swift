import Values

/// One SMTP session whose lines are read one by one: tells each line as part of a dialogue, without what is secret, and
/// what the server's replies mean for the session, its sender and its recipients.
struct DialogueTracker: Sendable {
    /// Whether the log is the client's: mail goes out.
    let isOutbound: Bool
    /// What is known of the session, set on all that is told of it.
    var known: [LogRecord.Field] = []
    /// The id of the queue, where the log tells it.
    var message: String?

    private var mask = DialogueMask()
    private var helo: String?
    private var isLMTP = false
    private var sender: String?
    private var accepted: [String] = []
    /// Commands whose replies are not there yet, the oldest first (RFC 2920).
    private var pending: [Command] = []
    /// Whether the lines of a message follow.
    private(set) var isInData = false

    private struct Command: Sendable {
        let verb: String
        var recipient: String?
    }

    private static let mostPending = 256
    private static let longestCommand = 2048
    private static let mostRecipients = 1000

    /// A session that comes in, or goes out.
    init(isOutbound: Bool) { self.isOutbound = isOutbound }

    /// Sets what is known of the session.
    mutating func know(_ name: LogField, _ value: String?) {
        known.removeAll { $0.name == name }
        if let value { known.append(.init(name, value)) }
    }

    /// A line of the client. `base` is a record at the line's place.
    mutating func client(_ line: LogText, _ base: LogRecord, into records: inout [LogRecord]) {
        var record = dressed(base, .dialogue)
        record.role = .client
        if isInData {
            if line.elementsEqual([.dot]) {
                isInData = false
                noteEnd()
                record[.command] = "."
            } else {
                record.set(.data, octets: line)
            }
            records.append(record)
            return
        }
        let isAnswer = mask.isExpectingAnswer
        let shown = mask.client(line)
        record.set(.command, octets: shown.prefix(DialogueTracker.longestCommand))
        records.append(record)
        if isAnswer { return }
        var rest = shown
        let verb = rest.takeWord().prefix(16).string.uppercased()
        var command = Command(verb: verb)
        switch verb {
        case "HELO", "EHLO", "LHLO": (helo, isLMTP) = (rest.value, verb == "LHLO")
        case "MAIL": (sender, accepted) = (DialogueTracker.path(rest), [])
        case "RCPT": command.recipient = DialogueTracker.path(rest)
        case "RSET": (sender, accepted) = (nil, [])
        case "BDAT" where rest.split(separator: .space).last?.beginsIgnoringCase("last") ?? false:
            return noteEnd()
        default: break
        }
        note(command)
    }

    /// A line of the server.
    mutating func server(_ line: LogText, _ base: LogRecord, into records: inout [LogRecord]) {
        var record = dressed(base, .dialogue)
        record.role = .server
        record.setReply(line)
        records.append(record)
        let digits = line.prefix(3)
        guard digits.count == 3, let code = digits.number, line.dropFirst(3).first != .hyphen else { return }
        mask.server(line)
        if mask.isExpectingAnswer { return }
        // Most logs leave the message out: a reply ends it.
        if isInData {
            isInData = false
            noteEnd()
        }
        let command = pending.isEmpty ? nil : pending.removeFirst()
        conclude(code, line, command, base, into: &records)
    }

    private mutating func conclude(
        _ code: Int, _ line: LogText, _ command: Command?, _ base: LogRecord, into records: inout [LogRecord]
    ) {
        let isRefusal = (400..<600).contains(code)
        // RFC 4954 §6: 535 is of no other command.
        if command?.verb == "AUTH" || code == 535 {
            guard isRefusal || code == 235 else { return }
            var record = dressed(base, .authentication)
            record[.status] = isRefusal ? "fail" : "pass"
            record[.authenticationMethod] = mask.mechanism
            if let user = mask.user { record[.user] = user }
            record[.protocolName] = "smtp"
            record.setReply(line)
            records.append(record)
            // Where the log tells who it is in words of its own, that is the whole name.
            if !isRefusal, let user = mask.user, !known.contains(where: { $0.name == .authenticated }) {
                know(.authenticated, user)
            }
            return
        }
        switch command?.verb {
        case "RCPT" where code / 100 == 2:
            if accepted.count < DialogueTracker.mostRecipients, let recipient = command?.recipient {
                accepted.append(recipient)
            }
        case "DATA" where code == 354: isInData = true
        case ".":
            let named = command?.recipient.map { [$0] } ?? accepted
            let recipients: [String?] = named.isEmpty ? [nil] : named
            for recipient in recipients {
                tell(code, line, "DATA", recipient, base, isEnd: true, into: &records)
            }
            if pending.first?.verb != "." { (sender, accepted) = (nil, []) }
        case let verb where isRefusal:
            tell(code, line, verb ?? "CONNECT", command?.recipient, base, isEnd: false, into: &records)
        default: break
        }
    }

    /// What a reply means for the mail.
    private func tell(
        _ code: Int, _ line: LogText, _ stage: String, _ recipient: String?, _ base: LogRecord, isEnd: Bool,
        into records: inout [LogRecord]
    ) {
        let isDelivery = isOutbound && (isEnd || stage == "RCPT" || stage == "MAIL" || stage == "DATA")
        let kind: LogRecord.Kind =
            switch code / 100 {
            case 2: isOutbound ? .delivery : .message
            case 4: isDelivery ? .delivery : .defer
            default: isDelivery ? .delivery : .reject
            }
        var record = dressed(base, kind)
        if isDelivery { record[.status] = code / 100 == 2 ? "sent" : code / 100 == 4 ? "deferred" : "bounced" }
        record[.stage] = stage
        record[.sender] = sender
        record[.recipient] = recipient
        record[.helo] = helo
        if isEnd { record[.recipientCount] = accepted.isEmpty ? nil : String(accepted.count) }
        record.setReply(line)
        if isEnd, code / 100 == 2 {
            let id = DialogueTracker.queueID(of: line)
            if record[.messageID] == nil { record[.messageID] = DialogueTracker.messageID(of: line) }
            if isOutbound { record[.nextHopMessage] = id } else { record.message = record.message ?? id }
        }
        records.append(record)
    }

    /// The Message-ID that some servers tell when they have a message: `250 Ok, message saved <Message-ID: 1@far.example>` of
    /// MDaemon, `250 2.6.0 <1@far.example> [InternalId=7, …` of Exchange.
    private static func messageID(of reply: LogText) -> String? {
        if let start = reply.first("<Message-ID: "), let end = reply.last(">"), start.upperBound < end.lowerBound {
            return reply[start.upperBound..<end.lowerBound].string
        }
        if let end = reply.last("> [InternalId="), let start = reply.first(" <"), start.upperBound < end.lowerBound {
            return reply[start.upperBound..<end.lowerBound].string
        }
        return nil
    }

    /// What the server calls the message that it takes with this reply: `250 2.0.0 Ok: queued as 4F2A1`.
    static func queueID(of reply: LogText) -> String? {
        for mark in ["queued as ", "[InternalId=", "OK id=", "Message queued id "] {
            guard let found = reply.last(mark) else { continue }
            let id = reply[found.upperBound...].prefix { $0.isAlphanumeric || $0 == .hyphen || $0 == .dot }
            if (1...64).contains(id.count) { return id.string }
        }
        // Sendmail and OpenSMTPD: `250 2.0.0 1a2b3c4d Message accepted for delivery`.
        var rest = reply
        guard rest.cut(fromLast: " Message accepted for delivery") != nil, let word = rest.cut(fromLast: " "),
            (6...64).contains(word.count), word.allSatisfy(\.isAlphanumeric)
        else { return nil }
        return word.string
    }

    /// RFC 2033 §4.2: of LMTP the end of the data has a reply for each recipient.
    private mutating func noteEnd() {
        guard isLMTP, !accepted.isEmpty else { return note(Command(verb: ".")) }
        for recipient in accepted.prefix(DialogueTracker.mostPending) { note(Command(verb: ".", recipient: recipient)) }
    }

    private mutating func note(_ command: Command) {
        if pending.count == DialogueTracker.mostPending { pending.removeFirst() }
        pending.append(command)
    }

    private func dressed(_ base: LogRecord, _ kind: LogRecord.Kind) -> LogRecord {
        var record = base
        record.kind = kind
        for field in known { record[field.name] = field.value }
        record.message = message ?? record.message
        return record
    }

    /// The address of `FROM:<ann@company.example> SIZE=500`; of a path without brackets, what has no space.
    static func path(_ text: LogText) -> String? {
        guard let colon = text.firstIndex(of: .colon) else { return nil }
        let rest = text[(colon + 1)...].drop { $0 == .space }
        guard rest.first == .ascii("<") else { return rest.prefix { $0 != .space }.prefix(LogEvent.longestName).string }
        var (isQuoted, position) = (false, rest.startIndex + 1)
        while position < rest.endIndex {
            // RFC 5321 §4.1.2: a quoted local part may hold ">".
            if rest[position] == .quote { isQuoted.toggle() }
            if rest[position] == .backslash, isQuoted { position += 1 }
            if position < rest.endIndex, rest[position] == .ascii(">"), !isQuoted { break }
            position += 1
        }
        return rest[(rest.startIndex + 1)..<min(position, rest.endIndex)].prefix(LogEvent.longestName).string
    }
}
