import Policy
import SMTP
import Values

/// How `assayd` serves: the section `agent` of a policy. A replay has no use for any of it.
public struct AgentSettings: Sendable, Hashable {
    /// Where clients connect.
    public var listen: [ServerAddress]
    /// What is served where: `listen`, and the listeners with settings of their own.
    public var listeners: [ListenerSettings]
    /// How connections of clients are protected.
    public var tls: AgentTLSSettings
    /// The mail servers behind, the preferred one first.
    public var nextHop: [ServerAddress]
    /// How they are told who the client is.
    public var identification: ClientIdentification
    /// How connections to them are protected.
    public var nextHopTLS: NextHopTLSSettings
    /// Balancers in front, whose connections begin with a PROXY protocol header.
    public var balancers: [IPNetwork]
    /// The name in the banner; nil for the host's own.
    public var hostname: String?
    /// Whether everything is judged and nothing refused, held up or changed.
    public var isShadow: Bool
    /// Whether a field of tagged messages says what the policy made of them.
    public var addsVerdictField: Bool
    /// What becomes of bare CR, bare LF and NUL.
    public var bareLineEnds: LineDiscipline
    /// Whether clients may authenticate without TLS.
    public var authenticatesWithoutTLS: Bool
    /// Where large messages lie while they are received.
    public var spoolFolder: String
    /// How much of a message is held in memory while it is received, in octets.
    public var spoolMemory: Int
    /// The largest message, in octets.
    public var sizeLimit: Int
    /// The folder where quarantined messages are kept; nil where none are.
    public var quarantine: String?
    /// How long they are kept there, and how many.
    public var quarantineRetention = QuarantineRetention()
    /// Where sessions are recorded, and how; nil where they are not.
    public var recording: RecordingSettings?
    /// What is done about messages off their path.
    public var actions: ActionSettings
    /// The most connections at once.
    public var maximumConnections: Int
    /// The most connections at once of one address.
    public var maximumConnectionsPerAddress: Int
    /// How long the banner is held back, so that clients that do not wait for it are found out.
    public var bannerDelay: Duration
    /// How long things may take.
    public var timeouts: Timeouts
    /// How verdicts are carried out.
    public var enforcement: Enforcement
    /// How the service runs and tells of itself.
    public var operation: Operation
    /// What the stage bayes learns by verdicts; nil for nothing.
    public var autoLearn: AutoLearnSettings?

    /// The times of a proxy (RFC 5321 §4.5.3.2).
    public struct Timeouts: Sendable, Hashable {
        /// A client's, for a command line.
        public var command: Duration
        /// A client's, for a block of message data.
        public var data: Duration
        /// A next hop's, for a connection.
        public var connect: Duration
        /// A next hop's, for the answer to a command.
        public var answer: Duration
        /// A next hop's, for the answer to the final dot.
        public var delivery: Duration
        /// For sessions under way when the service stops.
        public var drain: Duration
    }
}
