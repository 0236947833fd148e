import NIOCore
import NIOPosix
import SMTP
import Screening
import Values

/// An SMTP server that screens its sessions: one conversation per connection, over real sockets.
///
/// It answers for itself; there is no next hop behind it.
public struct SessionServer: Sendable {
    /// What the server serves by.
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
        /// Whether connections begin with a PROXY protocol line that names the client.
        public var expectsProxyLine = false
        /// Called with each transaction's record.
        public var onRecord: @Sendable (TransactionRecord) -> Void = { _ in }

        /// A server under `policy`.
        public init(
            policy: ScreeningPolicy, environment: ScreeningEnvironment, smtp: ServerConfiguration,
            clock: @escaping @Sendable () -> Timestamp, sessionID: @escaping @Sendable () -> String
        ) {
            (self.policy, self.environment, self.smtp) = (policy, environment, smtp)
            (self.clock, self.sessionID) = (clock, sessionID)
        }
    }

    private let listener: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
    private let configuration: Configuration

    /// The port it listens on.
    public var port: Int { listener.channel.localAddress?.port ?? 0 }

    /// Listens on `host`; port 0 takes a free one. Throws when the address cannot be bound.
    public static func bind(host: String, port: Int, _ configuration: Configuration) async throws -> SessionServer {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return SessionServer(listener: listener, configuration: configuration)
    }

    /// Serves until the task is cancelled. A failing connection ends alone.
    public func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await serve(connection) }
                }
            }
        }
    }

    private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        let peer = connection.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        do {
            try await connection.executeThenClose { inbound, outbound in
                var line = SessionLine(configuration: configuration, peer: peer)
                var isOpen = try await carryOut(await line.start(), outbound)
                var incoming = inbound.makeAsyncIterator()
                while isOpen, let buffer = try await incoming.next() {
                    let outputs = await line.receive(Bytes(Array(buffer.readableBytesView)))
                    isOpen = try await carryOut(outputs, outbound)
                }
                await line.end()
            }
        } catch {
            // The connection broke; what was judged before has been recorded.
        }
    }

    /// Sends replies in order, each after its delay. False once the connection is to be closed.
    private func carryOut(
        _ outputs: [Conversation.Output], _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws -> Bool {
        for output in outputs {
            switch output {
            case .reply(let reply, let delay):
                if delay > .zero { try await configuration.pause(delay) }
                try await outbound.write(ByteBuffer(bytes: reply.wire()))
            case .close:
                return false
            }
        }
        return true
    }
}
