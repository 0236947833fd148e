import Cryptography
import Mail
import NIOCore
import NIOSSL
import NIOTLS
import SMTP
import Screening
import Values

/// Looks on, between the network and TLS, at the hellos of a handshake: they tell the host that the client wants to reach,
/// and what was agreed on.
final class HelloObserver: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What makes the handler of TLS once the client's hello is known; nil where it is there already.
    private var install: ((String?, ChannelHandlerContext) throws -> Void)?
    private let isServer: Bool
    private var client = TLSHelloReader()
    private var server = TLSHelloReader()
    private var isServerKnown = false
    private var held: ByteBuffer?

    /// The host the client wants to reach.
    private(set) var serverName: String?
    private(set) var version: UInt16?
    private(set) var cipherSuite: UInt16?

    /// An observer on a server's side, which calls `install` before anything reaches TLS.
    init(install: @escaping (String?, ChannelHandlerContext) throws -> Void) {
        (self.install, isServer) = (install, true)
    }

    /// An observer on a client's side.
    init() { isServer = false }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard isServer else {
            noteServer(buffer)
            context.fireChannelRead(data)
            return
        }
        guard let install else {
            context.fireChannelRead(data)
            return
        }
        if held == nil {
            held = buffer
        } else {
            var more = buffer
            held?.writeBuffer(&more)
        }
        switch client.consume(buffer.readableBytesView) {
        case .incomplete: return
        case .hello(.client(let name)): serverName = name
        // Whatever it is, TLS is to refuse it in its own words.
        case .hello(.server), .other: break
        }
        self.install = nil
        let bytes = held
        held = nil
        do {
            try install(serverName, context)
        } catch {
            context.fireErrorCaught(error)
            return
        }
        if let bytes { context.fireChannelRead(wrapInboundOut(bytes)) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isServer { noteServer(unwrapOutboundIn(data)) }
        context.write(data, promise: promise)
    }

    private func noteServer(_ buffer: ByteBuffer) {
        guard !isServerKnown else { return }
        switch server.consume(buffer.readableBytesView) {
        case .incomplete: break
        case .hello(.server(let version, let cipherSuite)):
            (self.version, self.cipherSuite, isServerKnown) = (version, cipherSuite, true)
        case .hello(.client), .other: isServerKnown = true
        }
    }
}

/// Waits, between TLS and the stream, for the end of a handshake, and leaves then.
final class HandshakeWatcher: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let observer: HelloObserver
    private let promise: EventLoopPromise<TLSParameters>
    private let peer: () -> (handler: NIOSSLHandler?, certificate: PeerCertificate?)

    /// Tells `promise` how the handshake ended. `peer` is asked for what makes it.
    init(
        _ observer: HelloObserver, _ promise: EventLoopPromise<TLSParameters>,
        peer: @escaping () -> (handler: NIOSSLHandler?, certificate: PeerCertificate?)
    ) {
        (self.observer, self.promise, self.peer) = (observer, promise, peer)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? TLSUserEvent {
        case .handshakeCompleted?:
            promise.succeed(parameters)
            context.pipeline.syncOperations.removeHandler(observer, promise: nil)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        case .shutdownCompleted?, nil:
            if case ChannelEvent.inputClosed? = event as? ChannelEvent {
                promise.fail(TLSFault("the connection ended"))
            }
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(peer().certificate?.fault.map { TLSFault($0) } ?? TLSFault(error))
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(TLSFault("the connection ended"))
        context.fireChannelInactive()
    }

    private var parameters: TLSParameters {
        let (handler, checked) = peer()
        let cipher = observer.cipherSuite.map(CipherSuiteName.of)
        let certificate = (try? handler?.peerCertificate?.toDERBytes()).flatMap { $0 }.flatMap { Certificate(der: $0) }
        return TLSParameters(
            version: observer.version.flatMap { TLSProtocolVersion(wire: $0)?.text }, cipher: cipher,
            bits: cipher.flatMap { CipherSuite($0).bits }, serverName: observer.serverName,
            certificate: certificate.map {
                TLSParameters.ClientCertificate(subject: $0.subject, isVerified: checked?.isVerified ?? false)
            })
    }
}
