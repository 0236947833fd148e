import NIOCore
import NIOPosix
import SMTP
import Synchronization
import Values

/// Connects to the next hops, the preferred one first; one that could not be reached is tried last for a while.
public final class NextHopPool: Sendable {
    let configuration: NextHopConfiguration
    /// Until when each address is tried last.
    private let avoided = Mutex<[ServerAddress: NIODeadline]>([:])
    /// What each server said it offers, the last time.
    private let offers = Mutex<[ServerAddress: PeerOffers]>([:])

    private static let avoidedFor = TimeAmount.seconds(30)

    /// Told why a server could not be used.
    let onFault: @Sendable (String) -> Void

    /// A pool for the servers of `configuration`; `onFault` is told why one could not be used.
    public init(_ configuration: NextHopConfiguration, onFault: @escaping @Sendable (String) -> Void = { _ in }) {
        (self.configuration, self.onFault) = (configuration, onFault)
    }

    /// What `address` said it offers, the last time.
    func offers(of address: ServerAddress) -> PeerOffers? { offers.withLock { $0[address] } }

    /// Remembers what `address` offers now.
    func note(_ offers: PeerOffers, of address: ServerAddress) {
        self.offers.withLock { if $0[address]?.lines != offers.lines { $0[address] = offers } }
    }

    /// The addresses in the order in which they are to be tried now.
    func candidates(now: NIODeadline = .now()) -> [ServerAddress] {
        let bad = avoided.withLock { avoided in
            if !avoided.isEmpty { avoided = avoided.filter { $0.value > now } }
            return avoided
        }
        if bad.isEmpty { return configuration.addresses }
        return configuration.addresses.filter { bad[$0] == nil } + configuration.addresses.filter { bad[$0] != nil }
    }

    func avoid(_ address: ServerAddress, now: NIODeadline = .now()) {
        avoided.withLock { $0[address] = now + NextHopPool.avoidedFor }
    }

    /// A connection to `address` on `loop`, from `source` where that is not the host's own. Throws when there is none
    /// in time.
    func connect(
        to address: ServerAddress, on loop: any EventLoop, from source: IPAddress? = nil
    ) async throws -> ByteStream {
        let bootstrap = try ClientBootstrap(group: loop).bound(toForeign: source)
            .connectTimeout(TimeAmount(configuration.timeouts.connect))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { _ = try ByteStream.wrap(channel, isTCP: address.isTCP) }
            }
        switch address {
        case .tcp(let host, let port):
            // An address needs no resolver, which would look for it in a thread of its own.
            guard let literal = try? SocketAddress(ipAddress: host, port: port) else {
                return try await ByteStream.opened(bootstrap.connect(host: host, port: port))
            }
            return try await ByteStream.opened(bootstrap.connect(to: literal))
        case .unix(let path):
            return try await ByteStream.opened(bootstrap.connect(unixDomainSocketPath: path))
        }
    }
}
