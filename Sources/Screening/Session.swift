import Mail
import Values

/// A connection as known at one moment: who is there and how they presented themselves. Immutable; each protocol
/// step makes a new one.
public struct Session: Sendable, Hashable {
    /// Names the session in logs, transcripts and reports.
    public var id: String
    /// The client's address.
    public var client: Fact<IPAddress>
    /// The name the client's address resolves to, forward-confirmed by whoever recorded it.
    public var reverseName: Fact<String>
    /// The argument of HELO or EHLO.
    public var helo: Fact<String>
    /// The TLS that protects the connection; absent when there is none or it is not known.
    public var tls: Fact<TLSParameters>
    /// The identity the client authenticated as; absent when it did not.
    public var authenticated: Fact<String>
    /// The local address the client connected to.
    public var listener: Fact<IPAddress>

    /// A session of which nothing is known yet but its id and client.
    public init(id: String, client: Fact<IPAddress> = .absent) {
        self.id = id
        self.client = client
        self.reverseName = .absent
        self.helo = .absent
        self.tls = .absent
        self.authenticated = .absent
        self.listener = .absent
    }
}

/// The TLS of a connection, as negotiated or as a Received field tells it.
public struct TLSParameters: Sendable, Hashable {
    /// The protocol version as written, e.g. `TLSv1.3`.
    public let version: String?
    /// The cipher suite as written.
    public let cipher: String?

    /// TLS of this version and cipher suite.
    public init(version: String?, cipher: String?) {
        (self.version, self.cipher) = (version, cipher)
    }
}

/// A forward-path of the transaction.
public struct Recipient: Sendable, Hashable {
    /// The forward-path, its ESMTP parameters left out.
    public let path: Fact<SMTPPath>

    /// A recipient given by its path.
    public init(_ path: Fact<SMTPPath>) { self.path = path }
}

/// A mail transaction (RFC 5321 §3.3): the session, the reverse-path and the recipients so far.
public struct Transaction: Sendable, Hashable {
    /// The connection the transaction runs on.
    public var session: Session
    /// The argument of MAIL FROM.
    public var reversePath: Fact<SMTPPath>
    /// The recipients in the order of their RCPT commands.
    public var recipients: [Recipient]

    /// A transaction as MAIL opens it.
    public init(session: Session, reversePath: Fact<SMTPPath> = .absent, recipients: [Recipient] = []) {
        (self.session, self.reversePath, self.recipients) = (session, reversePath, recipients)
    }
}
