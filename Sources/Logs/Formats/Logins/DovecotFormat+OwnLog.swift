import Values

/// Logs of Dovecot's own (`log_path`, `info_log_path`): `May 01 10:00:00 imap-login: Info: Login: user=<ann>, …`, with the
/// day as syslog has it, or with the year (`log_timestamp`).
extension DovecotFormat {
    static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        let clock = LogClock(reference: Timestamp(seconds: 0))
        return share(of: head) { own($0, clock) != nil } * 94 / 100
    }

    /// The time of a line of such a log, and what follows it; nil for another line.
    static func own(_ line: LogText, _ clock: LogClock) -> (LogInstant, LogText)? {
        var rest = line
        var stamp = LogStamp()
        guard let instant = stamp.take(from: &rest, clock) else { return nil }
        rest = rest.drop { $0 == .space }
        let name = rest.prefix(40).prefix { $0.isAlphanumeric || $0 == .hyphen }
        guard processes.contains(name.string), let next = rest[name.endIndex...].first, ":([<".utf8.contains(next),
            levels.contains(where: { rest.prefix(1024).first($0) != nil })
        else { return nil }
        return (instant, rest)
    }

    private static let levels = [": Info: ", ": Warning: ", ": Error: ", ": Debug: ", ": Fatal: ", ": Panic: "]
}
