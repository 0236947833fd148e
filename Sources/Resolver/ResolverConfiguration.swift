import NIOCore
import Values

/// Which servers a live resolver asks, and how.
public struct ResolverConfiguration: Sendable, Hashable {
    /// A server's address.
    public struct Server: Sendable, Hashable, CustomStringConvertible {
        let address: SocketAddress

        init(_ address: SocketAddress) { self.address = address }

        /// A server by its numeric address; nil when it is none.
        public init?(address: String, port: Int) {
            guard (1...65535).contains(port), let address = try? SocketAddress(ipAddress: address, port: port) else {
                return nil
            }
            self.address = address
        }

        /// `ADDRESS:PORT`.
        public var description: String {
            let (host, port) = (address.ipAddress ?? "", address.port ?? 0)
            return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }

        /// Whether it is on this machine, and nobody between can change what it says.
        var isLoopback: Bool {
            guard let host = address.ipAddress.flatMap({ IPAddress($0) }) else { return false }
            switch host {
            case .v4(let value): return value >> 24 == 127
            case .v6(let high, let low): return high == 0 && low == 1
            }
        }
    }

    /// The servers, asked in this order.
    public var servers: [Server]
    /// The longest wait for one answer.
    public var timeout = Duration.seconds(5)
    /// A server that does not answer has `timeout` times this in all. The query is sent again in shorter intervals.
    public var attempts = 2
    /// The shortest of those intervals, however fast the server has been.
    public var shortestWait = Duration.milliseconds(250)
    /// Whether a server's word that an answer is authentic is taken (RFC 6840 §5.7, §5.8): it must validate, and the
    /// way to it must be safe.
    public var trustsAuthenticity = false
    /// What answers are validated from with DNSSEC; nil when they are not. Validating, a server's word counts for nothing.
    public var trustAnchors: TrustAnchors?
    /// How many questions may be in flight at once.
    public var maximumInFlight = 512
    /// How many answers are kept.
    public var maximumCached = 1 << 16

    /// A configuration with these servers and the usual times.
    public init(servers: [Server]) { self.servers = servers }
}
