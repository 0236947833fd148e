import NIOCore
import NIOSSL
import State
import Values

/// The protection of connections to a Redis server.
enum RedisTLS {
    /// What puts TLS on a connection where it is asked for; the server's certificate has to be for its name. Throws
    /// where the certificates that are to vouch for it cannot be used.
    static func protection(
        for server: RedisServer, certificateAuthority: String?
    ) throws(StoreError) -> @Sendable (any Channel) throws -> Void {
        guard server.usesTLS, case .tcp(let host, _) = server.place else { return { _ in } }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        let context: NIOSSLContext
        do {
            if let certificateAuthority {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(certificateAuthority))
            }
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw StoreError(
                .badData, "\(certificateAuthority ?? "\(server)"): its certificates cannot be used: \(error)")
        }
        // An address is no server name: the certificate is then compared with the address itself.
        let name = IPAddress(host) == nil ? host : nil
        return { channel in
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
        }
    }
}
