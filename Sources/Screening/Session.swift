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
        var listenerPort = Fact<Int>.absent
        var transmission = Fact<String>.absent
        var offersTLS = Fact<Bool>.absent
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

    /// The local port the client connected to.
    public var listenerPort: Fact<Int> {
        get { box.facts.listenerPort }
        set { change { $0.listenerPort = newValue } }
    }
    /// The transmission type of RFC 3848 that a Received field names: `ESMTP`, `ESMTPS`. Absent live, where the session
    /// itself tells.
    public var transmission: Fact<String> {
        get { box.facts.transmission }
        set { change { $0.transmission = newValue } }
    }
    /// Whether STARTTLS is there for the client to use; absent where that is not known.
    public var offersTLS: Fact<Bool> {
        get { box.facts.offersTLS }
        set { change { $0.offersTLS = newValue } }
    }

    /// A session of which nothing is known yet but its id and client.
    public init(id: String, client: Fact<IPAddress> = .absent) { box = Box(Facts(id: id, client: client)) }

    /// A session of which this is known, as a message tells it; what is left out is absent.
    public init(
        id: String, client: Fact<IPAddress>, reverseName: Fact<String>, helo: Fact<String>, tls: Fact<TLSParameters>,
        transmission: Fact<String>, authenticated: Fact<String>
    ) {
        var facts = Facts(
            id: id, client: client, reverseName: reverseName, helo: helo, tls: tls, authenticated: authenticated)
        facts.transmission = transmission
        box = Box(facts)
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
