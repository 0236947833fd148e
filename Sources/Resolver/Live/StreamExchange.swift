import NIOCore
import NIOPosix

/// One query over a TCP connection of its own (RFC 7766).
final class StreamExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let question: WireQuestion
    private let id: UInt16
    private let promise: EventLoopPromise<Exchange>
    private var received: [UInt8] = []

    private init(question: WireQuestion, id: UInt16, promise: EventLoopPromise<Exchange>) {
        (self.question, self.id, self.promise) = (question, id, promise)
    }

    /// Sends `query`, whose id is `id`, and waits for its answer.
    static func run(
        _ query: [UInt8], id: UInt16, question: WireQuestion, to server: SocketAddress, on eventLoop: any EventLoop,
        wait: TimeAmount
    ) -> EventLoopFuture<Exchange> {
        let promise = eventLoop.makePromise(of: Exchange.self)
        let timer = eventLoop.scheduleTask(in: wait) { promise.succeed(.timeout) }
        ClientBootstrap(group: eventLoop)
            .connectTimeout(wait)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        StreamExchange(question: question, id: id, promise: promise))
                }
            }
            .connect(to: server)
            .whenComplete { result in
                switch result {
                case .success(let channel):
                    promise.futureResult.whenComplete { _ in
                        timer.cancel()
                        channel.close(promise: nil)
                    }
                    // RFC 7766 §8: length and message in one write.
                    var buffer = ByteBuffer(integer: UInt16(truncatingIfNeeded: query.count))
                    buffer.writeBytes(query)
                    channel.writeAndFlush(buffer).whenFailure { _ in promise.succeed(.unreachable) }
                case .failure:
                    timer.cancel()
                    promise.succeed(.unreachable)
                }
            }
        return promise.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        guard received.count >= 2 else { return }
        let length = Int(received[0]) << 8 | Int(received[1])
        guard received.count >= 2 + length else { return }
        let message = Array(received[2..<2 + length])
        guard let header = DNSMessage.Header(message), header.id == id, !header.isTruncated,
            let reply = Reply(message, to: question, onStream: true)
        else {
            promise.succeed(.reply(.malformed))
            return
        }
        promise.succeed(.reply(reply))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.succeed(.unreachable)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { promise.succeed(.unreachable) }
}
