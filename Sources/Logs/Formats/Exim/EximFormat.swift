import Values

/// Exim's main log, reject log (with the headers below each entry) and what it writes to syslog.
///
/// A line is `2026-11-28 10:00:00 [pid] ID words`, where fraction, zone, process and id may be missing. Fields of it are
/// `H=name (helo) [address]:port`, `F=<sender>` and so on: "Log files" in Exim's specification lists them.
public struct EximFormat: LogFormat {
    public static let name = "exim"

    private var stamp = LogStamp()
    /// A refusal whose headers may follow.
    private var held: LogRecord?
    /// The parts of a line that syslog got in pieces.
    private var pieces: [UInt8] = []

    public static func owns(program: String) -> Bool {
        program == "exim" || program.hasPrefix("exim4") || program.hasPrefix("exim-") || program == "exim4"
    }

    public static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        var stamp = LogStamp()
        let clock = LogClock(reference: Timestamp(seconds: 0))
        var (dated, known) = (0, 0)
        for line in head {
            guard let first = line.first, first.isDigit, line.count > 20, line[line.startIndex + 10] == .space else {
                continue
            }
            var rest = line
            guard stamp.take(from: &rest, clock) != nil, rest.first == .space else { continue }
            dated += 1
            if isExims(rest.dropFirst()) { known += 1 }
        }
        guard dated * 2 >= head.count || known * 4 >= head.count else { return 0 }
        return known == 0 ? (dated * 2 > head.count ? 15 : 0) : known * 2 >= dated ? 85 : 60
    }

    /// Whether words are such as Exim alone writes.
    private static func isExims(_ words: LogText) -> Bool {
        var words = words
        skipProcess(&words)
        if EximLine.messageID(in: words) != nil { return true }
        let starts: [StaticString] = [
            "H=", "U=", "SMTP ", "Start queue run", "End queue run", "exim ", "TLS error on connection",
            "unexpected disconnection",
            "no host name found", "no IP address found", "rejected ", "refused connection", "Connection from ",
            "no MAIL in SMTP",
            "daemon started",
        ]
        if starts.contains(where: { words.has($0, at: words.startIndex) }) { return true }
        return words.prefix(80).index(of: " authenticator failed for ") != nil
    }

    static func skipProcess(_ words: inout LogText) {
        guard words.first == .ascii("["), let end = words.prefix(12).firstIndex(of: .ascii("]")),
            end > words.startIndex + 1,
            words[(words.startIndex + 1)..<end].allSatisfy(\.isDigit)
        else { return }
        words = words[(end + 1)...]
        if words.first == .space { words = words.dropFirst() }
    }

    public init() {}

    public mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        var entry = line
        var text = line.text
        // In a log of its own the time says where an entry begins; through syslog, each line is one.
        if let instant = stamp.take(from: &text, line.clock) {
            if entry.instant == nil || !(entry.instant?.hasYear ?? false) { entry.instant = instant }
            if text.first == .space { text = text.dropFirst() }
        } else if line.program == nil {
            return continued(line)
        }
        flush(into: &records)
        if line.program != nil, let whole = join(&text) {
            guard whole else { return .continuation }
        }
        if entry.process == nil, text.first == .ascii("["), let end = text.prefix(12).firstIndex(of: .ascii("]")),
            let process = text[(text.startIndex + 1)..<end].number
        {
            entry.process = process
        }
        EximFormat.skipProcess(&text)
        var record = entry.record(.note)
        let reader = EximLine(text: text)
        let bounced = reader.read(into: &record)
        if let process = entry.process, record.session == nil, record.message == nil {
            record.session = String(process)
        }
        let isRefusal = record.kind == .reject || record.kind == .defer
        if isRefusal, record.message != nil, line.program == nil {
            held = record
        } else {
            records.append(record)
        }
        if let bounced {
            var notification = entry.record(.notification)
            (notification.message, notification[.newMessage]) = (bounced, record.message)
            records.append(notification)
        }
        return .read
    }

    public mutating func finish(into records: inout [LogRecord]) { flush(into: &records) }

    private mutating func flush(into records: inout [LogRecord]) {
        if let held { records.append(held) }
        held = nil
    }

    /// `[1/3] words`, `[2\3] words`: what is too long for syslog. True when `text` is whole, nil when it is no such line.
    private mutating func join(_ text: inout LogText) -> Bool? {
        guard text.first == .ascii("["), let end = text.prefix(10).firstIndex(of: .ascii("]")) else { return nil }
        let numbers = text[(text.startIndex + 1)..<end]
        guard let sign = numbers.firstIndex(where: { $0 == .ascii("/") || $0 == .backslash }),
            let part = numbers[..<sign].number, let count = numbers[(sign + 1)...].number, part <= count, count > 1
        else { return nil }
        var rest = text[(end + 1)...]
        if rest.first == .space { rest = rest.dropFirst() }
        if part == 1 { pieces = [] }
        if pieces.count < LogImport.longestLine { pieces += rest }
        guard part == count else { return false }
        text = pieces[...]
        pieces = []
        return true
    }

    /// Lines below a refusal: the envelope and the header of the message, as far as it came.
    private mutating func continued(_ line: LogEntry) -> LogRecognition {
        let text = line.text
        guard var record = held else {
            // What belongs to a warning, or a line of dashes that ends an entry.
            let isRuled = text.count >= 10 && text.allSatisfy { $0 == .hyphen }
            return isRuled || text.first?.isWhitespace ?? false ? .continuation : .unknown
        }
        record.place.length = max(record.place.length, line.place.offset + line.place.length - record.place.offset)
        defer { held = record }
        if let sender = text.rest(after: "Envelope-from: ") {
            if record[.sender] == nil { record[.sender] = sender.unbracketed.string }
        } else if let recipients = text.rest(after: "Envelope-to: ") {
            if record[.recipient] == nil { record[.recipient] = recipients.unbracketed.string }
        } else if text.count > 2 {
            // A letter or a space says what Exim takes the field for.
            let field = text.dropFirst(2)
            let head = field.prefix(12).string.asciiLowercased
            if head.hasPrefix("message-id:") {
                record[.messageID] = field.dropFirst(11).trimmed.unbracketed.string
            } else if head.hasPrefix("subject:") {
                record[.subject] = field.dropFirst(8).trimmed.string
            }
        }
        return .continuation
    }
}

extension ArraySlice<UInt8> {
    /// The text without angle brackets around it.
    var unbracketed: LogText {
        count >= 2 && first == .ascii("<") && last == .ascii(">") ? dropFirst().dropLast() : self
    }
}
