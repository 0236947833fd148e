import Values

/// A message as the lines of one server tell it, put together.
public struct LogMessage: Sendable, Hashable {
    /// The server, and what it calls the message.
    public var host: String?, id: String
    /// Where its first line stands.
    public var place: LogPlace
    /// When its first line was written, and its last.
    public var time: LogInstant?, lastTime: Timestamp?
    /// The session that it came by, where it came by one.
    public var session: LogSession?
    /// The reverse-path; empty for the null path.
    public var sender: String?
    /// The recipients, as the client named them where the log tells.
    public var recipients: [Recipient] = []
    /// The value of its Message-ID field, brackets off.
    public var messageID: String?
    /// How large it is, in bytes.
    public var size: Int?
    /// Who submitted it, by authentication.
    public var authenticated: String?
    /// The message of the same server that this one is a notification about or a copy of.
    public var parent: String?
    /// Whether it was refused after it had been sent.
    public var isRefused = false

    /// A recipient and what became of it.
    public struct Recipient: Sendable, Hashable {
        /// The address that the message was delivered to.
        public var address: String
        /// The address that the client named, where it is another.
        public var original: String?
        /// The last status.
        public var status: String?
        /// How often delivery was put off.
        public var deferrals = 0
    }

    /// A message of which nothing more is known.
    public init(host: String?, id: String, place: LogPlace) { (self.host, self.id, self.place) = (host, id, place) }

    /// How many recipients are kept of a message.
    static let mostRecipients = 1_000
}

/// A session as the lines of a server tell it.
public struct LogSession: Sendable, Hashable {
    /// What the log calls it.
    public var id: String
    /// Where its first line stands.
    public var place: LogPlace
    /// When it began.
    public var time: LogInstant?
    /// The client.
    public var client: String?, clientName: String?, clientPort: String?
    /// The name that the client greeted with.
    public var helo: String?
    /// `ESMTP` and the like.
    public var protocolName: String?
    /// How the session was encrypted.
    public var tlsVersion: String?, cipher: String?
    /// Who authenticated, and how.
    public var authenticated: String?, authenticationMethod: String?

    init(id: String, place: LogPlace, time: LogInstant?) { (self.id, self.place, self.time) = (id, place, time) }

    /// Takes what a record of the session tells.
    mutating func take(_ record: LogRecord) {
        if let value = record[.client] { client = value }
        if let value = record[.clientName] { clientName = value }
        if let value = record[.clientPort] { clientPort = value }
        if let value = record[.helo] { helo = value }
        if let value = record[.protocolName] { protocolName = value }
        if let value = record[.tlsVersion] { tlsVersion = value }
        if let value = record[.cipher] { cipher = value }
        guard !record.fields.is(.status, "fail") else { return }
        if let value = record[.authenticated] { authenticated = value }
        if let value = record[.authenticationMethod] { authenticationMethod = value }
    }
}
