import Archives
import Cryptography
import Policy
import Proxy
import SMTP
import Screening
import Values

/// The certificates and keys that a policy names.
struct TLSFiles {
    /// What makes the handshakes of clients; nil where the policy names no certificate.
    private(set) var acceptor: TLSAcceptor?
    /// What makes those with the servers behind; nil where there are none.
    private(set) var connector: TLSConnector?
    /// What whoever runs the agent should know and does not keep it from serving.
    private(set) var warnings: [String] = []

    private let now: Timestamp

    /// Reads the files of `agent`, which goes by `hostname`. Throws what keeps one from being used: old ones then stay in
    /// force.
    init(_ agent: AgentSettings, hostname: String, now: Timestamp) throws(StartError) {
        self.now = now
        let clock: @Sendable () -> Timestamp = { Service.now }
        var identities: [TLSIdentity] = []
        for files in agent.tls.certificates {
            let identity = try identity(files.certificate, files.key, names: files.names, at: files.place)
            noteTimes(of: identity.certificate, in: files.certificate)
            identities.append(identity)
        }
        if !identities.isEmpty {
            if !identities.contains(where: { $0.certificate.isFor(host: hostname) }) {
                let hosts = identities.flatMap(\.certificate.hosts).prefix(8).joined(separator: ", ")
                warnings.append(
                    "no certificate of agent.tls is for \(hostname), the name in the banner; they are for "
                        + (hosts.isEmpty ? "no host" : hosts))
            }
            do throws(TLSFault) {
                acceptor = try TLSAcceptor(
                    identities, minimum: agent.tls.minimum.version, ciphers: agent.tls.ciphers,
                    clientCertificates: clientCertificates(of: agent.tls), clock: clock)
            } catch {
                throw StartError(.badData, ["agent.tls: \(error)"])
            }
        }
        connector = try connector(agent.nextHopTLS, clock)
    }

    private func clientCertificates(of tls: AgentTLSSettings) throws(TLSFault) -> TLSAcceptor.ClientCertificates {
        switch tls.clientCertificates {
        case .none: return .none
        case .optional: return .optional(try authorities(tls.clientAuthorities))
        case .required: return .required(try authorities(tls.clientAuthorities))
        }
    }

    private mutating func connector(
        _ settings: NextHopTLSSettings, _ clock: @escaping @Sendable () -> Timestamp
    ) throws(StartError) -> TLSConnector? {
        guard settings.protection != .none else { return nil }
        var shown: TLSIdentity?
        if let certificate = settings.certificate, let key = settings.key {
            shown = try identity(certificate.value, key.value, names: nil, at: certificate.place)
            if let shown { noteTimes(of: shown.certificate, in: certificate.value) }
        }
        do throws(TLSFault) {
            let believed = settings.protection == .verified ? try authorities(settings.authorities) : nil
            return try TLSConnector(
                authorities: believed, name: settings.name, minimum: settings.minimum.version, identity: shown,
                clock: clock)
        } catch {
            throw StartError(.badData, ["agent.next_hop_tls: \(error)"])
        }
    }

    /// The authorities in a file, or the system's.
    private func authorities(_ file: Placed<String>?) throws(TLSFault) -> CertificateStore {
        guard let file else {
            guard let store = CertificateStore.system() else {
                throw TLSFault("the system's authorities cannot be read")
            }
            return store
        }
        let path = PolicyFiles.path(of: file.value, namedAt: file.place)
        let contents: Bytes
        do { contents = try PolicySource.contents(of: path, limit: 16 << 20) } catch {
            throw TLSFault(error.description)
        }
        do throws(TLSFault) { return try CertificateStore.read(contents) } catch { throw TLSFault("\(path): \(error)") }
    }

    private mutating func identity(
        _ certificate: String, _ key: String, names: [String]?, at place: PolicyPlace
    ) throws(StartError) -> TLSIdentity {
        let (chain, secret) = (
            PolicyFiles.path(of: certificate, namedAt: place), PolicyFiles.path(of: key, namedAt: place)
        )
        if let warning = SecretFileMode.warning(about: secret) { warnings.append(warning) }
        let chainBytes: Bytes
        let keyBytes: Bytes
        do {
            chainBytes = try PolicySource.contents(of: chain, limit: 1 << 20)
            keyBytes = try PolicySource.contents(of: secret, limit: 1 << 16)
        } catch { throw StartError(error) }
        do throws(TLSFault) {
            return try TLSIdentity(chain: chainBytes, key: keyBytes, names: names)
        } catch {
            let isAboutKey = error.description.contains("key")
            throw StartError(.badData, ["\(isAboutKey ? secret : chain): \(error)"])
        }
    }

    private mutating func noteTimes(of certificate: Certificate, in file: String) {
        let left = certificate.notAfter.milliseconds - now.milliseconds
        if left < 0 {
            warnings.append(
                "\(file): the certificate of \(certificate.subject) has expired at \(certificate.notAfter.rfc3339)")
        } else if now < certificate.notBefore {
            warnings.append(
                "\(file): the certificate of \(certificate.subject) is not valid before \(certificate.notBefore.rfc3339)"
            )
        } else if left < 14 * 86_400_000 {
            warnings.append(
                "\(file): the certificate of \(certificate.subject) expires soon, at \(certificate.notAfter.rfc3339)")
        }
    }
}
