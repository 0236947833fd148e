import NIOCore
import NIOPosix
import SMTP
import Screening
import Synchronization
import Values

/// A transparent SMTP proxy: what policy lets pass goes on to the server behind it while the client waits, and the
/// client is told what that server says. Nothing is queued, so nothing can be lost.
public final class ProxyServer: Sendable {
    private struct State {
        var configuration: Configuration
        var connections: [Int: ByteStream] = [:]
        var counts = ConnectionCounts()
        var nextNumber = 0
        var isDraining = false
    }

    /// A connection that is served, by its number, and what it counts for.
    private struct Place {
        let number: Int
        let count: ConnectionCounts.Place
        let configuration: Configuration
    }

    private let listeners: [any Channel]
    private let accepted: AsyncStream<ByteStream>
    private let state: Mutex<State>

    private init(_ listeners: [any Channel], _ accepted: AsyncStream<ByteStream>, _ configuration: Configuration) {
        (self.listeners, self.accepted) = (listeners, accepted)
        state = Mutex(State(configuration: configuration))
    }

    /// The port of the first address it listens on.
    public var port: Int { listeners.first?.localAddress?.port ?? 0 }

    /// How many connections there are.
    public var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Listens on `host`; port 0 takes a free one. Throws when the address cannot be bound.
    public static func bind(host: String, port: Int, _ configuration: Configuration) async throws -> ProxyServer {
        try await bind([.tcp(host: host, port: port)], configuration)
    }

    /// Listens on all of `addresses`. Throws when one of them cannot be bound.
    public static func bind(_ addresses: [ServerAddress], _ configuration: Configuration) async throws -> ProxyServer {
        let (accepted, arrivals) = AsyncStream.makeStream(of: ByteStream.self)
        var listeners: [any Channel] = []
        do {
            for address in addresses { listeners.append(try await listen(on: address, arrivals)) }
        } catch {
            for listener in listeners { listener.close(promise: nil) }
            throw error
        }
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        EventLoopFuture.andAllComplete(listeners.map(\.closeFuture), on: loop).whenComplete { _ in arrivals.finish() }
        return ProxyServer(listeners, accepted, configuration)
    }

    private static func listen(
        on address: ServerAddress, _ arrivals: AsyncStream<ByteStream>.Continuation
    ) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { _ = try ByteStream.wrap(channel) { arrivals.yield($0) } }
            }
        switch address {
        case .tcp(let host, let port):
            return try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port).get()
        case .unix(let path):
            return try await bootstrap.bind(unixDomainSocketPath: path).get()
        }
    }

    /// Serves connections that come from now on by `configuration`; those that are there go on by theirs.
    public func use(_ configuration: Configuration) { state.withLock { $0.configuration = configuration } }

    /// Takes no connection more and ends those that are there between two transactions, with 421. What is under way
    /// after `limit` is broken off: its client has no answer, and sends the message again.
    public func drain(within limit: Duration) async {
        let streams = state.withLock { state in
            state.isDraining = true
            return Array(state.connections.values)
        }
        for listener in listeners { try? await listener.close(mode: .all).get() }
        for stream in streams { stream.interrupt() }
        let deadline = ContinuousClock.now + limit
        while connectionCount > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        breakOff()
    }

    private func breakOff() {
        for stream in state.withLock({ Array($0.connections.values) }) { stream.channel.close(promise: nil) }
    }

    /// Serves until it has been drained, or the task is cancelled. A failing connection ends alone.
    public func run() async {
        await withDiscardingTaskGroup { group in
            await withTaskCancellationHandler {
                for await stream in accepted {
                    group.addTask(executorPreference: LoopExecutor(stream.channel.eventLoop)) {
                        await self.serve(stream)
                    }
                }
            } onCancel: {
                for listener in listeners { listener.close(promise: nil) }
            }
            if Task.isCancelled {
                breakOff()
                group.cancelAll()
            }
        }
    }

    private func serve(_ stream: ByteStream) async {
        let place: Place
        switch admit(stream) {
        case .success(let admitted): place = admitted
        case .failure(let refused):
            let reply = SMTPReply(
                code: 421, enhanced: EnhancedStatus(class: 4, subject: 3, detail: 2), text: refused.reason.text)
            try? await stream.sendAll(reply.wire(), within: .seconds(5))
            await stream.close()
            return
        }
        await ProxySession(place.configuration, stream) { self.state.withLock { $0.isDraining } }.run()
        leave(place)
    }

    private func admit(_ stream: ByteStream) -> Result<Place, RefusedConnection> {
        let address = stream.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        let (result, metrics) = state.withLock { state -> (Result<Place, RefusedConnection>, ServiceMetrics?) in
            let configuration = state.configuration
            guard !state.isDraining else {
                return (.failure(RefusedConnection(reason: .stopping)), configuration.metrics)
            }
            let isBalancer = address.map { address in configuration.balancers.contains { $0.contains(address) } }
            let counted = state.counts.enter(address, isExempt: isBalancer ?? true, limits: configuration.limits)
            return (
                counted.map { count in
                    state.nextNumber += 1
                    state.connections[state.nextNumber] = stream
                    return Place(number: state.nextNumber, count: count, configuration: configuration)
                }, configuration.metrics
            )
        }
        switch result {
        case .success: metrics?.noteSession()
        case .failure(let refused): metrics?.note(refused.reason)
        }
        return result
    }

    private func leave(_ place: Place) {
        state.withLock { state in
            state.connections[place.number] = nil
            state.counts.leave(place.count)
        }
    }
}
