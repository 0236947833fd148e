import Mail
import Values

/// A moment of an SMTP session at which stages are asked, with all that is known by then.
///
/// Every case carries what its phase cannot lack; what may be unknown is a `Fact`.
public enum Checkpoint: Sendable {
    /// The client connected; no banner was sent yet.
    case connect(Session)
    /// HELO or EHLO, its argument in `session.helo`.
    case helo(Session)
    /// A TLS handshake ended.
    case tls(Session, TLSParameters)
    /// An AUTH exchange ended.
    case auth(Session, AuthenticationAttempt)
    /// MAIL FROM, its argument in `reversePath`.
    case mail(Transaction)
    /// RCPT TO: one more recipient, not yet among the transaction's.
    case rcpt(Transaction, Recipient)
    /// The final dot.
    case message(Transaction, Message)
    /// Something that happened and asks for no reply.
    case observe(Session, Observation)
}

/// The result of an AUTH exchange; the secret is never part of it.
public struct AuthenticationAttempt: Sendable, Hashable {
    /// The SASL mechanism.
    public let mechanism: String
    /// The identity, when the exchange named one.
    public let identity: String?
    /// Whether the next hop accepted it.
    public let succeeded: Bool
    /// Whether the client has failed with the very same credentials before, as a program with an old password does.
    public let isRepeated: Bool

    /// An attempt and how it ended.
    public init(mechanism: String, identity: String?, succeeded: Bool, isRepeated: Bool = false) {
        (self.mechanism, self.identity, self.succeeded) = (mechanism, identity, succeeded)
        self.isRepeated = isRepeated
    }
}

/// A happening within a session that stages may count.
public enum Observation: Sendable, Hashable {
    /// RSET.
    case reset
    /// A command that was no command, or out of order.
    case protocolError(String)
    /// The client sent before the reply it had to wait for in this phase (RFC 5321 §3.1, §4.3.1).
    case spokeEarly(Phase)
    /// A TLS handshake failed; why.
    case tlsFailed(String)
    /// The next hop knows no such recipient.
    case unknownRecipient(String)
    /// The connection ended.
    case closed
}

/// The phases of a session, in the order in which they come.
public enum Phase: String, Sendable, Hashable, CaseIterable, Comparable {
    case connect, helo, tls, auth, mail, rcpt, message, observe

    /// Left to itself, a type of text would be hashed by its text.
    public func hash(into hasher: inout Hasher) { hasher.combine(order) }

    /// The place in the order of a session.
    var order: Int {
        switch self {
        case .connect: 0
        case .helo: 1
        case .tls: 2
        case .auth: 3
        case .mail: 4
        case .rcpt: 5
        case .message: 6
        case .observe: 7
        }
    }

    public static func < (left: Phase, right: Phase) -> Bool { left.order < right.order }
}

extension Checkpoint {
    /// The phase this checkpoint belongs to.
    public var phase: Phase {
        switch self {
        case .connect: .connect
        case .helo: .helo
        case .tls: .tls
        case .auth: .auth
        case .mail: .mail
        case .rcpt: .rcpt
        case .message: .message
        case .observe: .observe
        }
    }

    /// The session as known at this checkpoint.
    public var session: Session {
        switch self {
        case .connect(let session), .helo(let session), .tls(let session, _), .auth(let session, _),
            .observe(let session, _):
            session
        case .mail(let transaction), .rcpt(let transaction, _), .message(let transaction, _):
            transaction.session
        }
    }
}
