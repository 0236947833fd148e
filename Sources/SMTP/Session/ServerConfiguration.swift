/// How a server session presents itself and where its limits are.
public struct ServerConfiguration: Sendable, Hashable {
    /// The name in the banner and in the replies to HELO and EHLO.
    public var hostname: String
    /// What EHLO offers, in this order.
    public var extensions: [ServerExtension] = ServerExtension.standard
    /// The largest message taken, in octets of content (RFC 1870 §3); 0 for no limit.
    public var sizeLimit = 50 * 1024 * 1024
    /// The most recipients a transaction may have. RFC 5321 §4.5.3.1.8 asks for 100 at least.
    public var maximumRecipients = 1000
    /// The most protocol errors before the session is ended with 421.
    public var maximumErrors = 20
    /// The most commands that further no mail (NOOP, RSET, VRFY, HELO …) between two messages; more count as errors.
    public var maximumIdleCommands = 100
    /// The most input held back while a decision is pending, in octets; more ends the session with 421.
    public var bufferLimit = 1024 * 1024
    /// What becomes of bare CR, bare LF and NUL.
    public var discipline = LineDiscipline.reject
    /// How long a command line may be.
    public var lineLimits = LineLimits.default
    /// Whether mail is taken on protected connections only.
    public var requiresTLS = false
    /// Whether credentials are taken on protected connections only (RFC 4954 §4).
    public var requiresTLSForAuthentication = true
    /// Whether mail is taken from authenticated clients only (RFC 6409 §4.3).
    public var requiresAuthentication = false
    /// Whether MAIL before HELO or EHLO is refused (RFC 5321 §4.1.4 says clients must send one).
    public var requiresHelo = true
    /// Whether refusals of a connection, greeting or sender are told when a recipient is named.
    public var delaysRefusals = false

    /// The defaults, under the name `hostname`.
    public init(hostname: String) { self.hostname = hostname }
}
