import NIOCore
import State

/// The protection of connections to a Redis server.
enum RedisTLS {
    /// What puts TLS on a connection where it is asked for.
    static func protection(
        for server: RedisServer, certificateAuthority: String?
    ) throws(StoreError) -> @Sendable (any Channel) throws -> Void {
        guard !server.usesTLS else {
            throw StoreError(
                .usage, "\(server): TLS to a state server is not built in yet; use redis:// on this host or in a tunnel"
            )
        }
        return { _ in }
    }
}
