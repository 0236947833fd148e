import Mail
import Screening
import Values

/// What happened in a session, as far as the stages that remember need it to be asked again: all its events in order,
/// with what the other stages found at each.
public struct SessionHistory: Sendable, Hashable {
    /// Something that happened.
    public struct Event: Sendable, Hashable {
        /// When.
        public var time: Timestamp
        /// What.
        public var kind: Kind
        /// What stages found that are not asked again.
        public var symbols: [Symbol] = []
        /// What they have exempted the session from.
        public var grants: [Effect] = []

        /// An event at `time`.
        public init(_ time: Timestamp, _ kind: Kind) { (self.time, self.kind) = (time, kind) }
    }

    /// The kinds of events. Paths are in the form between the brackets, with them; nil where they are not known.
    public enum Kind: Sendable, Hashable {
        case connect
        case helo(String?)
        case auth(mechanism: String, identity: String?, succeeded: Bool, isRepeated: Bool = false)
        case mail(String?)
        case rcpt(String?)
        case message(octets: Int)
        case reset
        case protocolError
        case unknownRecipient
        case spokeEarly(Phase)
        case closed
    }

    /// Where it comes from: a message of an archive, a session of a transcript.
    public var source: String
    /// The client's address.
    public var client: IPAddress?
    /// The address that it connected to.
    public var listener: IPAddress?
    /// The port there.
    public var listenerPort: Int?
    /// What somebody said that its mail is.
    public var label: String?
    /// What happened, in order.
    public var events: [Event] = []

    /// Whether the session was seen as it went: one that is made of an archived message has no end.
    var isObserved: Bool { events.last?.kind == .closed }

    /// Whether somebody has logged in.
    var isAuthenticated: Bool {
        events.contains { if case .auth(_, _, true, _) = $0.kind { true } else { false } }
    }

    /// A session of which nothing has happened yet.
    public init(source: String) { self.source = source }

    /// The stages that are asked again.
    public static let simulatedStages: Set<String> = ["dynamic-screen", "throttle", "tarpit", "spam-trap", "greylist"]
}
