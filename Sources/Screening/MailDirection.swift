import Values

/// Which way mail goes, as the site sees it.
public enum MailDirection: String, Sendable, Hashable, CaseIterable {
    /// From elsewhere.
    case inbound
    /// From here to elsewhere.
    case outbound
    /// From here to here.
    case local

    /// The direction of a message: from here is what a client sends that authenticated, or that lies in a network of the
    /// site's own; where no client is known, what has a sender of a local domain. A relay of the site's own hands on the
    /// mail of others.
    public init(
        client: IPAddress?, isAuthenticated: Bool, senderDomain: String?, recipientDomains: [String], site: Site
    ) {
        let isFromHere: Bool
        if isAuthenticated {
            isFromHere = true
        } else if let client {
            isFromHere =
                !site.isTrustedRelay(client)
                && (client.isLoopback || (site.trustedNetworks + site.lanNetworks).contains { $0.contains(client) })
        } else {
            isFromHere = senderDomain.map { site.isLocal(domain: $0) } ?? false
        }
        guard isFromHere else {
            self = .inbound
            return
        }
        let isToHere = !recipientDomains.isEmpty && recipientDomains.allSatisfy { site.isLocal(domain: $0) }
        self = isToHere ? .local : .outbound
    }
}
