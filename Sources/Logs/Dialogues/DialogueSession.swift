/// One SMTP session as a log of its dialogue has it.
public struct DialogueSession: Sendable, Hashable {
    /// What the log calls it.
    public var name: String
    /// The host whose log it is, where the log names it.
    public var host: String?
    /// The client's address and port, where the server kept the log.
    public var client: String?, clientPort: String?
    /// The end of the server that was connected to.
    public var listener: String?
    /// Where mail was sent, where the client kept the log: name, address, port.
    public var nextHop: String?, nextHopAddress: String?, nextHopPort: String?
    /// What happened, in the order of the log.
    public var events: [Event] = []
    /// Whether the beginning is there: a connection or the server's greeting.
    public var hasBeginning = false
    /// Whether the end is there: the end of the connection, or the reply to QUIT.
    public var hasEnd = false
    /// How many lines were left out of a session that has too many.
    public var omittedCount = 0

    /// Something that happened.
    public struct Event: Sendable, Hashable {
        /// What.
        public var kind: Kind
        /// When, where the log tells it.
        public var instant: LogInstant?
        /// Where it stands in the log.
        public var place: LogPlace
    }

    /// What can happen.
    public enum Kind: Sendable, Hashable {
        /// The connection came, or was made.
        case connect
        /// A line, without its end; secrets are `***`.
        case line(LogRecord.Role, String)
        /// A line of a message, as it was sent (RFC 5321 §4.5.2: dots at the beginning are doubled). Most logs have none.
        case data(String)
        /// TLS was established, with the version and cipher where they are told, or failed.
        case tls(version: String?, cipher: String?, hasSucceeded: Bool)
        /// The connection ended.
        case disconnect
    }

    /// Whether a client's line was QUIT and the server answered.
    var isOver: Bool {
        var lines = events.reversed().makeIterator()
        while let event = lines.next() {
            switch event.kind {
            case .line(.server, _), .disconnect: continue
            case .line(.client, let text): return text.utf8.count <= 8 && text.uppercased().hasPrefix("QUIT")
            default: return false
            }
        }
        return false
    }

    /// Whether the last client's line asked for TLS.
    var isStartingTLS: Bool {
        for event in events.reversed() {
            if case .line(.client, let text) = event.kind { return text.prefix(8).uppercased() == "STARTTLS" }
        }
        return false
    }
}
