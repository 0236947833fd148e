import NIOCore
import NIOPosix

/// A UDP socket with a port of its own, connected to one server, for some dozens of queries; it belongs to its event
/// loop. The kernel chooses the port at random.
final class QuerySocket: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private struct Waiting {
        let question: WireQuestion
        let promise: EventLoopPromise<Exchange>
        let timer: Scheduled<Void>
    }

    private let server: SocketAddress
    private let eventLoop: any EventLoop
    private var channel: EventLoopFuture<any Channel>?
    private var waiting: [UInt16: Waiting] = [:]
    private var isRetired = false

    /// How many queries were sent through it.
    private(set) var used = 0

    private init(server: SocketAddress, eventLoop: any EventLoop) {
        (self.server, self.eventLoop) = (server, eventLoop)
    }

    /// Opens a socket; called on `eventLoop`.
    static func open(to server: SocketAddress, on eventLoop: any EventLoop) -> QuerySocket {
        let socket = QuerySocket(server: server, eventLoop: eventLoop)
        let bound = NIOLoopBound(socket, eventLoop: eventLoop)
        socket.channel = DatagramBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(to: server)
        return socket
    }

    /// Sends the query that `makeQuery` makes of a random id, and waits for its answer.
    func send(
        _ question: WireQuestion, wait: TimeAmount, random: inout SystemRandomNumberGenerator,
        makeQuery: (UInt16) -> [UInt8]?
    ) -> EventLoopFuture<Exchange> {
        var id = UInt16.random(in: .min ... .max, using: &random)
        while waiting[id] != nil { id = UInt16.random(in: .min ... .max, using: &random) }
        let promise = eventLoop.makePromise(of: Exchange.self)
        guard let query = makeQuery(id), let channel else {
            promise.succeed(.unreachable)
            return promise.futureResult
        }
        used += 1
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let timer = eventLoop.scheduleTask(in: wait) { [id] in bound.value.finish(id, .timeout) }
        waiting[id] = Waiting(question: question, promise: promise, timer: timer)
        channel.whenComplete { [id] result in
            switch result {
            case .success(let channel):
                channel.writeAndFlush(ByteBuffer(bytes: query)).whenFailure { _ in bound.value.finish(id, .unreachable)
                }
            case .failure: bound.value.finish(id, .unreachable)
            }
        }
        return promise.futureResult
    }

    /// Takes no more queries and closes once the last is answered.
    func retire() {
        isRetired = true
        closeIfDone()
    }

    /// Gives up what waits and closes.
    func close() {
        isRetired = true
        for id in waiting.keys { finish(id, .unreachable) }
        closeIfDone()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let message = Array(envelope.data.readableBytesView)
        // RFC 5452 §9.1: from the address and port that was asked, under an id that is waited for, to the question
        // that was asked. Anything else is passed over, and the waiting goes on.
        guard envelope.remoteAddress == server, let header = DNSMessage.Header(message),
            let waiter = waiting[header.id], let reply = Reply(message, to: waiter.question)
        else { return }
        finish(header.id, .reply(reply))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connected socket learns that nobody listens (ICMP port unreachable); of which query is not told.
        for id in waiting.keys { finish(id, .unreachable) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        for id in waiting.keys { finish(id, .unreachable) }
        channel = nil
    }

    private func finish(_ id: UInt16, _ exchange: Exchange) {
        guard let waiter = waiting.removeValue(forKey: id) else { return }
        waiter.timer.cancel()
        waiter.promise.succeed(exchange)
        closeIfDone()
    }

    private func closeIfDone() {
        guard isRetired, waiting.isEmpty, let channel else { return }
        self.channel = nil
        channel.whenSuccess { $0.close(promise: nil) }
    }
}
