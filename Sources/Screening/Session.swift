import Mail
import Values

/// A connection as known at one moment: who is there and how they presented themselves. Immutable; each protocol
/// step makes a new one.
public struct Session: Sendable, Hashable {
    /// A session is handed to every stage at every checkpoint and seldom changes, so its copies share what is known.
    private var box: Box

    private struct Facts: Sendable, Hashable {
        var id: String
        var client: Fact<IPAddress>
        var reverseName = Fact<String>.absent
        var helo = Fact<String>.absent
        var tls = Fact<TLSParameters>.absent
        var authenticated = Fact<String>.absent
        var mechanism = Fact<String>.absent
        var listener = Fact<IPAddress>.absent
    }

    private final class Box: Sendable {
        let facts: Facts

        init(_ facts: Facts) { self.facts = facts }
    }

    /// Names the session in logs, transcripts and reports.
    public var id: String {
        get { box.facts.id }
        set { change { $0.id = newValue } }
    }
    /// The client's address.
    public var client: Fact<IPAddress> {
        get { box.facts.client }
        set { change { $0.client = newValue } }
    }
    /// The name the client's address resolves to, forward-confirmed by whoever recorded it.
    public var reverseName: Fact<String> {
        get { box.facts.reverseName }
        set { change { $0.reverseName = newValue } }
    }
    /// The argument of HELO or EHLO.
    public var helo: Fact<String> {
        get { box.facts.helo }
        set { change { $0.helo = newValue } }
    }
    /// The TLS that protects the connection; absent when there is none or it is not known.
    public var tls: Fact<TLSParameters> {
        get { box.facts.tls }
        set { change { $0.tls = newValue } }
    }
    /// The identity the client authenticated as; absent when it did not.
    public var authenticated: Fact<String> {
        get { box.facts.authenticated }
        set { change { $0.authenticated = newValue } }
    }
    /// The SASL mechanism by which it did.
    public var mechanism: Fact<String> {
        get { box.facts.mechanism }
        set { change { $0.mechanism = newValue } }
    }
    /// The local address the client connected to.
    public var listener: Fact<IPAddress> {
        get { box.facts.listener }
        set { change { $0.listener = newValue } }
    }

    /// A session of which nothing is known yet but its id and client.
    public init(id: String, client: Fact<IPAddress> = .absent) { box = Box(Facts(id: id, client: client)) }

    /// A session of which this is known, as a message tells it; what is left out is absent.
    public init(
        id: String, client: Fact<IPAddress>, reverseName: Fact<String>, helo: Fact<String>, tls: Fact<TLSParameters>,
        authenticated: Fact<String>
    ) {
        box = Box(
            Facts(
                id: id, client: client, reverseName: reverseName, helo: helo, tls: tls, authenticated: authenticated))
    }

    private mutating func change(_ body: (inout Facts) -> Void) {
        var facts = box.facts
        body(&facts)
        box = Box(facts)
    }

    /// Equal in all that is known.
    public static func == (left: Session, right: Session) -> Bool {
        left.box === right.box || left.box.facts == right.box.facts
    }

    /// Hashes all that is known.
    public func hash(into hasher: inout Hasher) { hasher.combine(box.facts) }
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
