import DNS
import Values

/// What the policy says about the site itself: what is local, what is trusted.
public struct Site: Sendable {
    /// Domains whose mail is received here, in lower case and in ASCII; `.example.org` stands for every sub-domain.
    public let localDomains: [String]
    /// The name under which authentication results are written here (RFC 8601 §2.5), in lower case; nil where the
    /// policy names none and there is no local domain to stand for it.
    public var authservID: String?
    /// Relays of our own whose Received fields are believed and whose connections are another relay's.
    public var trustedRelays: [IPNetwork]
    /// Clients that policy trusts.
    public var trustedNetworks: [IPNetwork]
    /// The local networks.
    public var lanNetworks: [IPNetwork]

    /// A site.
    public init(
        localDomains: [String] = [], authservID: String? = nil, trustedRelays: [IPNetwork] = [],
        trustedNetworks: [IPNetwork] = [],
        lanNetworks: [IPNetwork] = IPNetwork.privateUse
    ) {
        let localDomains = localDomains.map { Site.canonical($0) }
        self.authservID = authservID?.asciiLowercased ?? localDomains.first { !$0.hasPrefix(".") }
        (self.localDomains, self.trustedRelays) = (localDomains, trustedRelays)
        (self.trustedNetworks, self.lanNetworks) = (trustedNetworks, lanNetworks)
    }

    /// Whether `domain` is one of the local domains, or below a `.domain` entry.
    public func isLocal(domain: String) -> Bool {
        let domain = Site.canonical(domain)
        return localDomains.contains { entry in
            entry.hasPrefix(".") ? domain.hasSuffix(entry) : domain == entry
        }
    }

    /// A domain as it is compared: U-labels as A-labels (RFC 5890 §2.3.2.1), in lower case.
    private static func canonical(_ domain: String) -> String {
        guard !domain.utf8.allSatisfy({ $0 < 0x80 }) else { return domain.asciiLowercased }
        let name = Array(domain.utf8)
        return String(decoding: InternationalName.ascii(name) ?? name, as: UTF8.self).asciiLowercased
    }

    /// Whether `address` is one of the site's own relays.
    public func isTrustedRelay(_ address: IPAddress) -> Bool {
        trustedRelays.contains { $0.contains(address) }
    }

    /// Which of `exemptions` the session falls under, by what is known of it or by what stages have granted it, and
    /// why; nil when none.
    func exemption(
        for session: Session, among exemptions: [Exemption], granted: GrantedExemptions = GrantedExemptions()
    ) -> StageReport.Omission? {
        for exemption in exemptions {
            if let reason = granted.reason(toCountAs: exemption) { return reason }
            switch exemption {
            case .authenticated:
                if let identity = session.authenticated.value {
                    return StageReport.Omission("exempt: authenticated", detail: identity)
                }
            case .trusted:
                guard let client = session.client.value else { continue }
                if let network = trustedNetworks.first(where: { $0.contains(client) })
                    ?? trustedRelays.first(where: { $0.contains(client) })
                {
                    return StageReport.Omission("exempt: trusted client", detail: "\(client) in \(network)")
                }
            case .lan:
                guard let client = session.client.value else { continue }
                if let network = lanNetworks.first(where: { $0.contains(client) }) {
                    return StageReport.Omission("exempt: local client", detail: "\(client) in \(network)")
                }
            case .mailboxLogin:
                // The session tells nothing of it: it has been granted, or it is not there.
                continue
            case .localhost:
                if let client = session.client.value, client.isLoopback {
                    return StageReport.Omission("exempt: this host", detail: client.description)
                }
            }
        }
        return nil
    }
}
