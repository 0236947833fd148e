import Values

/// A reverse-path or forward-path of the SMTP envelope (RFC 5321 §4.1.2).
public struct SMTPPath: Sendable {
    /// A path is handed on with every command and to every stage, and never changes: its copies share what it is.
    private let parts: Parts

    private final class Parts: Sendable {
        let localPart: String
        let domain: String?
        let sourceRoute: [String]
        let isConforming: Bool

        init(_ localPart: String, _ domain: String?, _ sourceRoute: [String], _ isConforming: Bool) {
            (self.localPart, self.domain) = (localPart, domain)
            (self.sourceRoute, self.isConforming) = (sourceRoute, isConforming)
        }
    }

    /// What stands before the `@`, quotes and escapes taken off; empty in the null path.
    public var localPart: String { parts.localPart }
    /// What stands after the `@`, as written: a domain, or an address literal with its brackets. Nil in the null
    /// path, and where a client named a mailbox without a domain (`<postmaster>`, RFC 5321 §4.5.1).
    public var domain: String? { parts.domain }
    /// The domains of a source route, which plays no part in where mail goes (RFC 5321 appendix C).
    public var sourceRoute: [String] { parts.sourceRoute }
    /// Whether the path is one that RFC 5321 §4.1.2 (with RFC 6531's UTF-8) allows. Clients also send dots in odd
    /// places, trailing dots and bare names; such paths are read all the same.
    public var isConforming: Bool { parts.isConforming }

    /// The null reverse-path `<>` of bounces and other notifications (RFC 5321 §4.5.5).
    public static let null = SMTPPath(localPart: "", domain: nil)

    /// A path to a mailbox; without a local part and domain, the null path.
    public init(localPart: String, domain: String?) {
        parts = Parts(localPart, domain, [], true)
    }

    /// Reads a path with or without its angle brackets; `<>` and the empty text are the null path. Nil when it is
    /// none: white space or controls outside quotes, unpaired quotes or brackets, no local part, or more than
    /// 2,048 octets.
    public init?(_ text: some StringProtocol) {
        var reader = SMTPPathReader(text.utf8Array)
        guard let path = reader.read() else { return nil }
        self = path
    }

    init(localPart: String, domain: String?, sourceRoute: [String], isConforming: Bool) {
        parts = Parts(localPart, domain, sourceRoute, isConforming)
    }

    /// Whether this is the null path.
    public var isNull: Bool { localPart.isEmpty && domain == nil }

    /// The address without brackets and source route, the local part quoted where it must be; empty for the null path.
    public var address: String {
        if isNull { return "" }
        guard let domain else { return localPart }
        let local = Mailbox.quotedIfNeeded(localPart)
        return String(capacity: local.utf8.count + 1 + domain.utf8.count) { text in
            text.append(utf8Of: local)
            text.append(.at)
            text.append(utf8Of: domain)
        }
    }

    /// The address behind an address literal (RFC 5321 §4.1.3) in the domain's place.
    public var addressLiteral: IPAddress? { domain.flatMap { AddressLiteral.read($0) } }
}

extension SMTPPath: Hashable {
    /// RFC 5321 §2.4: local parts differ by case, domains do not. Source routes are not compared.
    public static func == (left: SMTPPath, right: SMTPPath) -> Bool {
        left.localPart == right.localPart && left.domain?.asciiLowercased == right.domain?.asciiLowercased
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(localPart)
        hasher.combine(domain?.asciiLowercased)
    }
}

extension SMTPPath: CustomStringConvertible {
    /// The path in angle brackets, as MAIL and RCPT carry it.
    public var description: String { "<" + address + ">" }
}
