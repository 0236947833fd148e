/// A TLS handshake as a transcript records it; what was not recorded is nil.
public struct RecordedTLS: Sendable, Hashable {
    /// The protocol version, e.g. `TLSv1.3`.
    public var version: String?
    /// The cipher suite.
    public var cipher: String?
    /// The length of its key in bits.
    public var bits: Int?
    /// The host that the client wanted to reach (RFC 6066 §3).
    public var serverName: String?
    /// The subject of the client's certificate.
    public var certificate: String?
    /// Whether that certificate was found valid; nil without one.
    public var isVerified: Bool?
    /// Why the handshake failed; nil when it ended well.
    public var failure: String?

    /// A handshake, field by field.
    public init(
        version: String? = nil, cipher: String? = nil, bits: Int? = nil, serverName: String? = nil,
        certificate: String? = nil, isVerified: Bool? = nil, failure: String? = nil
    ) {
        (self.version, self.cipher, self.bits, self.serverName) = (version, cipher, bits, serverName)
        (self.certificate, self.isVerified, self.failure) = (certificate, isVerified, failure)
    }
}
