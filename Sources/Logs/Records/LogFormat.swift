/// A kind of log file. A format reads the lines of one file (or of one program within a syslog file) in order and tells
/// what they say; it keeps what it needs to know of earlier lines, bounded.
public protocol LogFormat: Sendable {
    /// What users call it: `postfix`, `exim-main`.
    static var name: String { get }

    /// Whether lines that syslog names `program` as the writer of are of this format.
    static func owns(program: String) -> Bool

    /// How sure it is, from 0 to 100, that a file that begins with these lines has a layout of this format's own, without
    /// a syslog prefix. The lines are whole, without their ends, none of them empty; there is at least one.
    static func confidence(in head: [ArraySlice<UInt8>]) -> Int

    /// A format that has read nothing.
    init()

    /// Reads one line, without its end, and appends what it tells.
    mutating func read(_ line: LogEntry, into records: inout [LogRecord]) -> LogRecognition

    /// Tells what is still held when the file is at its end.
    mutating func finish(into records: inout [LogRecord])
}

extension LogFormat {
    public static func owns(program: String) -> Bool { false }

    public static func confidence(in head: [ArraySlice<UInt8>]) -> Int { 0 }

    public mutating func finish(into records: inout [LogRecord]) {}
}

/// Whether a format knew a line.
public enum LogRecognition: Sendable, Hashable {
    /// It was read, whether or not it told anything.
    case read
    /// It belongs to the entry before it.
    case continuation
    /// The format does not know such lines: they are counted and shown by shape.
    case unknown
}

/// A line that a format is given.
public struct LogEntry: Sendable {
    /// The text: behind the syslog prefix, where the file has one; the whole line otherwise.
    public var text: ArraySlice<UInt8>
    /// Where the line stands.
    public var place: LogPlace
    /// When it was written, by the prefix; nil where the format itself is to read the time.
    public var instant: LogInstant?
    /// The host and program, by the prefix.
    var origin = LogOrigin.unknown
    /// The process, by the prefix.
    public var process: Int?
    /// The host, by the prefix.
    public var host: String? {
        get { origin.host }
        set { origin = LogOrigin(host: newValue, program: origin.program) }
    }
    /// The program, by the prefix.
    public var program: String? {
        get { origin.program }
        set { origin = LogOrigin(host: origin.host, program: newValue) }
    }
    /// What the file leaves out of its times.
    public var clock: LogClock

    /// A line.
    public init(_ text: ArraySlice<UInt8>, at place: LogPlace, _ instant: LogInstant? = nil, clock: LogClock) {
        (self.text, self.place, self.instant, self.clock) = (text, place, instant, clock)
    }

    /// A record of this line, whose fields may be places in it.
    func lineRecord(_ kind: LogRecord.Kind) -> LogRecord {
        LogRecord(kind, at: place, instant, process: process, LogFields(of: text, by: origin))
    }

    /// A record of this line.
    public func record(_ kind: LogRecord.Kind) -> LogRecord {
        var record = LogRecord(kind, at: place, instant)
        (record.fields.origin, record.process) = (origin, process)
        return record
    }
}
