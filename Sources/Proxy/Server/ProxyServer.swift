import Glibc
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
        var settings: Settings
        var listeners: [any Channel] = []
        var connections: [Int: Connection] = [:]
        /// Connections that came before `run()`.
        var waiting: [Arrival] = []
        var counts = ConnectionCounts()
        var nextNumber = 0
        /// Tasks that serve or refuse a connection.
        var taskCount = 0
        var isRunning = false
        var isDraining = false
        var isClosed = false
        /// Waits in `run()` for the end.
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// A connection that came in, and where.
    private struct Arrival: Sendable {
        let stream: ByteStream
        let listener: ServerAddress
    }

    private struct Connection {
        let stream: ByteStream
        var task: Task<Void, Never>?
    }

    /// A connection that is served, by its number, and what it counts for.
    private struct Place {
        let number: Int
        let count: ConnectionCounts.Place
        let settings: Settings
    }

    private let state: Mutex<State>

    private init(_ configuration: Configuration) { state = Mutex(State(settings: Settings(configuration))) }

    /// The port of the first address it listens on.
    public var port: Int { state.withLock { $0.listeners.first?.localAddress?.port ?? 0 } }

    /// How many connections there are.
    public var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Listens on `host`; port 0 takes a free one. Throws when the address cannot be bound.
    public static func bind(host: String, port: Int, _ configuration: Configuration) async throws -> ProxyServer {
        try await bind([.tcp(host: host, port: port)], configuration)
    }

    /// Listens on all of `addresses`, by those of `inherited` that serve for one of them; `onUnused` is told of the
    /// others, which are closed. Throws when an address cannot be bound.
    public static func bind(
        _ addresses: [ServerAddress], inherited: [InheritedSocket] = [], _ configuration: Configuration,
        onUnused: (InheritedSocket) -> Void = { _ in }
    ) async throws -> ProxyServer {
        let server = ProxyServer(configuration)
        let (sockets, unused) = InheritedSocket.matched(inherited, to: addresses)
        for socket in unused {
            onUnused(socket)
            close(socket.descriptor)
        }
        var listeners: [any Channel] = []
        do {
            for address in addresses {
                listeners.append(try await server.listen(on: address, by: sockets[address]))
            }
        } catch {
            for listener in listeners { listener.close(promise: nil) }
            throw error
        }
        server.state.withLock { $0.listeners = listeners }
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        EventLoopFuture.andAllComplete(listeners.map(\.closeFuture), on: loop).whenComplete { _ in
            server.end { $0.isClosed = true }
        }
        return server
    }

    private func listen(on address: ServerAddress, by socket: InheritedSocket?) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    _ = try ByteStream.wrap(channel, isTCP: address.isTCP) {
                        self.take(Arrival(stream: $0, listener: address))
                    }
                }
            }
        if let socket { return try await bootstrap.withBoundSocket(socket.descriptor).get() }
        switch address {
        case .tcp(let host, let port):
            return try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port).get()
        case .unix(let path):
            return try await bootstrap.bind(unixDomainSocketPath: path).get()
        }
    }

    /// Serves connections that come from now on by `configuration`; those that are there go on by theirs.
    /// An address that it does not name stays what it was: what was opened for submission is no way in for mail.
    public func use(_ configuration: Configuration) {
        state.withLock { state in
            var configuration = configuration
            let named = configuration.listeners.map(\.address)
            configuration.listeners += state.settings.configuration.listeners.filter { !named.contains($0.address) }
            state.settings = Settings(configuration)
        }
    }

    /// Takes no connection more and ends those that are there between two transactions, with 421. What is under way
    /// after `limit` is broken off: its client has no answer, and sends the message again.
    public func drain(within limit: Duration) async {
        let (listeners, streams) = state.withLock { state in
            state.isDraining = true
            return (state.listeners, state.connections.values.map(\.stream))
        }
        for listener in listeners { try? await listener.close(mode: .all).get() }
        for stream in streams { stream.interrupt() }
        let deadline = ContinuousClock.now + limit
        while connectionCount > 0, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        breakOff()
    }

    private func breakOff() {
        for connection in state.withLock({ Array($0.connections.values) }) {
            connection.stream.channel.close(promise: nil)
            connection.task?.cancel()
        }
    }

    /// Serves until it has been drained, or the task is cancelled. A failing connection ends alone.
    public func run() async {
        await withTaskCancellationHandler {
            let waiting = state.withLock { state in
                defer { (state.waiting, state.isRunning) = ([], true) }
                return state.waiting
            }
            for arrival in waiting { arrival.stream.channel.eventLoop.execute { self.take(arrival) } }
            await withCheckedContinuation { continuation in end { $0.waiter = continuation } }
        } onCancel: {
            for listener in state.withLock({ $0.listeners }) { listener.close(promise: nil) }
            breakOff()
        }
    }

    /// Notes what may have been the last thing to wait for.
    private func end(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            guard state.isClosed, state.taskCount == 0, let waiter = state.waiter else {
                return nil as CheckedContinuation<Void, Never>?
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Begins to serve a connection, on its event loop.
    private func take(_ arrival: Arrival) {
        let stream = arrival.stream
        let isRunning = state.withLock { state in
            if state.isRunning { state.taskCount += 1 } else { state.waiting.append(arrival) }
            return state.isRunning
        }
        guard isRunning else { return }
        let admission = admit(stream)
        let executor = LoopExecutor.of(stream.channel.eventLoop)
        executor.attend {
            let task = Task(executorPreference: executor) { await self.serve(arrival, admission) }
            if case .success(let place) = admission { state.withLock { $0.connections[place.number]?.task = task } }
        }
    }

    private func serve(_ arrival: Arrival, _ admission: Result<Place, RefusedConnection>) async {
        let stream = arrival.stream
        switch admission {
        case .success(let place):
            let listener = place.settings.configuration.listener(at: arrival.listener)
            await ProxySession(place.settings, stream, listener) { self.state.withLock { $0.isDraining } }.run()
            leave(place)
        case .failure(let refused):
            let reply = SMTPReply(
                code: 421, enhanced: EnhancedStatus(class: 4, subject: 3, detail: 2), text: refused.reason.text)
            try? await stream.sendAll(reply.wire(), within: .seconds(5))
            await stream.close()
        }
        end { $0.taskCount -= 1 }
    }

    private func admit(_ stream: ByteStream) -> Result<Place, RefusedConnection> {
        let address = stream.remoteEnd?.address
        let (result, metrics) = state.withLock { state -> (Result<Place, RefusedConnection>, ServiceMetrics?) in
            let settings = state.settings
            guard !state.isDraining else {
                return (.failure(RefusedConnection(reason: .stopping)), settings.configuration.metrics)
            }
            let isBalancer = address.map { address in
                settings.configuration.balancers.contains { $0.contains(address) }
            }
            let counted = state.counts.enter(
                address, isExempt: isBalancer ?? true, limits: settings.configuration.limits)
            return (
                counted.map { count in
                    state.nextNumber += 1
                    state.connections[state.nextNumber] = Connection(stream: stream)
                    return Place(number: state.nextNumber, count: count, settings: settings)
                }, settings.configuration.metrics
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
