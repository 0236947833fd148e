import SMTP
import Screening
import Values

/// One connection's way from its first byte to its records: the PROXY line where one is expected, then the
/// conversation.
struct SessionLine: Sendable {
    private let configuration: SessionServer.Configuration
    private let peer: IPAddress?
    private var conversation: Conversation?
    private var proxyLine: [UInt8] = []

    init(configuration: SessionServer.Configuration, peer: IPAddress?) {
        (self.configuration, self.peer) = (configuration, peer)
    }

    /// Takes what came in, and says what to do.
    mutating func receive(_ bytes: Bytes) async -> [Conversation.Output] {
        guard conversation == nil else { return await forward(bytes) }
        proxyLine += bytes
        guard let end = proxyLine.firstIndex(of: .lf) else {
            // The PROXY protocol allows 107 bytes (version 1, §2.1).
            return proxyLine.count > 107 ? [.close] : []
        }
        guard let header = ProxyLine(proxyLine[...end]) else { return [.close] }
        let early = Bytes(Array(proxyLine[(end + 1)...]))
        proxyLine = []
        return await begin(header.source ?? peer, listener: header.destination, early: early)
    }

    /// The connection was accepted; with a PROXY line expected, that line comes first.
    mutating func start() async -> [Conversation.Output] {
        configuration.expectsProxyLine ? [] : await begin(peer, listener: nil, early: Bytes([]))
    }

    /// The connection ended.
    mutating func end() async {
        guard var conversation else { return }
        conversation.close(at: configuration.clock())
        deliver(from: &conversation)
        self.conversation = nil
    }

    private mutating func begin(_ client: IPAddress?, listener: IPAddress?, early: Bytes) async -> [Conversation.Output]
    {
        var session = Session(id: configuration.sessionID(), client: client.map(Fact.observed) ?? .absent)
        session.listener = listener.map(Fact.observed) ?? .absent
        var conversation = Conversation(
            policy: configuration.policy, environment: configuration.environment, configuration: configuration.smtp,
            session: session, source: session.id)
        let outputs = await conversation.connect(at: configuration.clock(), early: early)
        deliver(from: &conversation)
        self.conversation = conversation
        return outputs
    }

    private mutating func forward(_ bytes: Bytes) async -> [Conversation.Output] {
        guard var conversation else { return [] }
        let outputs = await conversation.receive(bytes, at: configuration.clock())
        deliver(from: &conversation)
        self.conversation = conversation
        return outputs
    }

    private func deliver(from conversation: inout Conversation) {
        for record in conversation.takeRecords() { configuration.onRecord(record) }
    }
}
