import Glibc
import NIOCore
import NIOSSL
import SMTP
import Screening
import Values

extension ByteStream {
    /// Makes the handshake of a server; what was read before and looked at by nobody counts as its beginning, so that
    /// nothing a client said in clear survives it (RFC 3207 §4.2). Throws why it failed: the stream is of no use then.
    func secure(by acceptor: TLSAcceptor, within limit: Duration) async throws(TLSFault) -> TLSParameters {
        try await secure(within: limit) { channel, promise in
            let box = HandlerBox()
            let observer = HelloObserver { name, context in
                let (handler, certificate) = acceptor.handler(for: name)
                (box.handler, box.certificate) = (handler, certificate)
                try context.pipeline.syncOperations.addHandler(handler, position: .after(context.handler))
            }
            let watcher = HandshakeWatcher(observer, promise) { (box.handler, box.certificate) }
            try channel.pipeline.syncOperations.addHandlers([observer, watcher], position: .first)
        }
    }

    /// Makes the handshake of a client of the server at `address`. Throws why it failed: the stream is of no use then.
    func secure(
        by connector: TLSConnector, to address: ServerAddress, within limit: Duration
    ) async throws(TLSFault) -> TLSParameters {
        try await secure(within: limit) { channel, promise in
            let (handler, certificate) = try connector.handler(for: address)
            let observer = HelloObserver()
            let box = HandlerBox()
            (box.handler, box.certificate) = (handler, certificate)
            let watcher = HandshakeWatcher(observer, promise) { (box.handler, box.certificate) }
            try channel.pipeline.syncOperations.addHandlers([observer, handler, watcher], position: .first)
        }
    }

    /// Kept to the event loop of its channel.
    private final class HandlerBox {
        var handler: NIOSSLHandler?
        var certificate: PeerCertificate?
    }

    private func secure(
        within limit: Duration,
        _ install: @escaping @Sendable (any Channel, EventLoopPromise<TLSParameters>) throws -> Void
    ) async throws(TLSFault) -> TLSParameters {
        let channel = channel
        let promise = channel.eventLoop.makePromise(of: TLSParameters.self)
        beginTLS()
        channel.eventLoop.execute {
            do {
                try install(channel, promise)
            } catch {
                promise.fail(TLSFault(error))
                return
            }
            if let unread = self.takeUnread() {
                channel.pipeline.fireChannelRead(unread)
                channel.pipeline.fireChannelReadComplete()
            }
            channel.read()
        }
        let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            promise.fail(TLSFault("no end of it within \(limit.milliseconds / 1000) s"))
        }
        defer { alarm.cancel() }
        do {
            return try await ByteStream.finished(promise.futureResult, executor)
        } catch {
            await cut()
            throw TLSFault(error)
        }
    }

    /// Breaks the connection off: what has not been taken by the other end's system never is, and it learns so by a reset.
    func abort() async {
        _ = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        await cut()
    }

    /// Closes without a word of TLS's.
    func cut() async {
        let channel = channel
        let cut = channel.eventLoop.submit {
            if let context = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLHandler.self) {
                context.close(mode: .all, promise: nil)
            } else {
                channel.close(mode: .all, promise: nil)
            }
        }
        try? await ByteStream.finished(cut, executor)
    }
}
