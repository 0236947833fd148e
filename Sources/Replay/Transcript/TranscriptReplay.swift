import SMTP
import Screening
import Values

/// Replays recorded SMTP sessions: what the client sent, at the times it sent it, goes through the same conversation
/// that a live session has.
public struct TranscriptReplay: Sendable {
    let policy: ScreeningPolicy
    let environment: ScreeningEnvironment
    let configuration: ServerConfiguration?
    let answersAsRecorded: Bool
    private let answering: any NextHop
    /// Makes the changes to a message that stages ask for, for records to hold it as it would go on; nil where they do
    /// not.
    public var changes: (@Sendable (Delivery) -> Bytes)?
    /// The log that tells of the session, where it is none of a transcript: what is known is known by it.
    var log: HeaderSource?

    /// A replay under `policy`, with DNS and state from `environment`, or as they were recorded in each session.
    ///
    /// Everything is judged and nothing refused, so that a session runs its recorded course whatever this policy
    /// would have done, unless answers are as recorded, when it is enforced as it was then. `configuration` makes the
    /// server another than the recorded one, behind which `answering` is, and enforces the policy.
    public init(
        policy: ScreeningPolicy, environment: ScreeningEnvironment, configuration: ServerConfiguration? = nil,
        answersAsRecorded: Bool = false, answering: any NextHop = NoNextHop()
    ) {
        self.answering = answering
        (self.policy, self.environment, self.configuration) = (policy, environment, configuration)
        self.answersAsRecorded = answersAsRecorded
    }

    /// What a replay of a session gives.
    public struct Outcome: Sendable {
        /// The records of its transactions, in order.
        public internal(set) var records: [TransactionRecord] = []
        /// Where they are not as recorded; empty unless answers are.
        public internal(set) var differences: [VerdictDifference] = []
        /// How many verdicts were recorded.
        public internal(set) var recordedVerdicts = 0
        /// What was asked and not recorded, where answers are as recorded.
        public internal(set) var missing: [String] = []
        /// What the server did then with each transaction whose MAIL it answered.
        public internal(set) var fates: [RecordedFate] = []
        /// What could not be replayed, and why.
        public internal(set) var faults: [String] = []
    }

    /// The records of the transactions of `recorded`, in order. `contents` gives the bytes of a message that lies in
    /// a file beside the transcript; nil when they cannot be had.
    public func records(
        of recorded: RecordedSession, contents: (String) -> Bytes? = { _ in nil }
    ) async -> [TransactionRecord] {
        await outcome(of: recorded, contents: contents).records
    }

    /// Replays a session.
    public func outcome(
        of recorded: RecordedSession, contents: (String) -> Bytes? = { _ in nil }
    ) async -> Outcome {
        var course = TranscriptCourse(self, recorded)
        while course.nextTime != nil { await course.step(contents) }
        return course.finish()
    }

    func conversation(
        _ recorded: RecordedSession, _ script: SessionScript, _ dialogue: RecordedDialogue, _ answers: RecordedAnswers?
    ) -> Conversation {
        var session = Session(id: recorded.id, client: recorded.client.map { .observed($0.address) } ?? .absent)
        for case .connect(_, let server, let name) in recorded.events.lazy.map(\.event) {
            if let server {
                session.listener = .observed(server.address)
                if let port = server.port { session.listenerPort = .observed(Int(port)) }
            }
            if let name { session.reverseName = .observed(name) }
        }
        session.tls = script.initialTLS.map(Fact.observed) ?? .absent
        let isOurs = script.service != nil
        var conversation = Conversation(
            policy: policy, environment: answers?.environment(hasState: isOurs) ?? environment,
            configuration: configuration ?? script.service?.configuration
                ?? TranscriptReplay.anyServer(dialogue), session: session, source: recorded.id,
            nextHop: configuration == nil ? RecordedHop(recorded, dialogue, isInferred: !isOurs) : answering,
            isShadow: configuration == nil && (answers == nil || script.service?.isShadow ?? true))
        conversation.changes = changes
        return conversation
    }

    /// A server that takes whatever the recorded one may have taken.
    private static func anyServer(_ dialogue: RecordedDialogue) -> ServerConfiguration {
        var server = ServerConfiguration(hostname: "localhost")
        server.extensions = ServerExtension.standard + [.chunking]
        if dialogue.hasSTARTTLS { server.extensions.append(.startTLS) }
        if !dialogue.mechanisms.isEmpty { server.extensions.append(.auth(dialogue.mechanisms)) }
        server.sizeLimit = 0
        (server.maximumRecipients, server.maximumErrors, server.maximumIdleCommands) = (100_000, 100_000, 1_000_000)
        server.lineLimits = LineLimits(command: 1 << 16, authentication: 1 << 16)
        (server.requiresHelo, server.requiresTLSForAuthentication) = (false, false)
        return server
    }
}
