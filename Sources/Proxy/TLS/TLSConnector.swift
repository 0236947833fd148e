import Cryptography
import Mail
import NIOCore
import NIOSSL
import SMTP
import Screening
import Values

/// Takes part in handshakes as a client of the servers behind.
public struct TLSConnector: Sendable {
    private let context: NIOSSLContext
    private let authorities: CertificateStore?
    private let name: String?
    private let clock: @Sendable () -> Timestamp

    /// A connector that believes any certificate, or, with `authorities`, only those that they vouch for and that are for
    /// `name`, or the host connected to. `identity` is what servers are shown.
    public init(
        authorities: CertificateStore?, name: String? = nil, minimum: TLSProtocolVersion = .tls12,
        identity: TLSIdentity? = nil, clock: @escaping @Sendable () -> Timestamp
    ) throws(TLSFault) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.protect(minimum, ciphers: [])
        configuration.trustRoots = .certificates([])
        configuration.certificateVerification = authorities == nil ? .none : .noHostnameVerification
        if let identity {
            configuration.certificateChain = identity.chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(identity.key)
        }
        do { context = try NIOSSLContext(configuration: configuration) } catch { throw TLSFault(error) }
        (self.authorities, self.name, self.clock) = (authorities, name, clock)
    }

    /// What makes the handshake with the server at `address`, and what that shows of its certificate.
    func handler(for address: ServerAddress) throws -> (NIOSSLClientHandler, PeerCertificate) {
        let host =
            switch address {
            case .tcp(let host, _): name ?? host
            case .unix: name ?? "localhost"
            }
        let peer = PeerCertificate()
        // RFC 6066 §3: addresses are no server names.
        let serverName = IPAddress(host) == nil ? host : nil
        guard let authorities else {
            return (try NIOSSLClientHandler(context: context, serverHostname: serverName), peer)
        }
        let subject = IPAddress(host).map(CertificateStore.Subject.serverAt) ?? .server(host: host)
        let clock = clock
        let handler = try NIOSSLClientHandler(
            context: context, serverHostname: serverName,
            customVerificationCallback: { chain, promise in
                let fault = authorities.fault(of: chain, as: subject, at: clock())
                peer.note(isVerified: fault == nil, fault: fault.map { "the server's certificate: \($0)" })
                promise.succeed(fault == nil ? .certificateVerified : .failed)
            })
        return (handler, peer)
    }
}
