import SMTP
import Screening
import Values

/// Replays recorded SMTP sessions: what the client sent, at the times it sent it, goes through the same conversation
/// that a live session has.
public struct TranscriptReplay: Sendable {
    let policy: ScreeningPolicy
    let environment: ScreeningEnvironment
    let configuration: ServerConfiguration

    /// A replay under `policy`, with DNS and state from `environment`. `configuration` is how the server presented
    /// itself; only its limits matter to verdicts.
    public init(
        policy: ScreeningPolicy, environment: ScreeningEnvironment,
        configuration: ServerConfiguration = ServerConfiguration(hostname: "localhost")
    ) {
        (self.policy, self.environment, self.configuration) = (policy, environment, configuration)
    }

    /// The records of the transactions of `recorded`, in order. `contents` gives the bytes of a message that lies in
    /// a file beside the transcript; nil when they cannot be had.
    public func records(
        of recorded: RecordedSession, contents: (String) -> Bytes? = { _ in nil }
    ) async -> [TransactionRecord] {
        var session = Session(id: recorded.id, client: recorded.client.map { .observed($0.address) } ?? .absent)
        if case .connect(_, let server?, _)? = recorded.events.first?.event {
            session.listener = .observed(server.address)
            if let port = server.port { session.listenerPort = .observed(Int(port)) }
        }
        // TLS before the banner is that of a connection protected from its start.
        let first = recorded.events.lazy.map(\.event).first { event in
            if case .connect = event { false } else { true }
        }
        if case .tls(let tls)? = first { session.tls = TLSParameters(tls).map(Fact.observed) ?? .absent }
        var configuration = configuration
        // Whether STARTTLS was kept from this client alone, the recording does not tell, but the policy.
        let hasTLS = recorded.offersTLS || !policy.agent.tls.certificates.isEmpty
        if session.tls.value != nil {
            configuration.extensions.removeAll { $0 == .startTLS }
        } else if hasTLS, !configuration.extensions.contains(.startTLS) {
            configuration.extensions.append(.startTLS)
        }
        var conversation = Conversation(
            policy: policy, environment: environment, configuration: configuration, session: session,
            source: recorded.id)
        var now = recorded.connectTime
        var isConnected = false
        for turn in Turn.turns(of: recorded.events) {
            now = turn.time
            if case .tls = turn.content {
            } else if conversation.isWaitingForTLS {
                // Others record no handshakes; what was said after one tells that it ended well.
                _ = await conversation.tlsEstablished(TLSParameters(version: nil, cipher: nil), at: now)
            }
            switch turn.content {
            case .tls(let tls):
                if let failure = tls.failure {
                    await conversation.tlsFailed(failure, at: now)
                } else if isConnected, let parameters = TLSParameters(tls) {
                    _ = await conversation.tlsEstablished(parameters, at: now)
                }
                continue
            case .sent(let bytes) where !isConnected:
                _ = await conversation.connect(at: recorded.connectTime, early: bytes)
            case .sent(let bytes): _ = await conversation.receive(bytes, at: now)
            case .message(let message):
                switch message.content {
                case .inline(let bytes): _ = await conversation.receive(message: bytes, at: now)
                case .file(let name):
                    if let bytes = contents(name) { _ = await conversation.receive(message: bytes, at: now) }
                }
            }
            isConnected = true
        }
        conversation.close(at: now)
        return conversation.takeRecords()
    }
}

/// What the client sent in one go: the lines between two of the server's.
private struct Turn {
    enum Content {
        case sent(Bytes)
        case message(RecordedMessage)
        case tls(RecordedTLS)
    }

    let time: Timestamp
    let content: Content

    /// The turns of a session, the first being what was sent before the banner (often nothing).
    static func turns(of events: [TranscriptLine]) -> [Turn] {
        var turns: [Turn] = []
        var pending: [UInt8] = []
        var time = events.first?.time ?? Timestamp(seconds: 0)
        var hasBanner = false
        func flush() {
            if !pending.isEmpty || !hasBanner { turns.append(Turn(time: time, content: .sent(Bytes(pending)))) }
            pending = []
            hasBanner = true
        }
        for line in events {
            switch line.event {
            case .line(from: .client, let bytes):
                if pending.isEmpty { time = line.time }
                pending += bytes.array + [.cr, .lf]
            case .line(from: .server, _):
                flush()
            case .message(let message):
                flush()
                turns.append(Turn(time: line.time, content: .message(message)))
            case .tls(let tls):
                // Before the banner it comes first; after STARTTLS its 220 has ended the client's turn.
                if !pending.isEmpty { flush() }
                turns.append(Turn(time: line.time, content: .tls(tls)))
                // Nothing follows a handshake that failed, no banner either.
                if tls.failure != nil { hasBanner = true }
            case .connect, .auth, .verdict, .close, .dns, .state, .unknown:
                break
            }
        }
        flush()
        return turns
    }
}

extension RecordedSession {
    /// Whether the server offered STARTTLS.
    fileprivate var offersTLS: Bool {
        events.contains { line in
            guard case .line(from: .server, let reply) = line.event, reply.count >= 12 else { return false }
            return reply[4..<12].lossyString.equalsIgnoringASCIICase("STARTTLS")
        }
    }
}
