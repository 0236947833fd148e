import Logs
import SMTP
import Values

/// What archives and transcripts have of what logs tell too, so that nothing is replayed twice.
struct KnownSessions {
    /// The messages of logs that archived ones are.
    private var messages: Set<LoggedSession.MailKey> = []
    /// What servers called the messages of transcripts.
    private var ids: Set<String> = []
    /// When sessions of transcripts began.
    private var beginnings: Set<Beginning> = []

    /// A client, and a span of time as long as times may be apart.
    private struct Beginning: Hashable {
        let client: IPAddress
        let span: Int64

        init(_ client: IPAddress, _ time: Timestamp, _ offset: Int64 = 0) {
            self.client = client
            span = time.milliseconds / KnownSessions.tolerance + offset
        }
    }

    /// How far the times of a log and a transcript may be apart: a log tells the second, and clocks differ.
    private static let tolerance: Int64 = 3_000

    /// An archived message is this one of a log.
    mutating func add(_ message: LogMessage) {
        messages.insert(LoggedSession.MailKey(host: message.host, id: message.id))
    }

    /// A transcript has a session.
    mutating func add(_ session: RecordedSession) {
        if let client = session.client?.address { beginnings.insert(Beginning(client, session.connectTime)) }
        for case .line(from: .server, let line) in session.events.lazy.map(\.event) {
            guard line.starts(with: "250 ".utf8) else { continue }
            let text = line.lossyString
            if let mark = text.firstRange(of: "queued as ") {
                ids.insert(String(text[mark.upperBound...].prefix { !$0.isWhitespace }))
            }
        }
    }

    /// What of a session only the log tells; nil where that is nothing.
    func unknown(of session: LoggedSession) -> LoggedSession? {
        if session.mails.contains(where: { ids.contains($0.id) }) { return nil }
        for offset in Int64(-1)...1 {
            if beginnings.contains(Beginning(session.client, session.connectTime, offset)) { return nil }
        }
        return session.without { messages.contains($0) }
    }
}
