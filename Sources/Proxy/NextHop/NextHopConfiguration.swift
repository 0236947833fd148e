import SMTP
import Screening

/// The servers behind the proxy and how they are spoken to.
public struct NextHopConfiguration: Sendable {
    /// The servers, the preferred one first.
    public var addresses: [ServerAddress]
    /// How connections to them are protected.
    public var protection = ClientSession.Protection.none
    /// Whether TLS begins with the connection, without STARTTLS.
    public var isImplicitTLS = false
    /// What makes the handshakes; nil where there are none.
    public var tls: TLSConnector?
    /// Which servers are spoken to without TLS for a while, since a handshake with them failed.
    public var retry: TLSRetryList?
    /// Whether recipients in a domain are passed on over protected connections only.
    public var requiresTLS: @Sendable (_ domain: String) -> Bool = { _ in false }
    /// How they are told who the client is.
    public var identification = ClientIdentification.none
    /// How long things may take.
    public var timeouts = Timeouts()

    /// RFC 5321 §4.5.3.2 asks for these at least; connecting has no time there.
    public struct Timeouts: Sendable, Hashable {
        /// For a connection.
        public var connect = Duration.seconds(10)
        /// For a TLS handshake.
        public var handshake = Duration.seconds(60)
        /// For the banner, and for the answers to what precedes the client's commands, each.
        public var greeting = Duration.seconds(30)
        /// For the answer to each command.
        public var command = Duration.seconds(300)
        /// For the answer to DATA.
        public var dataBegin = Duration.seconds(120)
        /// For the server to take a block of the message.
        public var dataBlock = Duration.seconds(180)
        /// For the answer to the final dot.
        public var dataEnd = Duration.seconds(600)

        /// The defaults.
        public init() {}
    }

    /// Next hops, the preferred one first.
    public init(_ addresses: [ServerAddress]) { self.addresses = addresses }
}
