import Policy
import SMTP
import Values

/// How connections to the servers behind are protected: the keys `agent.next_hop_tls` and those that begin with it.
public struct NextHopTLSSettings: Sendable, Hashable {
    /// Whether there is TLS, and what it must show.
    public var protection: ClientSession.Protection
    /// Whether TLS begins with the connection, without STARTTLS.
    public var isImplicit: Bool
    /// The name in the server's certificate; nil for the one of its address.
    public var name: String?
    /// The file of the authorities that vouch for the servers; nil for the system's.
    public var authorities: Placed<String>?
    /// The oldest version of TLS that is taken.
    public var minimum: AgentTLSSettings.Minimum
    /// The file of the certificate that the servers are shown; nil for none.
    public var certificate: Placed<String>?
    /// The file of its key.
    public var key: Placed<String>?
    /// Domains whose recipients are passed on over protected connections only.
    public var requiredDomains: [String]
    /// How long a server whose handshake failed is spoken to without TLS, where that may be.
    public var retry: Duration

    /// Reads the keys.
    init(from reader: inout PolicyReader) {
        protection = reader.choice(
            "next_hop_tls", default: ClientSession.Protection.none,
            "Whether connections to them are protected by TLS: opportunistic where they offer it, required always, "
                + "verified always and with a valid certificate for their name.")
        isImplicit = reader.flag(
            "next_hop_tls_implicit", default: false,
            "Whether TLS begins with the connection, as on port 465, and not by STARTTLS.")
        func file(_ key: String, _ summary: String) -> Placed<String>? {
            reader.optionalValue(key, expecting: "the name of a file", summary, parse: { $0.isEmpty ? nil : $0 })
        }
        name =
            reader.optionalValue(
                "next_hop_tls_name", expecting: "a host name",
                "The name that their certificate is to be for; the one in next_hop unless set.",
                parse: { Site.domainPattern($0).flatMap { $0.hasPrefix(".") ? nil : $0 } })?.value
        authorities = file(
            "next_hop_tls_authorities",
            "The certificates, in PEM, of the authorities that vouch for them; the system's unless set.")
        minimum = reader.choice(
            "next_hop_tls_minimum", default: AgentTLSSettings.Minimum.tls12, "The oldest version of TLS taken of them.")
        certificate = file("next_hop_tls_certificate", "The certificate, in PEM, that they are shown; none unless set.")
        key = file("next_hop_tls_key", "The private key of that certificate, in PEM.")
        requiredDomains = reader.values(
            "next_hop_tls_domains", default: [], expecting: "a domain, or .domain for those below it",
            "Recipients in these domains are passed on over protected connections only: on others they are 450.",
            parse: { Site.domainPattern($0) }
        ).map(\.value)
        retry = reader.duration(
            "next_hop_tls_retry", default: .seconds(3600), in: .zero...(.seconds(86_400 * 30)),
            "How long an opportunistic server whose handshake failed is spoken to without TLS; with 0 it is tried each "
                + "time.")
        if isImplicit, protection == .none || protection == .opportunistic {
            reader.report(
                "TLS from the first byte on cannot be \(protection.rawValue): write required or verified for "
                    + "next_hop_tls", at: reader.place(of: "next_hop_tls_implicit"))
        }
        if (certificate == nil) != (key == nil) {
            let place = certificate?.place ?? key?.place ?? .builtIn
            reader.report("next_hop_tls_certificate and next_hop_tls_key belong together", at: place)
        }
    }

    /// Whether recipients in `domain` are passed on over protected connections only.
    public func isRequired(for domain: String) -> Bool {
        let domain = domain.asciiLowercased
        return requiredDomains.contains { $0.hasPrefix(".") ? domain.hasSuffix($0) : domain == $0 }
    }
}
