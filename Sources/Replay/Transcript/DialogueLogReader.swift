import Archives
import Logs
import SMTP
import Values

/// Reads the sessions that a log tells as dialogues: MDaemon's SMTP logs, Exchange's protocol logs, what swaks prints, what
/// recordio writes, and whatever else assay-logs(5) names as telling dialogues.
public struct DialogueLogReader: ~Copyable {
    /// How many lines there were of which format.
    public var tally: LogTally { log.tally }
    /// How many sessions have come out.
    public private(set) var count = 0
    /// Whether a session had no time, and was given the file's.
    public private(set) var hasUntimed = false
    /// How many sessions had a message that the log does not hold.
    public private(set) var withoutMessage = 0

    private var source: ByteSource
    private let file: String
    private let fallback: Timestamp
    private let client: IPAddress?
    private var log: LogImport
    private var sessions = DialogueSessions()
    private var waiting: ArraySlice<DialogueSession> = []
    private var isAtEnd = false

    /// A reader of the log in `source`. Where it tells no time, things happened at the clock's reference; `client` is the
    /// address of a client that kept the log itself.
    public init(_ source: consuming ByteSource, clock: LogClock, client: IPAddress? = nil) {
        file = source.name
        self.source = source
        (fallback, self.client) = (clock.reference, client)
        log = LogImport(clock: clock)
        log.begin(file: 0, clock: clock)
    }

    /// Whether a file that begins like this is a log: most of its lines are of a format that is known.
    public static func isLog(_ head: Bytes) -> Bool {
        let clock = LogClock(reference: Timestamp(seconds: 0))
        var log = LogImport(clock: clock)
        var records: [LogRecord] = []
        log.begin(file: 0, clock: clock)
        // The last line may be cut.
        let whole = head.array[...]
        log.add(whole.lastIndex(of: .lf).map { whole[...$0] } ?? whole, into: &records)
        log.finish(into: &records)
        let formats = log.tally.formats.filter { $0.key != LogTally.others && $0.key != LogTally.unrecognized }
        let read = formats.values.reduce(0) { $0 + $1.read }
        return read > 0 && read * 2 >= log.tally.lineCount - log.tally.emptyCount
    }

    /// The next session; nil when all is read. What comes before damage comes out first.
    public mutating func next() throws(ArchiveError) -> TranscriptSession? {
        while true {
            if let dialogue = waiting.popFirst(), let session = session(dialogue) { return session }
            guard waiting.isEmpty else { continue }
            guard !isAtEnd else { return nil }
            var records: [LogRecord] = []
            var failure: ArchiveError?
            do throws(ArchiveError) {
                if let chunk = try source.next(maximum: 128 << 10) {
                    log.add(chunk.array[...], into: &records)
                } else {
                    isAtEnd = true
                }
            } catch {
                (isAtEnd, failure) = (true, error)
            }
            if isAtEnd { log.finish(into: &records) }
            var ended: [DialogueSession] = []
            for record in records { ended += sessions.add(record) }
            if isAtEnd { ended += sessions.finish() }
            waiting = ended[...]
            if let failure { throw failure }
        }
    }

    private mutating func session(_ dialogue: DialogueSession) -> TranscriptSession? {
        // Names come again, as those of processes do: with the line that a session begins on they do not.
        let id = "\(dialogue.name)@\(dialogue.events.first?.place.line ?? 0)"
        guard let session = DialogueTranscript.session(dialogue, id: id, fallback: fallback, client: client) else {
            return nil
        }
        if !dialogue.events.contains(where: { $0.instant != nil }) { hasUntimed = true }
        if session.events.contains(where: { $0.event.isLostMessage }) { withoutMessage += 1 }
        count += 1
        return TranscriptSession(session, file: file, number: count)
    }
}

extension TranscriptEvent {
    /// Whether it is a message of which only the size is told.
    fileprivate var isLostMessage: Bool {
        guard case .message(let message) = self, case .size = message.content else { return false }
        return true
    }
}
