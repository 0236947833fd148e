import DNS
import Values

/// What is to be checked: a client and the identity it claims (RFC 7208 §2, §4.1).
public struct SPFQuery: Sendable, Hashable {
    /// Which of the client's claims is checked.
    public enum Identity: String, Sendable, Hashable, CaseIterable {
        /// The reverse-path; for a null one `postmaster` at the HELO name (§2.4).
        case mailFrom = "mailfrom"
        /// The HELO or EHLO name (§2.3).
        case helo
    }

    /// The client's address.
    public let ip: IPAddress
    /// The name the client gave in HELO or EHLO.
    public let helo: String
    /// The reverse-path without its angle brackets; empty for the null one.
    public let mailFrom: String
    public let identity: Identity
    /// The domain whose policy is asked, where it is not the identity's own.
    public let domain: String?
    /// The name of the host that checks, for the `%{r}` macro.
    public let receiver: String?
    /// The event's time, for the `%{t}` macro.
    public let now: Timestamp

    /// A check of `identity`.
    public init(
        ip: IPAddress, helo: String, mailFrom: String, identity: Identity = .mailFrom, domain: String? = nil,
        receiver: String? = nil, now: Timestamp
    ) {
        (self.ip, self.helo, self.mailFrom, self.identity) = (ip, helo, mailFrom, identity)
        (self.domain, self.receiver, self.now) = (domain, receiver, now)
    }
}

extension SPFQuery {
    /// The `<sender>` of check_host().
    struct Sender: Sendable {
        let localPart: [UInt8]
        let domain: [UInt8]
    }

    var sender: Sender {
        var address = Array(mailFrom.utf8)[...]
        if address.first == .ascii("<"), address.last == .ascii(">") { address = address.dropFirst().dropLast() }
        // RFC 7208 §2.4: a null reverse-path is checked as the mailbox "postmaster" at the HELO name.
        if identity == .helo || address.isEmpty {
            return Sender(localPart: SPFQuery.postmaster, domain: SPFQuery.ascii(helo.utf8))
        }
        guard let at = address.lastIndex(of: .at) else {
            return Sender(localPart: SPFQuery.postmaster, domain: SPFQuery.ascii(address))
        }
        // RFC 7208 §4.3: a sender without a local-part has "postmaster".
        return Sender(
            localPart: at == address.startIndex ? SPFQuery.postmaster : Array(address[..<at]),
            domain: SPFQuery.ascii(address[(at + 1)...]))
    }

    /// RFC 7208 §4.3, RFC 8616 §4: U-labels are checked, looked up and expanded as A-labels. A domain that cannot be
    /// converted stays as it is, and has no policy.
    static func ascii(_ domain: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(domain)
        return InternationalName.ascii(bytes) ?? bytes
    }

    private static let postmaster = Array("postmaster".utf8)
}
