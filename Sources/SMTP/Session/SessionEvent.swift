import Values

/// What happened in a server session and waits for a decision.
public enum SessionEvent: Sendable, Hashable {
    /// The client connected; the decision is the banner (220), or a refusal (554, 421).
    case connect
    /// HELO or EHLO. Decided positively, the session itself writes the reply with its name and extensions.
    case helo(name: String, isExtended: Bool)
    /// STARTTLS. Decided positively, the session waits for `tlsEstablished()` and reads nothing before (RFC 3207).
    case startTLS
    /// AUTH. A decision of 334 asks the client to go on; any other ends the exchange (RFC 4954).
    case auth(mechanism: String, initial: InitialResponse?)
    /// What the client answers to a 334; `*` cancels the exchange. Decided as `auth` is.
    case authResponse(InitialResponse)
    /// MAIL, which opens a transaction when decided positively.
    case mail(PathArgument, ESMTPParameters)
    /// RCPT, which adds a recipient when decided positively.
    case rcpt(PathArgument, ESMTPParameters)
    /// The end of data. Whatever is decided, the transaction is over.
    case message(ReceivedMessage)
    /// RSET; the transaction, if any, is over.
    case reset
    /// QUIT; the session closes after the decision.
    case quit
    /// The client broke the protocol or a limit; the error names the reply it deserves, the decision may be another.
    case protocolError(ProtocolError)
}

/// The data of a transaction, dots of transparency removed.
public struct ReceivedMessage: Sendable, Hashable {
    /// The message with its CRLF line ends; what `takeContent()` has not taken before.
    public let content: Bytes
    /// What was normalised in it; empty unless the discipline is `normalise`.
    public let defects: LineDefects

    /// Data as it was read.
    public init(content: Bytes, defects: LineDefects = []) {
        (self.content, self.defects) = (content, defects)
    }
}

/// A breach of the protocol or of a limit.
public struct ProtocolError: Sendable, Hashable {
    /// What happened.
    public let kind: Kind
    /// The reply it deserves.
    public let reply: SMTPReply

    /// The breaches a session tells apart.
    public enum Kind: Sendable, Hashable {
        case syntax(CommandSyntaxError)
        case unknownCommand(verb: String)
        /// A command that is known and not offered.
        case notImplemented(verb: String)
        /// A command out of order (RFC 5321 §4.1.4).
        case badSequence(verb: String)
        /// A command that is out of order only because what came before it was refused: who pipelines has sent it before
        /// the refusal came (RFC 2920 §3.1).
        case behindRefusal(verb: String)
        case lineTooLong
        /// A command line with a bare CR, a bare LF or a NUL.
        case commandDefects(LineDefects)
        /// Message data with a bare CR, a bare LF or a NUL; the message was read and not taken.
        case messageDefects(ReceivedMessage)
        /// STARTTLS with more behind it in the same flight (RFC 3207 §4.2), which would be read as if it had been
        /// protected.
        case talkedBeforeTLS
        /// Mail or credentials on a connection that has to be protected first (RFC 3207 §4).
        case tlsRequired(verb: String)
        /// Mail before authentication (RFC 4954 §6).
        case authenticationRequired
        /// BDAT without a size that can be read: where the chunk ends that follows it is not known, and read as commands it
        /// would speak for its sender (RFC 3030 §2). The session closes.
        case unreadableChunk
        /// A parameter of an extension that is not offered.
        case unrecognizedParameter(String)
        /// An address beyond ASCII where MAIL did not say SMTPUTF8 (RFC 6531 §3.5).
        case undeclaredUTF8
        case tooManyRecipients
        /// The message, declared or read, is larger than the limit; its octets.
        case messageTooLarge(Int)
        case tooManyIdleCommands(verb: String)
        /// The last error the session bears; it closes after the decision.
        case tooManyErrors
        /// More input than the session holds while a decision is pending; it closes after the decision.
        case inputFlood
    }

    /// Whether the breach counts towards the errors that end a session. A well-meaning client meets the others by
    /// doing its work.
    public var counts: Bool {
        switch kind {
        case .syntax, .unknownCommand, .notImplemented, .badSequence, .behindRefusal, .lineTooLong, .commandDefects,
            .messageDefects,
            .unrecognizedParameter, .tooManyIdleCommands, .talkedBeforeTLS, .tlsRequired, .authenticationRequired,
            .unreadableChunk, .undeclaredUTF8:
            true
        case .tooManyRecipients, .messageTooLarge, .tooManyErrors, .inputFlood:
            false
        }
    }

    /// Whether it tells against the client.
    public var isBreach: Bool {
        if case .behindRefusal = kind { return false }
        return counts || closes
    }

    /// Whether the session closes whatever is decided.
    public var closes: Bool {
        switch kind {
        case .tooManyErrors, .inputFlood, .unreadableChunk: true
        case .syntax, .unknownCommand, .notImplemented, .badSequence, .behindRefusal, .lineTooLong, .commandDefects,
            .messageDefects,
            .unrecognizedParameter, .tooManyIdleCommands, .tooManyRecipients, .messageTooLarge, .talkedBeforeTLS,
            .tlsRequired, .authenticationRequired, .undeclaredUTF8:
            false
        }
    }
}
