import Values

/// What containers and the journal put around the lines of a program.
enum LogFraming: Sendable, Hashable {
    /// Nothing.
    case none
    /// `{"log":"…\n","stream":"stdout","time":"…"}` (Docker's json-file driver).
    case docker
    /// `2026-11-28T10:00:00.123456789Z stdout F …` (Kubernetes' CRI).
    case cri
    /// `{"__REALTIME_TIMESTAMP":"…","MESSAGE":"…","SYSLOG_IDENTIFIER":"…"}` (`journalctl -o json`).
    case journal
    /// `postfix-1  | …` (`docker compose logs`).
    case compose

    /// What frames a file that begins with these lines: what all of them are framed by.
    static func of(_ head: [LogText]) -> LogFraming {
        let candidates: [LogFraming] = [.docker, .cri, .journal, .compose]
        let clock = LogClock(reference: Timestamp(seconds: 0))
        return candidates.first { framing in
            head.prefix(10).allSatisfy {
                framing.content(of: $0, at: LogPlace(file: 0, offset: 0, line: 1, length: 0), clock) != nil
            }
        } ?? .none
    }

    /// What is in the frame; nil for a line without one.
    func content(of line: LogText, at place: LogPlace, _ clock: LogClock) -> LogEntry? {
        switch self {
        case .none: return LogEntry(line, at: place, clock: clock)
        case .docker:
            guard line.has("{\"log\":", at: line.startIndex), let fields = LogJSON.fields(of: line),
                let text = LogJSON.value("log", in: fields)
            else { return nil }
            var bytes = Array(text.utf8)[...]
            while bytes.last == .lf || bytes.last == .cr { bytes = bytes.dropLast() }
            return LogEntry(
                bytes, at: place, LogFraming.instant(LogJSON.value("time", in: fields), clock), clock: clock)
        case .cri:
            var rest = line
            guard rest.first?.isDigit ?? false, let time = rest.take(until: .space), time.count >= 20,
                let stream = rest.take(until: .space),
                stream.elementsEqual("stdout".utf8) || stream.elementsEqual("stderr".utf8),
                let tag = rest.take(until: .space), tag.count == 1
            else { return nil }
            return LogEntry(rest, at: place, LogFraming.instant(time.string, clock), clock: clock)
        case .journal:
            guard line.first == .ascii("{"), let fields = LogJSON.fields(of: line),
                let time = LogJSON.value("__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP", in: fields).flatMap({
                    Int64($0)
                })
            else { return nil }
            // What is no UTF-8 is written as an array of bytes.
            var text = Array((LogJSON.value("MESSAGE", in: fields) ?? "").utf8)
            if text.isEmpty {
                text = fields.filter { $0.name.hasPrefix("MESSAGE.") }.compactMap { UInt8($0.value) }
            }
            var entry = LogEntry(
                text[...], at: place,
                LogInstant(Timestamp(milliseconds: time / 1000), precision: .microsecond), clock: clock)
            entry.host = LogJSON.value("_HOSTNAME", in: fields)
            entry.program = LogJSON.value("SYSLOG_IDENTIFIER", "_COMM", in: fields)
            entry.process = LogJSON.value("SYSLOG_PID", "_PID", in: fields).flatMap { Int($0) }
            return entry
        case .compose:
            guard let bar = line.prefix(80).firstIndex(of: .ascii("|")), bar > line.startIndex + 1,
                line[bar - 1] == .space,
                line[line.startIndex..<bar].trimmed.allSatisfy({
                    $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") || $0 == .dot
                })
            else { return nil }
            let rest = line[(bar + 1)...]
            return LogEntry(rest.first == .space ? rest.dropFirst() : rest, at: place, clock: clock)
        }
    }

    private static func instant(_ text: String?, _ clock: LogClock) -> LogInstant? {
        guard let text else { return nil }
        var bytes = Array(text.utf8)[...]
        guard let (time, _) = LogTime.take(from: &bytes, clock) else { return nil }
        return LogInstant(time, precision: .microsecond)
    }
}
