import Values

/// What Postfix writes to syslog, or to a file of its own in the same layout (`maillog_file`): all of its programs.
///
/// Lines are `QUEUEID: words`, `NOQUEUE: words` or words alone. Names of clients come from the DNS and addresses from the
/// kernel, and stand before all that a client says; what it says stands in angle brackets at the end.
public struct PostfixFormat: LogFormat {
    public static let name = "postfix"

    public static func owns(program: String) -> Bool {
        program.hasPrefix("postfix") || daemons.contains(program) || isRenamed(program)
    }

    /// Whether it is a daemon of an instance or service that was given a name of its own (`syslog_name`): `mx-in/smtpd`.
    private static func isRenamed(_ program: String) -> Bool {
        guard let slash = program.lastIndex(of: "/"), !others.contains(String(program[..<slash])) else { return false }
        return services.contains(String(program[program.index(after: slash)...]))
    }

    /// Servers whose daemons have names that Postfix's have as well.
    private static let others: Set<String> = ["cyrus", "dovecot", "haraka"]

    /// Daemons that write behind such a name.
    private static let services: Set<String> = [
        "smtpd", "smtp", "lmtp", "cleanup", "qmgr", "pickup", "local", "virtual", "pipe", "bounce", "error", "discard",
        "anvil", "scache", "verify", "trivial-rewrite", "master", "postscreen", "tlsproxy", "dnsblog", "tlsmgr",
        "postsuper", "submission", "smtps",
    ]

    /// Daemons whose log name was configured without the instance.
    private static let daemons: Set<String> = ["postscreen", "postsuper", "postlog", "tlsproxy", "dnsblog", "postlogd"]

    /// What is secret of the sessions whose dialogue is told (`debug_peer_list`), by their processes.
    private var masks = RecentTable<DialogueMask>(limit: 1_000)

    public init() {}

    public mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        guard line.origin.program != nil, line.instant != nil else { return .unknown }
        guard !line.text.isEmpty else { return .read }
        let reader = PostfixLine(text: line.text, origin: line.origin, process: line.process)
        let colon = PostfixFormat.queueIDEnd(in: line.text)
        // The record is put together in its place: a copy would cost more than what is read.
        records.append(line.lineRecord(colon == nil ? .note : .message))
        let place = records.count - 1
        let outcome: PostfixLine.Outcome
        if let colon {
            outcome = reader.readQueued(at: colon + 2, into: &records[place]) ? .told : .unknown
        } else {
            outcome = reader.readUnqueued(into: &records[place])
        }
        switch outcome {
        case .told:
            if records[place].kind == .dialogue {
                masks[Array("\(line.process ?? 0)".utf8), default: DialogueMask()].veil(&records[place])
            }
            return .read
        case .silent:
            records.removeLast()
            return .read
        case .unknown:
            records.removeLast()
            return .unknown
        }
    }

    /// Where the colon behind a queue id stands. Short ids are hexadecimal, long ones (`enable_long_queue_ids`) letters
    /// without vowels and digits.
    private static func queueIDEnd(in text: LogText) -> Int? {
        let bytes = text.span
        var length = 0
        // Most are short ones.
        while length < bytes.count, length < 26, bytes[length].isDigit || bytes[length] &- 0x41 < 6 { length += 1 }
        if length < bytes.count, bytes[length] != .colon { length = 0 }
        var (isHex, isLong) = (true, true)
        while length < bytes.count, length < 26 {
            let byte = bytes[length]
            guard byte.isAlphanumeric else { break }
            if !byte.isDigit {
                if byte < 0x41 || byte > 0x46 { isHex = false }
                switch byte | 0x20 {
                case .ascii("a"), .ascii("e"), .ascii("i"), .ascii("o"), .ascii("u"): isLong = false
                default: break
                }
            }
            length += 1
        }
        guard length >= 5, length + 1 < bytes.count, bytes[length] == .colon, bytes[length + 1] == .space else {
            return nil
        }
        if isHex || (isLong && length >= 10) { return text.startIndex + length }
        return length == 7 && text.has("NOQUEUE", at: text.startIndex) ? text.startIndex + 7 : nil
    }
}
