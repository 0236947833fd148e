import NIOCore
import NIOSSL
import Synchronization
import Values

/// A connection whose other end may send no faster than what it sends is dealt with: a little is read ahead, and no more
/// before that is taken.
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
        var waiter: CheckedContinuation<Void, Never>?
        /// When whoever waits gives up.
        var deadline = NIODeadline.distantFuture
        /// When the clock looks at the deadline. It is not put off at each read: that would cost more than the read.
        var alarm: AlarmClock.Alarm?
        /// Whether reading was held up because too much lies here.
        var isHeldUp = false

        /// Whether there is something to take.
        var hasNews: Bool { buffer != nil || failure != nil || isEnded || isInterrupted }
    }

    /// Octets from which on no more is read ahead.
    private static let readAhead = 32 << 10

    /// Small while commands come, so that idle connections hold little; it grows while messages do.
    private static let allocator = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 64 << 10)

    let channel: any Channel
    let executor: LoopExecutor
    /// The addresses of both ends, and their ports; nil on a Unix socket.
    var remoteEnd: (address: IPAddress, port: Int)? { channel.remoteAddress?.end }
    var localEnd: (address: IPAddress, port: Int)? { channel.localAddress?.end }
    private let inbox = Mutex(Inbox())

    private init(_ channel: any Channel) {
        self.channel = channel
        executor = LoopExecutor.of(channel.eventLoop)
    }

    /// The stream of a channel, over TCP or not; called on its event loop. `opened` is called once the connection is
    /// there: what is asked of it before is lost.
    static func wrap(
        _ channel: any Channel, isTCP: Bool, opened: @escaping @Sendable (ByteStream) -> Void = { _ in }
    ) throws -> ByteStream {
        // Here rather than in a bootstrap, which makes a chain of futures of them.
        if let options = channel.syncOptions {
            try options.setOption(.allowRemoteHalfClosure, value: true)
            try options.setOption(.recvAllocator, value: allocator)
            if isTCP { try options.setOption(.tcpOption(.tcp_nodelay), value: 1) }
        }
        let stream = ByteStream(channel)
        try channel.pipeline.syncOperations.addHandler(Handler(stream, opened))
        return stream
    }

    /// The stream that a channel was wrapped in, once it is open. Throws what kept it from opening.
    static func opened(_ channel: EventLoopFuture<any Channel>) async throws -> ByteStream {
        let stream = channel.flatMapThrowing {
            try $0.pipeline.syncOperations.handler(type: Handler.self).stream
        }
        return try await finished(stream, LoopExecutor.of(channel.eventLoop))
    }

    static func finished<Value: Sendable>(
        _ future: EventLoopFuture<Value>, _ executor: LoopExecutor
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            future.whenComplete { result in executor.attend { continuation.resume(with: result) } }
        }
    }

    /// The next bytes, at least one of them; nil at the end of the stream. Throws `Failure`.
    func next(within limit: Duration) async throws -> ByteBuffer? {
        if let ready = take() { return try ready.get() }
        if await !somethingComes(within: limit) { inbox.withLock { $0.failure = $0.failure ?? .timeout } }
        return try take()?.get()
    }

    /// What comes within `limit`, or is there already; nil when nothing does. Throws `Failure`.
    func early(within limit: Duration) async throws -> ByteBuffer? {
        if limit > .zero { await somethingComes(within: limit) }
        do { return try take()?.get() } catch Failure.interrupted { return nil }
    }

    /// Waits until there is something to take: bytes, the end, a failure or an interruption. False when `limit` is over
    /// before.
    @discardableResult
    func somethingComes(within limit: Duration) async -> Bool {
        if inbox.withLock({ $0.hasNews }) { return true }
        let deadline = NIODeadline.now() + TimeAmount(limit)
        await withCheckedContinuation { continuation in
            let hasNews = inbox.withLock { inbox in
                if inbox.hasNews { return true }
                (inbox.waiter, inbox.deadline) = (continuation, deadline)
                if inbox.alarm.map({ !$0.rings(by: deadline) }) ?? true { setAlarm(in: &inbox) }
                return false
            }
            if hasNews { continuation.resume() }
        }
        return inbox.withLock { $0.hasNews }
    }

    /// Sends bytes; waits while the other end does not take them, no longer than `limit`. Throws `Failure`.
    func send(_ bytes: [UInt8], within limit: Duration) async throws {
        guard !bytes.isEmpty else { return }
        try await send(channel.allocator.buffer(bytes: bytes), within: limit)
    }

    /// The same of a buffer.
    func send(_ buffer: ByteBuffer, within limit: Duration) async throws {
        if channel.isWritable {
            channel.writeAndFlush(buffer, promise: nil)
            if let failure = inbox.withLock({ $0.failure }) { throw failure }
            return
        }
        try await flushed(channel.writeAndFlush(buffer), within: limit)
    }

    /// Sends bytes and waits until they have left, no longer than `limit`. Throws `Failure`.
    func sendAll(_ bytes: [UInt8], within limit: Duration) async throws {
        try await sendAll(channel.allocator.buffer(bytes: bytes), within: limit)
    }

    /// The same of a buffer.
    func sendAll(_ buffer: ByteBuffer, within limit: Duration) async throws {
        try await flushed(channel.writeAndFlush(buffer), within: limit)
    }

    /// How something ended that may have ended already; read on the event loop.
    private final class Ending: Sendable {
        let result = Mutex<Result<Void, any Error>?>(nil)
    }

    private func flushed(_ future: EventLoopFuture<Void>, within limit: Duration) async throws {
        if channel.eventLoop.inEventLoop {
            // Mostly the system takes it at once, and there is nothing to set an alarm for.
            let ending = Ending()
            future.whenComplete { result in ending.result.withLock { $0 = result } }
            if case .success? = ending.result.withLock({ $0 }) { return }
        }
        let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            self.fail(.timeout)
            self.channel.close(mode: .all, promise: nil)
        }
        defer { alarm.cancel() }
        do {
            try await ByteStream.finished(future, executor)
        } catch {
            throw inbox.withLock { $0.failure } ?? .broken(String(describing: error))
        }
    }

    /// Whether something has come in that nobody has read.
    var hasUnread: Bool { inbox.withLock { ($0.buffer?.readableBytes ?? 0) > 0 } }

    /// Wakes whoever waits for bytes, or is about to, once.
    func interrupt() { change { $0.isInterrupted = true } }

    /// How long the other end may take for what it was sent before its connection is closed.
    private static let closing = Duration.seconds(30)

    /// Closes once what was sent before has left, or does not leave.
    func close() async {
        // A process that was started meanwhile may hold the socket too: closed alone, it would stay open there.
        try? await flushed(channel.close(mode: .output), within: ByteStream.closing)
        // Nobody waits for the other end's last word of TLS: the session has said that it is over.
        if inbox.withLock({ $0.isSecured }) { return await cut() }
        try? await ByteStream.finished(channel.close(mode: .all), executor)
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
            defer { (inbox.buffer, inbox.isHeldUp) = (nil, false) }
            return inbox.buffer
        }
    }

    private func take() -> Result<ByteBuffer?, any Error>? {
        let (outcome, isHeldUp) = inbox.withLock { inbox in
            let outcome = ByteStream.take(from: &inbox)
            defer { if inbox.buffer == nil { inbox.isHeldUp = false } }
            return (outcome, inbox.buffer == nil && inbox.isHeldUp)
        }
        if isHeldUp { channel.read() }
        return outcome
    }

    /// Whether more is to be read now; when not, reading goes on once what lies here has been taken.
    fileprivate func wantsMore() -> Bool {
        inbox.withLock { inbox in
            inbox.isHeldUp = (inbox.buffer?.readableBytes ?? 0) >= ByteStream.readAhead
            return !inbox.isHeldUp
        }
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
        let waiter = inbox.withLock { inbox in
            body(&inbox)
            guard inbox.hasNews || inbox.deadline <= .now() else { return nil as CheckedContinuation<Void, Never>? }
            defer { inbox.waiter = nil }
            return inbox.waiter
        }
        if let waiter { executor.attend { waiter.resume() } }
    }

    private func setAlarm(in inbox: inout Inbox) {
        if let alarm = inbox.alarm { executor.clock.remove(alarm, of: self) }
        inbox.alarm = executor.clock.add(self, by: inbox.deadline)
    }

    /// The clock has reached the alarm, which it has forgotten.
    func expire() {
        change { inbox in
            inbox.alarm = nil
            if inbox.waiter != nil, inbox.deadline > .now() { setAlarm(in: &inbox) }
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

    fileprivate func closed() {
        change { inbox in
            inbox.isEnded = true
            if let alarm = inbox.alarm { executor.clock.remove(alarm, of: self) }
            inbox.alarm = nil
        }
    }

    fileprivate func fail(_ failure: Failure) { change { $0.failure = $0.failure ?? failure } }
}

/// Hands what a channel reads to its stream.
private final class Handler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    fileprivate let stream: ByteStream
    private let opened: @Sendable (ByteStream) -> Void

    init(_ stream: ByteStream, _ opened: @escaping @Sendable (ByteStream) -> Void) {
        (self.stream, self.opened) = (stream, opened)
    }

    func channelActive(context: ChannelHandlerContext) {
        opened(stream)
        context.fireChannelActive()
    }

    func read(context: ChannelHandlerContext) {
        if stream.wantsMore() { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { stream.receive(unwrapInboundIn(data)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { stream.end() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stream.closed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The other end says no more, without a word of TLS's: it may still read, and be owed a reply.
        if error as? NIOSSLError == .uncleanShutdown { return }
        stream.fail(.broken(String(describing: error)))
        context.close(promise: nil)
    }
}
