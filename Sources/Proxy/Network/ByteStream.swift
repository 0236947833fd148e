import NIOCore
import Synchronization
import Values

/// A connection that is read when somebody wants to read, and so never faster than what it sends is dealt with.
final class ByteStream: Sendable {
    /// What can go wrong with a connection.
    enum Failure: Error, Hashable {
        /// Nothing came in time.
        case timeout
        /// Somebody called `interrupt()`.
        case interrupted
        /// The connection broke.
        case broken(String)
    }

    /// What came in and who waits for it.
    private struct Inbox {
        var buffer: ByteBuffer?
        var isEnded = false
        var isInterrupted = false
        var isSecured = false
        var failure: Failure?
        var waiter: CheckedContinuation<ByteBuffer?, any Error>?
        /// Counts reads, so that the alarm of an earlier one does nothing.
        var turn = 0
    }

    let channel: any Channel
    private let inbox = Mutex(Inbox())

    private init(_ channel: any Channel) { self.channel = channel }

    /// The stream of a channel whose automatic reading is off; called on its event loop. `opened` is called once the
    /// connection is there: what is asked of it before is lost.
    static func wrap(
        _ channel: any Channel, opened: @escaping @Sendable (ByteStream) -> Void = { _ in }
    ) throws -> ByteStream {
        let stream = ByteStream(channel)
        try channel.pipeline.syncOperations.addHandler(Handler(stream, opened))
        return stream
    }

    /// The next bytes, at least one of them; nil at the end of the stream. Throws `Failure`.
    func next(within limit: Duration) async throws -> ByteBuffer? {
        if let ready = take() { return try ready.get() }
        let turn = inbox.withLock { inbox in
            inbox.turn += 1
            return inbox.turn
        }
        let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { self.expire(turn) }
        defer { alarm.cancel() }
        channel.read()
        return try await withCheckedThrowingContinuation { continuation in
            let outcome = inbox.withLock { inbox -> Result<ByteBuffer?, any Error>? in
                if let outcome = ByteStream.take(from: &inbox) { return outcome }
                inbox.waiter = continuation
                return nil
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }

    /// Sends bytes; waits while the other end does not take them, no longer than `limit`. Throws `Failure`.
    func send(_ bytes: [UInt8], within limit: Duration) async throws {
        guard !bytes.isEmpty else { return }
        let buffer = channel.allocator.buffer(bytes: bytes)
        if channel.isWritable {
            channel.writeAndFlush(buffer, promise: nil)
            if let failure = inbox.withLock({ $0.failure }) { throw failure }
            return
        }
        try await flushed(channel.writeAndFlush(buffer), within: limit)
    }

    /// Sends bytes and waits until they have left. Throws `Failure`.
    func sendAll(_ bytes: [UInt8], within limit: Duration) async throws {
        try await flushed(channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)), within: limit)
    }

    private func flushed(_ future: EventLoopFuture<Void>, within limit: Duration) async throws {
        let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            self.fail(.timeout)
            self.channel.close(mode: .all, promise: nil)
        }
        defer { alarm.cancel() }
        do {
            try await future.get()
        } catch {
            throw inbox.withLock { $0.failure } ?? .broken(String(describing: error))
        }
    }

    /// Whether something has come in that nobody has read.
    var hasUnread: Bool { inbox.withLock { ($0.buffer?.readableBytes ?? 0) > 0 } }

    /// Wakes whoever waits for bytes, or is about to, once.
    func interrupt() { change { $0.isInterrupted = true } }

    /// Closes once what was sent before has left.
    func close() async {
        // A process that was started meanwhile may hold the socket too: closed alone, it would stay open there.
        try? await channel.close(mode: .output).get()
        // Nobody waits for the other end's last word of TLS: the session has said that it is over.
        if inbox.withLock({ $0.isSecured }) { return await cut() }
        try? await channel.close(mode: .all).get()
    }

    /// From now on what comes in is TLS's.
    func beginTLS() { inbox.withLock { $0.isSecured = true } }

    /// Takes back bytes that were read and belong to what comes next.
    func putBack(_ bytes: [UInt8]) {
        var buffer = channel.allocator.buffer(bytes: bytes)
        inbox.withLock { inbox in
            if var later = inbox.buffer { buffer.writeBuffer(&later) }
            inbox.buffer = buffer
        }
    }

    /// What has come in that nobody has read.
    func takeUnread() -> ByteBuffer? {
        inbox.withLock { inbox in
            defer { inbox.buffer = nil }
            return inbox.buffer
        }
    }

    private func take() -> Result<ByteBuffer?, any Error>? {
        inbox.withLock { ByteStream.take(from: &$0) }
    }

    private static func take(from inbox: inout Inbox) -> Result<ByteBuffer?, any Error>? {
        if let buffer = inbox.buffer {
            inbox.buffer = nil
            return .success(buffer)
        }
        if let failure = inbox.failure { return .failure(failure) }
        if inbox.isEnded { return .success(nil) }
        guard inbox.isInterrupted else { return nil }
        inbox.isInterrupted = false
        return .failure(Failure.interrupted)
    }

    private func change(_ body: (inout Inbox) -> Void) {
        let (waiter, outcome) = inbox.withLock { inbox in
            body(&inbox)
            guard let waiter = inbox.waiter, let outcome = ByteStream.take(from: &inbox) else {
                return (nil as CheckedContinuation<ByteBuffer?, any Error>?, nil as Result<ByteBuffer?, any Error>?)
            }
            inbox.waiter = nil
            return (waiter, outcome)
        }
        if let waiter, let outcome { waiter.resume(with: outcome) }
    }

    private func expire(_ turn: Int) {
        change { inbox in
            if inbox.waiter != nil, inbox.turn == turn { inbox.failure = inbox.failure ?? .timeout }
        }
    }

    fileprivate func receive(_ buffer: ByteBuffer) {
        change { inbox in
            guard var held = inbox.buffer else {
                inbox.buffer = buffer
                return
            }
            var buffer = buffer
            held.writeBuffer(&buffer)
            inbox.buffer = held
        }
    }

    fileprivate func end() { change { $0.isEnded = true } }

    fileprivate func fail(_ failure: Failure) { change { $0.failure = $0.failure ?? failure } }
}

/// Hands what a channel reads to its stream.
private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let stream: ByteStream
    private let opened: @Sendable (ByteStream) -> Void

    init(_ stream: ByteStream, _ opened: @escaping @Sendable (ByteStream) -> Void) {
        (self.stream, self.opened) = (stream, opened)
    }

    func channelActive(context: ChannelHandlerContext) {
        opened(stream)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { stream.receive(unwrapInboundIn(data)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { stream.end() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stream.end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        stream.fail(.broken(String(describing: error)))
        context.close(promise: nil)
    }
}
