import Values

/// One SMTP session as a log of its dialogue has it.
public struct DialogueSession: Sendable, Hashable {
    /// What the log calls it.
    public var name: String
    /// The host whose log it is, where the log names it.
    public var host: String?
    /// The client's address and port, where the server kept the log, and the name that it found for the address.
    public var client: String?, clientPort: String?, clientName: String?
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
        /// A line, without its end; secrets are `DialogueSession.secret`.
        case line(LogRecord.Role, Bytes)
        /// A line of a message, as it was sent (RFC 5321 §4.5.2: dots at the beginning are doubled). Most logs have none.
        case data(Bytes)
        /// TLS was established, with the version and cipher where they are told, or failed.
        case tls(version: String?, cipher: String?, hasSucceeded: Bool)
        /// An AUTH exchange ended.
        case authentication(mechanism: String?, identity: String?, hasSucceeded: Bool)
        /// The connection ended.
        case disconnect
    }

    /// What stands in the place of a secret.
    public static let secret = DialogueMask.secret

    /// Whether a client's line was QUIT and the server answered.
    var isOver: Bool {
        var lines = events.reversed().makeIterator()
        while let event = lines.next() {
            switch event.kind {
            case .line(.server, _), .disconnect: continue
            case .line(.client, let line): return line.count <= 8 && line.array[...].beginsIgnoringCase("quit")
            default: return false
            }
        }
        return false
    }

    /// Whether it was told already how the exchange ended that the last client's line is of.
    var hasToldAuthentication: Bool {
        for event in events.reversed() {
            switch event.kind {
            case .authentication: return true
            case .line(.client, _): return false
            default: continue
            }
        }
        return false
    }

    /// Whether the last client's line is answered with 220 as a greeting is: STARTTLS (RFC 3207 §4) and XCLIENT, which has
    /// Postfix greet again.
    var isGreetedAgain: Bool {
        for event in events.reversed() {
            guard case .line(.client, let line) = event.kind else { continue }
            let text = line.array[...]
            return text.beginsIgnoringCase("starttls") || text.beginsIgnoringCase("xclient ")
        }
        return false
    }
}
