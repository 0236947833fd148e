import Values

/// What Sendmail writes to syslog: `ID: from=<…>, size=…, relay=name [192.0.2.1]`, `ID: to=<…>, delay=00:00:01, stat=Sent`,
/// `ID: ruleset=check_rcpt, …, reject=550 5.7.1 …`, and words.
public struct SendmailFormat: LogFormat {
    public static let name = "sendmail"

    public static func owns(program: String) -> Bool {
        program == "sendmail" || program.hasPrefix("sm-") || program.hasPrefix("sendmail-") || program == "mail.local"
    }

    /// How often a message named a recipient that is not there; which client it was is told when it has ended.
    private var unknownRecipients = RecentTable<Int>(limit: 1_000)

    /// What is secret of the sessions whose dialogue is told (`LogLevel` 12 and more), by their processes.
    private var masks = RecentTable<DialogueMask>(limit: 1_000)

    public init() {}

    public mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        guard line.program != nil, !line.text.isEmpty else { return .unknown }
        var text = line.text
        var record = line.record(.note)
        record.session = line.process.map { String($0) }
        if let id = SendmailFormat.queueID(in: text) {
            record.message = id.string
            text = text[min(id.endIndex + 2, text.endIndex)...]
        } else if let rest = text.rest(after: "NOQUEUE: ") {
            text = rest
        }
        if text.isEmpty { return .read }
        if text.has("<-- ", at: text.startIndex) || text.has("--- ", at: text.startIndex) {
            speak(text, &record)
            records.append(record)
            return .read
        }
        let reader = SendmailLine(text: text)
        guard reader.read(into: &record) else { return .unknown }
        records.append(record)
        guard let id = record.message else { return .read }
        let key = Array(id.utf8)
        if record.kind == .reject, record[.client] == nil, record[.recipient] != nil {
            unknownRecipients[key, default: 0] += 1
        } else if record.kind == .message, record[.recipientCount] == "0", let count = unknownRecipients[key] {
            var note = line.record(.note)
            (note.session, note.message) = (record.session, id)
            (note[.client], note[.clientName], note[.count]) = (record[.client], record[.clientName], String(count))
            note[.verdict] = "unknown-recipients"
            records.append(note)
            unknownRecipients.remove(key)
        }
        return .read
    }

    /// `<-- RCPT TO:<b@b.example>` is what a client says, `--- 250 2.1.5 …` the answer.
    private mutating func speak(_ text: LogText, _ record: inout LogRecord) {
        record.kind = .dialogue
        let said = text.dropFirst(4).prefix(LogText.longestValue)
        if text.first == .hyphen {
            record.role = .server
            record.setReply(said)
        } else {
            record.role = .client
            record.set(.command, octets: said)
        }
        masks[Array((record.session ?? "").utf8), default: DialogueMask()].veil(&record)
    }

    /// A queue id: since 8.12 eight characters that tell the time and six or more of the process, no lower or upper case
    /// alone; before, `AAA12345`.
    private static func queueID(in text: LogText) -> LogText? {
        guard let end = text.prefix(24).firstIndex(of: .colon), text.has(": ", at: end) || end + 1 == text.endIndex
        else { return nil }
        let id = text[..<end]
        guard (8...22).contains(id.count), id.allSatisfy(\.isAlphanumeric), id.contains(where: \.isDigit),
            id.suffix(5).allSatisfy(\.isDigit)
        else { return nil }
        return id
    }
}
