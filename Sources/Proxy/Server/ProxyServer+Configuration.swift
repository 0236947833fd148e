import SMTP
import Screening
import Values

extension ProxyServer {
    /// What the proxy serves by.
    public struct Configuration: Sendable {
        /// The policy in force.
        public var policy: ScreeningPolicy
        /// Where stages get DNS and state from.
        public var environment: ScreeningEnvironment
        /// How the server presents itself, and its limits.
        public var smtp: ServerConfiguration
        /// The time of day.
        public var clock: @Sendable () -> Timestamp
        /// Names each session.
        public var sessionID: @Sendable () -> String
        /// Waits before a delayed reply.
        public var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
        /// The servers behind the proxy; nil where there is none and it answers for itself.
        public var nextHop: NextHopPool?
        /// Who answers where there is no server behind.
        public var answering: any NextHop = NoNextHop()
        /// Where messages are kept aside; nil where they cannot be.
        public var store: (any MessageStore)?
        /// Who does what is to be done once the fate of a message is settled; nil where nobody does.
        public var later: (any LaterActions)?
        /// What is written into messages.
        public var edits = MessageEditor()
        /// Whether everything is judged and recorded and nothing is refused, held up or changed.
        public var isShadow = false
        /// Whose connections begin with a PROXY protocol header that names the client: every client's where it is
        /// empty and `expectsProxyHeader` is set.
        public var balancers: [IPNetwork] = []
        /// Whether connections of balancers begin with a PROXY protocol header.
        public var expectsProxyHeader = false
        /// Where large messages lie while they are received.
        public var spoolFolder = "/tmp"
        /// How much of a message is held in memory while it is received, in octets.
        public var spoolMemory = 1 << 20
        /// How long the banner is held back, unless the client speaks first.
        public var bannerDelay = Duration.zero
        /// How long a client may take.
        public var timeouts = Timeouts()
        /// What is served at which address; an address that is not among them serves mail from anybody.
        public var listeners: [ListenerSettings] = []
        /// What makes the handshakes of clients; nil where STARTTLS is not offered.
        public var tls: TLSAcceptor?
        /// Called with what went wrong on a client's connection.
        public var onFault: @Sendable (String) -> Void = { _ in }
        /// The most connections at once; balancers count for the total only.
        public var limits = ConnectionLimits()
        /// Credentials that were refused; whoever has nothing but the codes cannot tell them.
        let failedCredentials = FailedCredentials(key: (0..<32).map { _ in UInt8.random(in: 0...255) })
        /// What connections that share a rate have used of it.
        let shares = SharedBuckets()
        /// Counts what is done; nil where nobody asks.
        public var metrics: ServiceMetrics?
        /// Where sessions are recorded; nil where they are not.
        public var recorder: (any SessionRecorder)?
        /// Called with each transaction's record.
        public var onRecord: @Sendable (TransactionRecord) -> Void = { _ in }

        /// A proxy under `policy`.
        public init(
            policy: ScreeningPolicy, environment: ScreeningEnvironment, smtp: ServerConfiguration,
            clock: @escaping @Sendable () -> Timestamp, sessionID: @escaping @Sendable () -> String
        ) {
            (self.policy, self.environment, self.smtp) = (policy, environment, smtp)
            (self.clock, self.sessionID) = (clock, sessionID)
        }
    }

    /// A configuration in one place for all the sessions that it holds for.
    final class Settings: Sendable {
        let configuration: Configuration

        init(_ configuration: Configuration) { self.configuration = configuration }
    }

    /// How long a client may take (RFC 5321 §4.5.3.2.7 asks for five minutes at least).
    public struct Timeouts: Sendable, Hashable {
        /// For a command, from the reply before it to the end of its line.
        public var command = Duration.seconds(300)
        /// For a block of message data.
        public var dataBlock = Duration.seconds(180)
        /// For a TLS handshake.
        public var handshake = Duration.seconds(60)
        /// For taking what is sent to it.
        public var reply = Duration.seconds(300)

        /// The defaults.
        public init() {}
    }
}

extension ProxyServer.Configuration {
    /// The settings of the listener at `address`.
    func listener(at address: ServerAddress) -> ListenerSettings {
        listeners.first { $0.address == address } ?? ListenerSettings(address)
    }

    /// How the server presents itself at a listener.
    func smtp(at listener: ListenerSettings) -> ServerConfiguration {
        var smtp = smtp
        if tls != nil, !listener.isImplicitTLS { smtp.extensions.append(.startTLS) }
        if listener.requiresTLS { smtp.requiresTLS = true }
        if listener.requiresAuthentication { smtp.requiresAuthentication = true }
        return smtp
    }
}
