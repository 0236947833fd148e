import Glibc
import NIOCore
import NIOPosix
import SMTP
import Synchronization

/// A connection to a scanner: bytes out and in, each with a deadline.
final class ByteChannel: Sendable {
    private let channel: any Channel
    private let inbox: Inbox

    private init(_ channel: any Channel, _ inbox: Inbox) { (self.channel, self.inbox) = (channel, inbox) }

    /// Connects to `address`. Throws where there is no connection by `deadline`.
    static func open(_ address: ServerAddress, by deadline: NIODeadline) async throws(ScannerFault) -> ByteChannel {
        let inbox = Inbox()
        let left = max(deadline - .now(), .milliseconds(1))
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(left)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(inbox) }
            }
        do {
            switch address {
            case .tcp(let host, let port):
                return ByteChannel(
                    try await bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
                        .connect(host: host, port: port).get(), inbox)
            case .unix(let path):
                return ByteChannel(try await bootstrap.connect(unixDomainSocketPath: path).get(), inbox)
            }
        } catch {
            throw ScannerFault("no connection: \(words(error))")
        }
    }

    /// Whether it can be used: open, and nothing came that nobody asked for.
    var isUsable: Bool { channel.isActive && inbox.isEmpty }

    /// Whether something came that was not yet received.
    var hasInput: Bool { !inbox.isEmpty }

    /// Sends `bytes`, and waits until the other side has room for them.
    func send(_ bytes: ByteBuffer, by deadline: NIODeadline) async throws(ScannerFault) {
        let alarm = alarm(deadline, "it takes no more for too long")
        defer { alarm.cancel() }
        do {
            try await channel.writeAndFlush(bytes).get()
        } catch {
            throw inbox.fault ?? ScannerFault("the connection was closed")
        }
    }

    /// What came since the last call, once there is some; nil once the other side has ended.
    func receive(by deadline: NIODeadline) async throws(ScannerFault) -> ByteBuffer? {
        let alarm = alarm(deadline, "no answer in time")
        defer { alarm.cancel() }
        while true {
            switch inbox.take(channel.eventLoop) {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case .fault(let fault): throw fault
            case .wait(let promise): try? await promise.futureResult.get()
            }
        }
    }

    /// Closes the connection.
    func close() { channel.close(mode: .all, promise: nil) }

    private func alarm(_ deadline: NIODeadline, _ fault: String) -> Scheduled<Void> {
        let (inbox, channel) = (inbox, channel)
        return channel.eventLoop.scheduleTask(deadline: deadline) {
            inbox.end(ScannerFault(fault))
            channel.close(mode: .all, promise: nil)
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if error.dnsAError != nil, error.dnsAAAAError != nil { return "the host's name is not known" }
            return error.connectionErrors.first.map { words($0.error) } ?? "the host has no address"
        case ChannelError.connectTimeout: return "no answer in time"
        case let error as IOError: return unsafe String(cString: strerror(error.errnoCode))
        default: return "\(error)"
        }
    }
}

/// What came over a connection and was not yet received.
private final class Inbox: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    enum Taken {
        case bytes(ByteBuffer)
        case end
        case fault(ScannerFault)
        case wait(EventLoopPromise<Void>)
    }

    private struct State {
        var buffer = ByteBuffer()
        var isEnded = false
        var fault: ScannerFault?
        var waiter: EventLoopPromise<Void>?
    }

    /// Answers of scanners are short; a server that sends more than this unasked is none.
    private static let limit = 64 << 20

    private let state = Mutex(State())

    var isEmpty: Bool { state.withLock { $0.buffer.readableBytes == 0 && !$0.isEnded } }

    var fault: ScannerFault? { state.withLock { $0.fault } }

    func take(_ loop: any EventLoop) -> Taken {
        state.withLock { state in
            if state.buffer.readableBytes > 0 {
                let bytes = state.buffer
                state.buffer = ByteBuffer()
                return .bytes(bytes)
            }
            if let fault = state.fault { return .fault(fault) }
            if state.isEnded { return .end }
            let promise = state.waiter ?? loop.makePromise(of: Void.self)
            state.waiter = promise
            return .wait(promise)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        let (waiter, isTooMuch) = state.withLock { state in
            state.buffer.writeBuffer(&bytes)
            defer { state.waiter = nil }
            return (state.waiter, state.buffer.readableBytes > Inbox.limit)
        }
        if isTooMuch {
            end(ScannerFault("it sends more than an answer"))
            context.close(promise: nil)
        }
        waiter?.succeed()
    }

    /// Nothing more comes, for this reason where there is one.
    func end(_ fault: ScannerFault?) {
        let waiter = state.withLock { state in
            state.isEnded = true
            state.fault = state.fault ?? fault
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.succeed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(ScannerFault("the connection broke"))
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(nil) }
}
