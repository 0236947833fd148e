import Glibc
import NIOCore
import NIOPosix

extension DNSSource {
    /// The address of the server that is named, where its host says that nobody listens there: the resolver itself knows
    /// of that only that no answer came. Nil for other sources, and where nothing is said within half a second.
    public func serverThatRefuses() async -> String? {
        guard case .server(let host, let port) = self,
            let address = try? SocketAddress.makeAddressResolvingHost(host, port: port)
        else { return nil }
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let isRefused = loop.makePromise(of: Bool.self)
        loop.scheduleTask(in: .milliseconds(500)) { isRefused.succeed(false) }
        DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RefusalHandler(isRefused))
                }
            }
            .connect(to: address)
            .whenComplete { result in
                switch result {
                case .failure: isRefused.succeed(false)
                case .success(let channel):
                    isRefused.futureResult.whenComplete { _ in channel.close(promise: nil) }
                    // The question for the name servers of the root (RFC 1035 §4.1), which any server may be asked.
                    let question: [UInt8] = [0x5A, 0x5A, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]
                    channel.writeAndFlush(ByteBuffer(bytes: question), promise: nil)
                }
            }
        let refused = (try? await isRefused.futureResult.get()) ?? false
        let name = host.contains(":") ? "[\(host)]" : host
        return refused ? "\(name):\(port)" : nil
    }
}

/// Waits for what a connected socket is told when nobody listens: ICMP's "port unreachable".
private final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let isRefused: EventLoopPromise<Bool>

    init(_ isRefused: EventLoopPromise<Bool>) { self.isRefused = isRefused }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { isRefused.succeed(false) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isRefused.succeed((error as? IOError)?.errnoCode == ECONNREFUSED)
    }
}
