import Values

/// A line of a log: when it was written, by which program, and what it says.
struct LogLine {
    /// When it was written.
    let time: Timestamp
    /// The program, without its process number: `postfix/smtpd`, `dovecot`; empty in logs of one program.
    let program: String
    /// What it says.
    let text: LogText
    /// Whether the line begins with a day of the week, as MDaemon's do.
    let hasWeekday: Bool

    /// The longest line that is read; what is longer tells nothing.
    static let longest = 8192

    /// Reads a line without its end; nil when it does not begin with a time.
    init?(_ bytes: LogText, _ clock: LogClock) {
        guard bytes.count <= LogLine.longest else { return nil }
        var rest = bytes
        if rest.last == .cr { rest = rest.dropLast() }
        var hasWeekday = false
        if let day = LogTime.weekday(rest) {
            rest = day
            hasWeekday = true
        }
        guard let (time, form) = LogTime.take(from: &rest, clock) else { return nil }
        (self.time, self.hasWeekday) = (time, hasWeekday)
        // Of a syslog line the host comes next and then the program, with a colon behind it. Programs that write a log
        // of their own leave out the host, and some their name.
        if hasWeekday || form == .spaced, LogLine.leadingProgram(rest) == nil {
            (program, text) = ("", rest)
            return
        }
        if let (name, message) = LogLine.leadingProgram(rest) {
            (program, text) = (name, message)
            return
        }
        guard form != .spaced, rest.take(until: .space) != nil else {
            (program, text) = ("", rest)
            return
        }
        while rest.first == .space { rest = rest.dropFirst() }
        guard let (name, message) = LogLine.leadingProgram(rest) else {
            (program, text) = ("", rest)
            return
        }
        (program, text) = (name, message)
    }

    /// The program that a text begins with, `postfix/smtpd[123]: ` or `imap-login: `, and what follows it.
    private static func leadingProgram(_ text: LogText) -> (String, LogText)? {
        guard let end = text.first(": ") else { return nil }
        var tag = text[..<end.lowerBound]
        if tag.last == .ascii("]"), let open = tag.firstIndex(of: .ascii("[")) { tag = tag[..<open] }
        let isName = tag.allSatisfy {
            $0.isAlphanumeric || $0 == .ascii("/") || $0 == .hyphen || $0 == .dot || $0 == .ascii("_")
        }
        guard !tag.isEmpty, tag.count <= 64, isName else { return nil }
        return (String(decoding: tag, as: UTF8.self), text[end.upperBound...])
    }
}
