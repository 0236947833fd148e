import NIOCore
import NIOPosix
import Resolver
import Synchronization
import Testing

/// A name server on the loopback interface, UDP and TCP on one port, that does to each query what a test says.
final class ScriptedServer: Sendable {
    /// What becomes of a query, in order.
    enum Action: Sendable {
        case send([UInt8], after: TimeAmount = .zero)
        /// The same, from a port that was not asked.
        case sendFromElsewhere([UInt8])

        static func send(_ response: Response, after: TimeAmount = .zero) -> Action {
            .send(response.bytes, after: after)
        }
    }

    typealias Script = @Sendable (ReceivedQuery) -> [Action]

    private let datagrams: any Channel
    private let listener: any Channel
    private let queries: Log
    let port: Int

    /// The queries so far.
    final class Log: Sendable {
        private let queries = Mutex<[ReceivedQuery]>([])
        func add(_ query: ReceivedQuery) { queries.withLock { $0.append(query) } }
        var all: [ReceivedQuery] { queries.withLock { $0 } }
    }

    /// Starts a server that follows `script`.
    init(_ script: @escaping Script) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let log = Log()
        let elsewhere = try await DatagramBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        var bound: (any Channel, any Channel)?
        // The port that UDP gets may be taken for TCP.
        for _ in 0..<20 where bound == nil {
            let datagrams = try await DatagramBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            DatagramHandler(script: script, log: log, elsewhere: elsewhere))
                    }
                }.bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(datagrams.localAddress?.port)
            let listener = try? await ServerBootstrap(group: group)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(StreamHandler(script: script, log: log))
                    }
                }.bind(host: "127.0.0.1", port: port).get()
            if let listener { bound = (datagrams, listener) } else { try await datagrams.close() }
        }
        (datagrams, listener) = try #require(bound)
        port = try #require(datagrams.localAddress?.port)
        queries = log
    }

    deinit {
        datagrams.close(promise: nil)
        listener.close(promise: nil)
    }

    /// All queries that came, in their order.
    var received: [ReceivedQuery] { queries.all }

    /// The same, once there are `count`: on a busy machine the server may come to a query after nobody waits for its
    /// answer any more.
    func received(atLeast count: Int) async throws -> [ReceivedQuery] {
        for _ in 0..<600 where received.count < count { try await Task.sleep(for: .milliseconds(100)) }
        return received
    }

    var server: ResolverConfiguration.Server {
        get throws { try #require(ResolverConfiguration.Server(address: "127.0.0.1", port: port)) }
    }

    /// A configuration that asks this server, and asks again only after a wait that no busy machine makes too short:
    /// tests count the queries.
    func configuration(wait: Duration = .seconds(60)) throws -> ResolverConfiguration {
        var configuration = ResolverConfiguration(servers: [try server])
        (configuration.timeout, configuration.shortestWait) = (.seconds(60), wait)
        return configuration
    }
}

private final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let script: ScriptedServer.Script
    private let log: ScriptedServer.Log
    private let elsewhere: any Channel

    init(script: @escaping ScriptedServer.Script, log: ScriptedServer.Log, elsewhere: any Channel) {
        (self.script, self.log, self.elsewhere) = (script, log, elsewhere)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let query = ReceivedQuery(bytes: Array(envelope.data.readableBytesView), isOverTCP: false)
        log.add(query)
        let channel = context.channel
        for action in script(query) {
            switch action {
            case .send(let bytes, let delay):
                let answer = AddressedEnvelope(
                    remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes))
                if delay == .zero {
                    channel.writeAndFlush(answer, promise: nil)
                } else {
                    context.eventLoop.scheduleTask(in: delay) { channel.writeAndFlush(answer, promise: nil) }
                }
            case .sendFromElsewhere(let bytes):
                elsewhere.writeAndFlush(
                    AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: bytes)),
                    promise: nil)
            }
        }
    }
}

private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let script: ScriptedServer.Script
    private let log: ScriptedServer.Log
    private var received: [UInt8] = []

    init(script: @escaping ScriptedServer.Script, log: ScriptedServer.Log) { (self.script, self.log) = (script, log) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        guard received.count >= 2, received.count >= 2 + Int(received[0]) << 8 + Int(received[1]) else { return }
        let query = ReceivedQuery(bytes: Array(received.dropFirst(2)), isOverTCP: true)
        log.add(query)
        for case .send(let bytes, _) in script(query) {
            var buffer = ByteBuffer(integer: UInt16(bytes.count))
            buffer.writeBytes(bytes)
            context.writeAndFlush(NIOAny(buffer), promise: nil)
        }
    }
}
