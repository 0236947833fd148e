import Glibc
import NIOCore
import NIOPosix
import State
import Synchronization
import Values

/// A connection on which questions follow each other without waiting for answers; the answers come in the same order.
/// Once an answer is late or makes no sense, nothing that follows can be told from it, so the connection ends.
final class RedisConnection: Sendable {
    let channel: any Channel
    private let name: String
    private let ending: Ending

    /// Questions that may wait at once: those beyond could not be answered in time.
    private static let mostWaiting = 10_000

    /// A question on its way through the channel.
    fileprivate struct Question: Sendable {
        let bytes: ByteBuffer
        let answer: EventLoopPromise<RESPValue>
        let deadline: NIODeadline
    }

    /// Why the connection ended: what is asked of it afterwards does not reach the channel's handlers.
    fileprivate final class Ending: Sendable {
        private let error = Mutex<StateError?>(nil)

        var reason: StateError? { error.withLock { $0 } }

        func note(_ reason: StateError) { error.withLock { $0 = $0 ?? reason } }
    }

    private init(_ channel: any Channel, name: String, _ ending: Ending) {
        (self.channel, self.name, self.ending) = (channel, name, ending)
    }

    /// Connects to `place`. Throws a `StateError` when there is no connection by `deadline`.
    static func open(
        _ place: RedisServer.Place, name: String, by deadline: NIODeadline,
        protect: @escaping @Sendable (any Channel) throws -> Void
    ) async throws(StateError) -> RedisConnection {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let left = max(deadline - .now(), .milliseconds(1))
        let ending = Ending()
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(left).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try protect(channel)
                try channel.pipeline.syncOperations.addHandler(
                    Dialogue(name: name, loop: channel.eventLoop, mostWaiting: mostWaiting, ending))
            }
        }
        do {
            switch place {
            case .tcp(let host, let port):
                let channel = try await bootstrap.channelOption(.socketOption(.tcp_nodelay), value: 1)
                    .channelOption(.socketOption(.so_keepalive), value: 1)
                    .connect(host: host, port: port).get()
                return RedisConnection(channel, name: name, ending)
            case .unix(let path):
                let channel = try await bootstrap.connect(unixDomainSocketPath: path).get()
                return RedisConnection(channel, name: name, ending)
            }
        } catch {
            throw StateError("\(name): \(words(error))")
        }
    }

    /// Whether it can be asked.
    var isOpen: Bool { channel.isActive }

    /// Asks, and gives the answers in order; all have to come by `deadline`. Throws a `StateError` where one does not.
    func ask(_ commands: [[[UInt8]]], by deadline: NIODeadline) async throws(StateError) -> [RESPValue] {
        var promises: [EventLoopPromise<RESPValue>] = []
        for command in commands {
            var bytes: [UInt8] = []
            RESPCommand.encode(command, to: &bytes)
            let promise = channel.eventLoop.makePromise(of: RESPValue.self)
            promises.append(promise)
            let question = Question(bytes: ByteBuffer(bytes: bytes), answer: promise, deadline: deadline)
            channel.write(question).whenFailure { _ in
                // Where the channel has gone meanwhile nothing else would end the wait.
                promise.fail(self.ending.reason ?? StateError("\(self.name): the connection was closed"))
            }
        }
        channel.flush()
        var answers: [RESPValue] = []
        do {
            for promise in promises { answers.append(try await promise.futureResult.get()) }
        } catch {
            throw error as? StateError ?? StateError("\(name): \(error)")
        }
        return answers
    }

    /// Closes the connection; who waits is told so.
    func close() { channel.close(mode: .all, promise: nil) }

    /// Why there is no connection.
    private static func words(_ error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "no connection: \(reason(error))" }
        if error.dnsAError != nil, error.dnsAAAAError != nil { return "no connection: the host's name is not known" }
        return "no connection: \(error.connectionErrors.first.map { reason($0.error) } ?? "the host has no address")"
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case ChannelError.connectTimeout: "no answer in time"
        case let error as IOError: unsafe String(cString: strerror(error.errnoCode))
        default: "\(error)"
        }
    }
}

/// Sends questions and gives each its answer.
private final class Dialogue: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = RedisConnection.Question
    typealias OutboundOut = ByteBuffer

    private let name: String
    private let loop: any EventLoop
    private let mostWaiting: Int
    private var decoder = RESPDecoder()
    private var waiting = CircularBuffer<RedisConnection.Question>()
    private var alarm: Scheduled<Void>?
    private let ending: RedisConnection.Ending

    init(name: String, loop: any EventLoop, mostWaiting: Int, _ ending: RedisConnection.Ending) {
        (self.name, self.loop, self.mostWaiting, self.ending) = (name, loop, mostWaiting, ending)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let question = unwrapOutboundIn(data)
        promise?.succeed()
        if let end = ending.reason {
            question.answer.fail(end)
            return
        }
        guard waiting.count < mostWaiting else {
            question.answer.fail(StateError("\(name): too many questions wait for an answer"))
            return
        }
        waiting.append(question)
        watch(context)
        context.write(wrapOutboundOut(question.bytes), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let replies: [RESPValue]
        do {
            replies = try decoder.consume(unwrapInboundIn(data).readableBytesView)
        } catch {
            finish(context, StateError("\(name): what it says is not the Redis protocol: \(error)"))
            return
        }
        for reply in replies {
            if case .push = reply { continue }
            guard let question = waiting.popFirst() else {
                finish(context, StateError("\(name): an answer to no question"))
                return
            }
            question.answer.succeed(reply)
        }
        watch(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(context, StateError("\(name): the connection was closed"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(context, StateError("\(name): the connection broke: \(error)"))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish(context, StateError("\(name): the connection was closed"))
    }

    /// Sets the alarm for the question that has waited longest.
    private func watch(_ context: ChannelHandlerContext) {
        guard let first = waiting.first else {
            alarm?.cancel()
            alarm = nil
            return
        }
        guard alarm == nil else { return }
        let bound = NIOLoopBound(context, eventLoop: loop)
        let me = NIOLoopBound(self, eventLoop: loop)
        alarm = loop.scheduleTask(deadline: first.deadline) { me.value.rang(bound.value) }
    }

    private func rang(_ context: ChannelHandlerContext) {
        alarm = nil
        guard let first = waiting.first else { return }
        if first.deadline <= .now() {
            finish(context, StateError("\(name): no answer in time"))
        } else {
            watch(context)
        }
    }

    private func finish(_ context: ChannelHandlerContext, _ error: StateError) {
        guard ending.reason == nil else { return }
        ending.note(error)
        alarm?.cancel()
        alarm = nil
        for question in waiting { question.answer.fail(error) }
        waiting.removeAll()
        context.close(promise: nil)
    }
}
