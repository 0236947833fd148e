import Values

/// Reads mail servers' logs line by line for what stages can learn, whichever program wrote them: each line tells by
/// itself whose it is.
///
/// Names in logs are chosen by those who try to log in, and many servers write them as they come. Every format reads an
/// address from where only the server can have put it; what looks like a forgery tells nothing.
public struct LogReader: Sendable {
    /// What the log leaves out of its times.
    public var clock: LogClock
    /// How many lines were read.
    public private(set) var lineCount = 0
    /// How many of them did not begin with a time, or were too long.
    public private(set) var unreadableCount = 0
    private var postfix = PostfixLog()
    private var exim = EximLog()
    private var mdaemon = MDaemonLog()

    /// A reader of a log with this clock.
    public init(clock: LogClock) { self.clock = clock }

    /// What a line, without its end, tells; nil for most.
    public mutating func read(_ line: ArraySlice<UInt8>) -> LogEvent? {
        lineCount += 1
        if line.isEmpty { return nil }
        guard let line = LogLine(line, clock) else {
            unreadableCount += 1
            return nil
        }
        return kind(line).map { LogEvent($0, at: line.time) }
    }

    private mutating func kind(_ line: LogLine) -> LogEvent.Kind? {
        let program = line.program
        if line.hasWeekday { return mdaemon.read(line.text) }
        if program.isEmpty { return exim.read(line.text) }
        if program.hasPrefix("postfix") { return postfix.read(line.text, by: program) }
        if program == "exim" || program.hasPrefix("exim4") {
            // Through syslog, Exim may write its own time once more.
            var text = line.text
            _ = LogTime.take(from: &text, clock)
            return exim.read(text)
        }
        if program == "dovecot" || program.hasSuffix("-login") { return DovecotLog.read(line.text, by: program) }
        return CyrusLog.read(line.text, by: program) ?? CourierLog.read(line.text, by: program)
    }
}
