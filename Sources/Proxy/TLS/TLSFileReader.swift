import Archives
import Cryptography
import Policy
import SMTP
import Screening
import Values

/// Reads the certificates, keys and authorities that a policy names.
public struct TLSFileReader: Sendable {
    /// Why one cannot be used.
    public struct Failure: Error {
        /// How a program ends that cannot go on without it.
        public let status: ExitStatus
        /// What is wrong, with the file's name.
        public let message: String

        fileprivate init(_ status: ExitStatus, _ message: String) { (self.status, self.message) = (status, message) }

        fileprivate init(_ error: ArchiveError) { self.init(error.code.exitStatus, error.description) }
    }

    /// What whoever runs the program should know and does not keep a file from being used.
    public private(set) var warnings: [String] = []
    private let clock: @Sendable () -> Timestamp

    /// A reader who looks by `clock` whether certificates are valid.
    public init(clock: @escaping @Sendable () -> Timestamp) { self.clock = clock }

    /// What makes the handshakes with the servers behind, as `settings` want them; nil where there are none.
    public mutating func connector(_ settings: NextHopTLSSettings) throws(Failure) -> TLSConnector? {
        guard settings.protection != .none else { return nil }
        var shown: TLSIdentity?
        if let certificate = settings.certificate, let key = settings.key {
            shown = try identity(certificate.value, key.value, names: nil, at: certificate.place)
        }
        let believed = settings.protection == .verified ? try authorities(settings.authorities) : nil
        do throws(TLSFault) {
            return try TLSConnector(
                authorities: believed, name: settings.name, minimum: settings.minimum.version, identity: shown,
                clock: clock)
        } catch {
            throw Failure(.badData, "agent.next_hop_tls: \(error)")
        }
    }

    /// The authorities in a file, or the system's.
    public func authorities(_ file: Placed<String>?) throws(Failure) -> CertificateStore {
        guard let file else {
            guard let store = CertificateStore.system() else {
                throw Failure(.noInput, "the system's authorities cannot be read")
            }
            return store
        }
        let path = PolicyFiles.path(of: file.value, namedAt: file.place)
        let contents = try TLSFileReader.contents(of: path, limit: 16 << 20)
        do throws(TLSFault) { return try CertificateStore.read(contents) } catch {
            throw Failure(.badData, "\(path): \(error)")
        }
    }

    /// The certificate and its key in files that a policy names at `place`; see `TLSIdentity`.
    public mutating func identity(
        _ certificate: String, _ key: String, names: [String]?, at place: PolicyPlace
    ) throws(Failure) -> TLSIdentity {
        let (chain, secret) = (
            PolicyFiles.path(of: certificate, namedAt: place), PolicyFiles.path(of: key, namedAt: place)
        )
        if let warning = SecretFileMode.warning(about: secret) { warnings.append(warning) }
        let chainBytes = try TLSFileReader.contents(of: chain, limit: 1 << 20)
        let keyBytes = try TLSFileReader.contents(of: secret, limit: 1 << 16)
        do throws(TLSFault) {
            let identity = try TLSIdentity(chain: chainBytes, key: keyBytes, names: names)
            noteTimes(of: identity.certificate, in: certificate)
            return identity
        } catch {
            let isAboutKey = error.description.contains("key")
            throw Failure(.badData, "\(isAboutKey ? secret : chain): \(error)")
        }
    }

    private mutating func noteTimes(of certificate: Certificate, in file: String) {
        let now = clock()
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

    private static func contents(of path: String, limit: Int) throws(Failure) -> Bytes {
        do throws(ArchiveError) {
            var source = try ByteSource(path: path)
            if let bytes = try source.contents(limit: limit) { return bytes }
        } catch { throw Failure(error) }
        throw Failure(.badData, "\(path): larger than \(limit) bytes; is it the right file?")
    }
}
