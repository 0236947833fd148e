import Cryptography
import NIOSSL
import Values

/// A certificate with its key.
public struct TLSIdentity: Sendable {
    /// The certificate itself.
    public let certificate: Certificate
    /// The host names it is shown for, in lower case; `*.example.org` stands for the names one label below.
    public let names: [String]

    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey

    /// Reads a certificate, those that lead to its authority, and its key, all in PEM. It is shown for `names`, or for
    /// those it is made out to.
    public init(chain: Bytes, key: Bytes, names: [String]? = nil) throws(TLSFault) {
        self.chain = try TLSIdentity.certificates(in: chain)
        guard let first = self.chain.first, let der = try? first.toDERBytes(), let certificate = Certificate(der: der)
        else { throw TLSFault("holds no certificate that can be read") }
        self.certificate = certificate
        self.names = (names ?? certificate.hosts).map(\.asciiLowercased)
        do {
            self.key = try NIOSSLPrivateKey(bytes: key.array, format: .pem)
        } catch {
            let isEncrypted = key.array.firstRange(of: "ENCRYPTED".utf8) != nil
            throw TLSFault(
                isEncrypted
                    ? "the key is encrypted; write it without a passphrase first (openssl pkey -in … -out …)"
                    : "holds no private key in PEM")
        }
        // The library compares them when it is to use them.
        let use = TLSConfiguration.makeServerConfiguration(
            certificateChain: self.chain.map { .certificate($0) }, privateKey: .privateKey(self.key))
        do { _ = try NIOSSLContext(configuration: use) } catch { throw TLSFault(error) }
    }

    /// All certificates of a file in PEM.
    static func certificates(in pem: Bytes) throws(TLSFault) -> [NIOSSLCertificate] {
        guard let found = try? NIOSSLCertificate.fromPEMBytes(pem.array), !found.isEmpty else {
            throw TLSFault("holds no certificate in PEM")
        }
        return found
    }
}

extension CertificateStore {
    /// The authorities of a file in PEM.
    public static func read(_ pem: Bytes) throws(TLSFault) -> CertificateStore {
        let authorities = try TLSIdentity.certificates(in: pem).compactMap { certificate in
            (try? certificate.toDERBytes()).flatMap { Certificate(der: $0) }
        }
        guard !authorities.isEmpty, let store = CertificateStore.of(authorities) else {
            throw TLSFault("holds no certificate that can be read")
        }
        return store
    }

    /// Why `chain` cannot be believed; nil when it can.
    func fault(of chain: [NIOSSLCertificate], as subject: Subject, at now: Timestamp) -> String? {
        let read = chain.prefix(16).compactMap { certificate in
            (try? certificate.toDERBytes()).flatMap { Certificate(der: $0) }
        }
        return read.count == min(chain.count, 16)
            ? fault(of: read, as: subject, at: now) : "a certificate that cannot be read"
    }
}
