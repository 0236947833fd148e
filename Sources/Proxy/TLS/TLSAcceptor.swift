import Cryptography
import Mail
import NIOCore
import NIOSSL
import SMTP
import Screening
import Synchronization
import Values

/// Takes part in handshakes as a server: shows each client the certificate that is for the host it wants to reach.
public final class TLSAcceptor: Sendable {
    /// Whether clients are asked for certificates.
    public enum ClientCertificates: Sendable {
        case none
        /// They are taken as they are; whether they are valid by these authorities is told.
        case optional(CertificateStore)
        /// A handshake without one that is valid by these authorities fails.
        case required(CertificateStore)
    }

    private let contexts: [NIOSSLContext]
    private let exact: [String: Int]
    /// By the domain above the `*`.
    private let wildcards: [String: Int]
    private let clientCertificates: ClientCertificates
    private let clock: @Sendable () -> Timestamp

    /// An acceptor that shows `identities`, the first to clients that name no host another is for. `ciphers` are names of
    /// OpenSSL's; empty for the usual ones. Throws when a key is not that of its certificate.
    public init(
        _ identities: [TLSIdentity], minimum: TLSProtocolVersion = .tls12, ciphers: [String] = [],
        clientCertificates: ClientCertificates = .none, clock: @escaping @Sendable () -> Timestamp
    ) throws(TLSFault) {
        guard !identities.isEmpty else { throw TLSFault("there is no certificate") }
        var contexts: [NIOSSLContext] = []
        var exact: [String: Int] = [:]
        var wildcards: [String: Int] = [:]
        for (index, identity) in identities.enumerated() {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: identity.chain.map { .certificate($0) }, privateKey: .privateKey(identity.key))
            configuration.protect(minimum, ciphers: ciphers)
            configuration.trustRoots = .certificates([])
            switch clientCertificates {
            case .none: configuration.certificateVerification = .none
            case .optional: configuration.certificateVerification = .optionalVerification
            case .required: configuration.certificateVerification = .noHostnameVerification
            }
            do {
                contexts.append(try NIOSSLContext(configuration: configuration))
            } catch {
                throw TLSFault("\(identity.certificate.subject): \(TLSFault(error))")
            }
            for name in identity.names {
                if name.hasPrefix("*.") {
                    wildcards[String(name.dropFirst(2))] = wildcards[String(name.dropFirst(2))] ?? index
                } else {
                    exact[name] = exact[name] ?? index
                }
            }
        }
        (self.contexts, self.exact, self.wildcards) = (contexts, exact, wildcards)
        (self.clientCertificates, self.clock) = (clientCertificates, clock)
    }

    /// Which identity, by its place, a client is shown that wants to reach `host`: the one of that name, else the one
    /// whose wildcard stands for its first label, else the first.
    func place(for host: String?) -> Int {
        guard let host else { return 0 }
        if let index = exact[host] { return index }
        guard let dot = host.firstIndex(of: ".") else { return 0 }
        return wildcards[String(host[host.index(after: dot)...])] ?? 0
    }

    /// What makes the handshake with a client that wants to reach `host`, and what that shows of its certificate.
    func handler(for host: String?) -> (NIOSSLServerHandler, PeerCertificate) {
        let context = contexts[place(for: host)]
        let peer = PeerCertificate()
        let (store, isRequired): (CertificateStore, Bool)
        switch clientCertificates {
        case .none: return (NIOSSLServerHandler(context: context), peer)
        case .optional(let authorities): (store, isRequired) = (authorities, false)
        case .required(let authorities): (store, isRequired) = (authorities, true)
        }
        let clock = clock
        let handler = NIOSSLServerHandler(
            context: context,
            customVerificationCallback: { chain, promise in
                let fault = store.fault(of: chain, as: .client, at: clock())
                peer.note(isVerified: fault == nil, fault: isRequired ? fault : nil)
                promise.succeed(fault == nil || !isRequired ? .certificateVerified : .failed)
            })
        return (handler, peer)
    }
}

/// What a peer's certificate was found to be, while the handshake goes on.
final class PeerCertificate: Sendable {
    private let state = Mutex((isVerified: false, fault: nil as String?))

    /// Whether an authority vouches for it.
    var isVerified: Bool { state.withLock { $0.isVerified } }
    /// Why the handshake failed for it.
    var fault: String? { state.withLock { $0.fault } }

    func note(isVerified: Bool, fault: String?) { state.withLock { $0 = (isVerified, fault) } }
}

extension TLSConfiguration {
    /// The oldest version and the cipher suites.
    mutating func protect(_ minimum: TLSProtocolVersion, ciphers: [String]) {
        minimumTLSVersion =
            switch minimum {
            case .ssl2, .ssl3, .tls10: .tlsv1
            case .tls11: .tlsv11
            case .tls12: .tlsv12
            case .tls13: .tlsv13
            }
        // The library stops the program for a list of which it knows none, so only names it is known to know go there.
        let known = ciphers.filter(AgentTLSSettings.knownCiphers.contains)
        if !known.isEmpty { cipherSuites = known.joined(separator: ":") }
        // An SMTP session says by itself when it is over.
        shutdownTimeout = .seconds(1)
    }
}
