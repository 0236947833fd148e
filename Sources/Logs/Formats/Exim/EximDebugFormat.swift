import Values

/// What Exim prints when it is told to debug (`-d`, `-v`): of many lines, the dialogue with clients and next hops.
///
/// A line is `10:00:00 1234 SMTP<< EHLO client`, where time and process may be missing; `<<` is what Exim hears, `>>`
/// what it says. Which side it is on is told by the words: replies begin with a code. The times have no day: it is that
/// on which the file was changed last, or the one before.
public struct EximDebugFormat: LogFormat {
    public static let name = "exim-debug"

    public static func confidence(in head: [ArraySlice<UInt8>]) -> Int {
        head.count { mark(in: $0) != nil } >= 2 ? 92 : 0
    }

    /// What is secret, by the processes.
    private var masks = RecentTable<DialogueMask>(limit: 1_000)

    public init() {}

    /// Where `SMTP<<` or `SMTP>>` stands: at the beginning, but for numbers, colons and spaces.
    private static func mark(in line: LogText) -> Int? {
        guard let place = line.prefix(40).index(of: "SMTP<< ") ?? line.prefix(40).index(of: "SMTP>> ") else {
            return nil
        }
        let isFirst = line[..<place].allSatisfy { $0.isDigit || $0 == .colon || $0 == .dot || $0.isWhitespace }
        return isFirst ? place : nil
    }

    public mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition {
        guard let place = EximDebugFormat.mark(in: line.text) else { return .read }
        var record = line.record(.dialogue)
        record.instant = record.instant ?? EximDebugFormat.time(of: line.text[..<place], line.clock)
        let words = line.text[(place + 7)...]
        let isHeard = line.text.has("SMTP<<", at: place)
        if let process = line.text[..<place].split(separator: .space).last(where: { $0.allSatisfy(\.isDigit) }) {
            record.process = process.number
            record.session = process.string
        }
        let isReply =
            words.count >= 3 && words.prefix(3).allSatisfy(\.isDigit)
            && (words.count == 3 || words[words.startIndex + 3] == .space || words[words.startIndex + 3] == .hyphen)
        // Exim is the server where it hears commands and says replies.
        record.role = isReply ? .server : .client
        let isServer = isReply != isHeard
        record.program = isServer ? "exim-server" : "exim-client"
        record.set(isReply ? .reply : .command, octets: words)
        masks[Array((record.session ?? "").utf8), default: DialogueMask()].veil(&record)
        records.append(record)
        return .read
    }

    private static func time(of head: LogText, _ clock: LogClock) -> LogInstant? {
        let parts = head.prefix { !$0.isWhitespace }.split(separator: .colon)
        guard parts.count == 3, let hour = parts[0].number, let minute = parts[1].number,
            let second = parts[2].prefix(2).number
        else { return nil }
        let last = clock.reference + clock.offset
        let day = CivilTime(last)
        guard
            let civil = CivilTime(
                year: day.year, month: day.month, day: day.day, hour: hour, minute: minute, second: second)
        else { return nil }
        // A second is begun when the file is changed in it.
        let time = civil.timestamp <= last + .seconds(1) ? civil.timestamp : civil.timestamp - .seconds(86_400)
        return LogInstant(time - clock.offset, precision: .second, hasYear: false, hasZone: false)
    }
}
