import Logs
import Values

/// Logs of mail servers.
extension Parser {
    /// The input as a log, at once and byte by byte.
    func logs(_ input: Bytes) {
        let clock = LogClock(reference: Timestamp(seconds: 1_700_000_000))
        var (whole, pieces) = (LogLineSplitter(), LogLineSplitter())
        var reader = LogReader(clock: clock)
        let lines = whole.add(input.array[...])
        let single = input.array.flatMap { pieces.add([$0]) }
        precondition(lines.map(Array.init) == single.map(Array.init) && whole.overlongCount == pieces.overlongCount)
        for line in lines { _ = reader.read(line) }
    }

    /// The input as a log of any format, at once and in pieces, and what is made of its records.
    func logimport(_ input: Bytes) {
        let clock = LogClock(reference: Timestamp(seconds: 1_700_000_000))
        func read(_ pieces: [ArraySlice<UInt8>]) -> (records: [LogRecord], tally: LogTally) {
            var log = LogImport(clock: clock)
            var records: [LogRecord] = []
            log.begin(file: 0, clock: clock)
            for piece in pieces { log.add(piece, into: &records) }
            log.finish(into: &records)
            return (records, log.tally)
        }
        let bytes = input.array
        let whole = read([bytes[...]])
        let half = bytes.count / 2
        let parted = read([bytes[..<half], bytes[half...]])
        precondition(whole.records == parted.records && whole.tally == parted.tally)
        var (summary, trace) = (LogSummary(), LogTrace(LogQuestion("192.0.2.1")))
        summary.add(whole.records)
        summary.finish()
        trace.begin()
        for record in whole.records {
            trace.add(record)
            precondition(record.place.offset >= 0 && record.place.offset + record.place.length <= bytes.count)
            _ = (record.sentence, record.json(file: "fuzz"))
        }
        _ = trace.stories
        var sessions = DialogueSessions()
        let ended = whole.records.flatMap { sessions.add($0) } + sessions.finish()
        precondition(ended.reduce(0) { $0 + $1.events.count + $1.omittedCount } <= whole.records.count)
    }

    /// The lines of the input given to every format, as a file of its own and behind a prefix of syslog; then the whole as a
    /// file of whichever format it is, at once and in pieces.
    func logFormats(_ input: Bytes) {
        let clock = LogClock(reference: Timestamp(seconds: 1_700_000_000))
        let lines = input.array.split(separator: .lf, maxSplits: 500, omittingEmptySubsequences: false)
        var records: [LogRecord] = []
        for type in LogFormats.all {
            _ = (type.confidence(in: Array(lines.prefix(20))), type.owns(program: "postfix/smtpd"))
            var (own, behind) = (type.init(), type.init())
            for (index, line) in lines.enumerated() {
                let place = LogPlace(file: 0, offset: 0, line: index + 1, length: line.count)
                _ = own.read(LogEntry(line, at: place, clock: clock), into: &records)
                for program in ["dovecot", "imapd", "opendkim", "postgrey", "policyd-spf"] {
                    var entry = LogEntry(line, at: place, LogInstant(clock.reference), clock: clock)
                    (entry.program, entry.process) = (program, 7)
                    _ = behind.read(entry, into: &records)
                }
                records.removeAll(keepingCapacity: true)
            }
            own.finish(into: &records)
        }
        let pieces = [input.array[...].prefix(input.count / 2), input.array[...].dropFirst(input.count / 2)]
        var results: [[LogRecord]] = []
        for parts in [[input.array[...]], pieces] {
            var log = LogImport(clock: clock)
            var records: [LogRecord] = []
            log.begin(file: 0, clock: clock)
            for part in parts { log.add(part, into: &records) }
            log.finish(into: &records)
            results.append(records)
        }
        precondition(results[0] == results[1])
    }
}
