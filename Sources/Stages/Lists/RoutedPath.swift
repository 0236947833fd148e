import Mail
import Screening
import Values

/// A path that asks a server to hand mail on to another host than its domain's.
enum RoutedPath: String {
    /// `@relay.example:ann@far.example` (RFC 5321 appendix C).
    case sourceRoute = "source route"
    /// `ann%far.example@company.example`.
    case percentHack = "percent hack"
    /// `far!ann@company.example`, the way of UUCP.
    case bangPath = "bang path"
    /// `"ann@far.example"@company.example`.
    case address = "address within an address"

    /// What `path` asks for; nil where it asks for nothing.
    init?(_ path: SMTPPath) {
        if !path.sourceRoute.isEmpty {
            self = .sourceRoute
            return
        }
        let local = path.localPart.utf8
        func stands(_ byte: UInt8) -> Bool {
            local.dropFirst().dropLast().contains(byte)
        }
        if stands(.at) {
            self = .address
        } else if stands(.ascii("!")) {
            self = .bangPath
        } else if stands(.ascii("%")) {
            self = .percentHack
        } else {
            return nil
        }
    }
}

extension Site {
    /// Whether a path is one of this site's own: of a local domain, or of the address the client connected to. A path
    /// without a domain stays here (RFC 5321 §4.1.1.3).
    func isLocal(_ path: SMTPPath, in session: Session) -> Bool {
        guard let domain = path.domain else { return !path.isNull }
        if let literal = path.addressLiteral { return session.listener.value == literal }
        return isLocal(domain: HostName.canonical(domain))
    }
}

extension Session {
    /// Whether it is known that the client did not authenticate: it was seen, or its Received field names a type of
    /// transmission without it (RFC 3848).
    var isKnownUnauthenticated: Bool {
        guard authenticated.value == nil else { return false }
        switch (helo, client) {
        case (.observed, _), (_, .observed): return true
        default: return transmission.value != nil
        }
    }
}
