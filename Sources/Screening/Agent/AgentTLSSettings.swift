import Mail
import Policy
import Values

/// How `assayd` protects connections of clients: the section `agent.tls` of a policy.
public struct AgentTLSSettings: Sendable, Hashable {
    /// A certificate with its key, as files hold them.
    public struct CertificateFiles: Sendable, Hashable {
        /// The certificate in PEM, then those that lead to the authority.
        public var certificate: String
        /// The private key in PEM.
        public var key: String
        /// The names it is shown for; nil for those it is made out to.
        public var names: [String]?
        /// Where the entry stands.
        public var place: PolicyPlace
    }

    /// Whether clients are asked for certificates.
    public enum ClientCertificates: String, Sendable, Hashable, CaseIterable {
        case none, optional, required
    }

    /// The oldest version of TLS that is taken.
    public enum Minimum: String, Sendable, Hashable, CaseIterable {
        case tls10 = "1.0"
        case tls11 = "1.1"
        case tls12 = "1.2"
        case tls13 = "1.3"

        /// The version.
        public var version: TLSProtocolVersion {
            switch self {
            case .tls10: .tls10
            case .tls11: .tls11
            case .tls12: .tls12
            case .tls13: .tls13
            }
        }
    }

    /// The certificates, the one for clients that name no host or one that none is for first.
    public var certificates: [CertificateFiles] = []
    /// The oldest version of TLS that is taken.
    public var minimum = Minimum.tls12
    /// The cipher suites of TLS 1.2 and before that are taken, the preferred one first; empty for the usual ones.
    public var ciphers: [String] = []
    /// Whether clients are asked for certificates.
    public var clientCertificates = ClientCertificates.none
    /// The file of the authorities that vouch for clients; nil for the system's.
    public var clientAuthorities: Placed<String>?
    /// How long a handshake may take.
    public var handshakeTimeout = Duration.seconds(60)

    /// Cipher suites that can be named, the preferred one first. Those of TLS 1.3 are always taken, and none is weak.
    public static let knownCiphers = [
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA",
        "AES256-GCM-SHA384", "AES128-GCM-SHA256", "AES256-SHA", "AES128-SHA",
    ]

    /// No certificates.
    public init() {}

    /// Reads the section's keys.
    init(from reader: inout PolicyReader) {
        certificates = reader.entries(
            "certificates",
            "Certificates, the first one for clients that name no host that another is for. Without any, STARTTLS is "
                + "not offered."
        ) { CertificateFiles(from: &$0) }.map(\.value)
        minimum = reader.choice("minimum", default: Minimum.tls12, "The oldest version of TLS taken.")
        ciphers = reader.values(
            "ciphers", default: [],
            expecting: "the name of a cipher suite, such as ECDHE-RSA-AES128-GCM-SHA256",
            "The cipher suites of TLS 1.2 and before that are taken, the preferred one first; the usual ones unless "
                + "set. Those of TLS 1.3 are always taken.",
            parse: { name in Self.knownCiphers.first { $0.equalsIgnoringASCIICase(name) } }
        ).map(\.value)
        clientCertificates = reader.choice(
            "client_certificates", default: ClientCertificates.none,
            "Whether clients are asked for certificates; optional takes all and tells in findings which are valid, "
                + "required ends the handshake without a valid one.")
        clientAuthorities = reader.optionalValue(
            "client_authorities", expecting: "the name of a file",
            "The certificates, in PEM, of the authorities that vouch for clients; the system's unless set.",
            parse: { $0.isEmpty ? nil : $0 })
        handshakeTimeout = reader.duration(
            "handshake_timeout", default: .seconds(60), in: .seconds(1)...(.seconds(600)),
            "How long a handshake may take.")
    }
}

extension AgentTLSSettings.CertificateFiles {
    /// Reads an entry; nil, with the mistake noted, where a file is not named.
    fileprivate init?(from reader: inout PolicyReader) {
        func file(_ key: String, _ summary: String) -> Placed<String>? {
            let isThere = !reader.place(of: key).isBuiltIn
            let name = reader.optionalValue(
                key, expecting: "the name of a file", summary, parse: { $0.isEmpty ? nil : $0 })
            if name == nil, !isThere, !reader.place.isBuiltIn {
                reader.report("a certificate needs a '\(key)'", at: reader.place)
            }
            return name
        }
        let certificate = file(
            "certificate", "The file of the certificate and of those that lead to its authority, in PEM.")
        let key = file(
            "key", "The file of the private key, in PEM; nobody but assayd's user should be able to read it.")
        let names = reader.values(
            "names", default: [], expecting: "a host name, or * and the domain above it",
            "The host names the certificate is shown for; those it is made out to unless set.",
            parse: { Self.name($0) }
        ).map(\.value)
        guard let certificate, let key else { return nil }
        self.init(
            certificate: certificate.value, key: key.value, names: names.isEmpty ? nil : names, place: certificate.place
        )
    }

    private static func name(_ text: String) -> String? {
        let host = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
        return Site.domainPattern(host).flatMap { $0.hasPrefix(".") ? nil : text.asciiLowercased }
    }
}
