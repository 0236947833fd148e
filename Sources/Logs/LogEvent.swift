import Values

/// Something that a line of a mail server's log tells and that stages can learn from.
public struct LogEvent: Sendable, Hashable {
    /// When it happened.
    public let time: Timestamp
    /// What happened.
    public let kind: Kind

    /// What can be learned.
    public enum Kind: Sendable, Hashable {
        /// Somebody logged in to fetch mail.
        case login(user: String, client: IPAddress, service: Service)
        /// Somebody failed to authenticate, this often.
        case failure(user: String?, client: IPAddress, service: Service, count: Int)
        /// A message was handed on to another host.
        case delivered(from: String, to: String, origin: Origin)
    }

    /// What a client talked to.
    public enum Service: String, Sendable, Hashable, CaseIterable { case pop, imap, smtp, sieve }

    /// Whose message it was.
    public enum Origin: Sendable, Hashable {
        /// An authenticated user's.
        case authenticated(String)
        /// A local program's.
        case local
        /// A client's that did not authenticate.
        case client(IPAddress)
    }

    /// An event at a time.
    public init(_ kind: Kind, at time: Timestamp) { (self.kind, self.time) = (kind, time) }

    /// The longest user name or address that is taken from a log, in bytes.
    static let longestName = 320
}
