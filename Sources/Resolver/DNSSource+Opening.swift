import DNS
import NIOCore
import Values

extension DNSSource {
    /// Opens the source: a function from a moment to the DNS as of then. `missing` says what a name absent from a
    /// snapshot means; a master file is complete, and without a source nothing is known, whatever it says. Live
    /// answers are those of now, whatever the moment; with `trustAnchors` they are validated with DNSSEC.
    public func open(
        missing: MissingAnswer = .unrecorded, trustAnchors: TrustAnchors? = nil
    ) throws(DNSSourceError) -> @Sendable (Timestamp) -> any DNSView {
        switch self {
        case .system, .server:
            var configuration = try resolverConfiguration()
            configuration.trustAnchors = trustAnchors
            let resolver = LiveResolver(configuration)
            return { _ in resolver }
        case .zone(let path):
            let contents = try FileContents.read(path)
            do {
                let zone = try ZoneFile.parse(contents, file: path)
                return { _ in zone }
            } catch {
                throw .unusable(error)
            }
        case .snapshot(let path):
            let contents = try FileContents.read(path)
            do {
                let snapshot = try DNSSnapshot(lines: contents, file: path)
                return { snapshot.view(at: $0, missing: missing) }
            } catch {
                throw .unusable(error)
            }
        case .none:
            return { _ in NoDNS() }
        }
    }

    /// Whether the answers are those of now, and may be others when asked for again.
    public var isLive: Bool {
        switch self {
        case .system, .server: true
        case .zone, .snapshot, .none: false
        }
    }

    private func resolverConfiguration() throws(DNSSourceError) -> ResolverConfiguration {
        guard case .server(let host, let port) = self else {
            let path = ResolverConfiguration.systemPath
            let configuration = ResolverConfiguration(resolvConf: try FileContents.read(path, maximumSize: 1 << 20))
            guard !configuration.servers.isEmpty else { throw .noNameServer(path: path) }
            return configuration
        }
        do {
            let server = ResolverConfiguration.Server(
                try SocketAddress.makeAddressResolvingHost(host, port: port))
            var configuration = ResolverConfiguration(servers: [server])
            configuration.trustsAuthenticity = server.isLoopback
            return configuration
        } catch {
            throw .unresolvable(host: host)
        }
    }
}
