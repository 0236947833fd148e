/// The TLS of a connection, as negotiated or as a Received field tells it.
public struct TLSParameters: Sendable, Hashable {
    /// The protocol version as written, e.g. `TLSv1.3`.
    public let version: String?
    /// The cipher suite as written.
    public let cipher: String?
    /// The length of its key in bits, where told.
    public let bits: Int?
    /// The host that the client wanted to reach (RFC 6066 §3).
    public let serverName: String?
    /// The certificate that the client showed.
    public let certificate: ClientCertificate?

    /// A client's certificate.
    public struct ClientCertificate: Sendable, Hashable {
        /// Its subject in the form of RFC 4514.
        public let subject: String
        /// Whether a trusted authority vouches for it.
        public let isVerified: Bool

        /// A certificate with this subject.
        public init(subject: String, isVerified: Bool) { (self.subject, self.isVerified) = (subject, isVerified) }
    }

    /// TLS of this version and cipher suite.
    public init(
        version: String?, cipher: String?, bits: Int? = nil, serverName: String? = nil,
        certificate: ClientCertificate? = nil
    ) {
        (self.version, self.cipher, self.bits) = (version, cipher, bits)
        (self.serverName, self.certificate) = (serverName, certificate)
    }
}
