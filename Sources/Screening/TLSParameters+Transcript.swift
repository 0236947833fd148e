import SMTP

extension TLSParameters {
    /// What a transcript recorded; nil where it recorded that the handshake failed.
    public init?(_ recorded: RecordedTLS) {
        guard recorded.failure == nil else { return nil }
        self.init(
            version: recorded.version, cipher: recorded.cipher, bits: recorded.bits, serverName: recorded.serverName,
            certificate: recorded.certificate.map {
                ClientCertificate(subject: $0, isVerified: recorded.isVerified ?? false)
            })
    }

    /// The handshake as a transcript records it.
    public var recorded: RecordedTLS {
        RecordedTLS(
            version: version, cipher: cipher, bits: bits, serverName: serverName, certificate: certificate?.subject,
            isVerified: certificate?.isVerified)
    }
}
