import Mail
import SMTP
import Values

/// The mail server behind a conversation: what policy lets pass goes on to it, and its answers go back to the client.
///
/// Live it is a connection, in a replay what a transcript tells of it.
public protocol NextHop: Sendable {
    /// Gets ready for the mail of `session`, whose greeting policy has accepted: connects where that has not been done,
    /// and says who the client is.
    func greet(_ session: Session) async -> HopGreeting

    /// Its answer to what the client asks; nil leaves the standard reply.
    func reply(to request: HopRequest) async -> SMTPReply?
}

/// How a next hop took a greeting.
public enum HopGreeting: Sendable, Hashable {
    /// It takes mail, and offers this; nil where nobody is behind and the server offers what it can by itself.
    case ready(PeerExtensions?)
    /// It takes none, and the client is to be told so.
    case unavailable(SMTPReply)
}

/// What a client asks of the next hop once policy has nothing against it.
public enum HopRequest: Sendable {
    /// AUTH; an answer of 334 asks for more.
    case auth(mechanism: String, initial: InitialResponse?)
    /// The client's answer to a 334.
    case authResponse(InitialResponse)
    /// MAIL with a path in the form between the brackets.
    case mail(path: String, ESMTPParameters)
    /// RCPT with a path in the form between the brackets.
    case rcpt(path: String, ESMTPParameters)
    /// The message, at its end of data. A positive answer says that it is safe.
    case message(Delivery)
    /// The transaction is over without a message.
    case reset
    /// The session is over.
    case quit
}

/// A message that policy does not refuse, and what is to become of it.
public struct Delivery: Sendable {
    /// The message as the client sent it.
    public let message: Message
    /// The envelope and the session it came in.
    public let transaction: Transaction
    /// Which of the transaction's recipients the next hop has taken, by their places.
    public let accepted: [Int]
    /// Accept, tag, quarantine or discard.
    public let disposition: Disposition
    /// What stages want done to the message; nothing in shadow.
    public let effects: [Effect]
    /// What was found and ruled.
    public let judgement: TransactionRecord.Judgement
    /// When the end of data came.
    public let time: Timestamp
    /// What the client wants to be told of the mail's fate.
    public let notifications: NotificationRequest

    /// A message with its envelope and its fate.
    public init(
        message: Message, transaction: Transaction, accepted: [Int], disposition: Disposition, effects: [Effect],
        judgement: TransactionRecord.Judgement, time: Timestamp,
        notifications: NotificationRequest = NotificationRequest()
    ) {
        (self.message, self.transaction, self.accepted) = (message, transaction, accepted)
        (self.disposition, self.effects, self.judgement, self.time) = (disposition, effects, judgement, time)
        self.notifications = notifications
    }
}

/// Nobody is behind the conversation: everything gets the standard reply.
public struct NoNextHop: NextHop {
    /// Nobody.
    public init() {}

    public func greet(_ session: Session) async -> HopGreeting { .ready(nil) }

    public func reply(to request: HopRequest) async -> SMTPReply? { nil }
}
