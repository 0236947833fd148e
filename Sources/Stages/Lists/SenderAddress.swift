import Mail
import Values

/// An address in the one form in which lists and mail are compared: the local part with ASCII letters in lower case,
/// the domain as `HostName.canonical` gives it.
///
/// RFC 5321 §2.4 leaves the case of local parts to their host. Every host in use overlooks it, and a list that did not
/// would be got round with a capital.
struct SenderAddress: Sendable, Hashable {
    /// What stands before the `@`, quotes and escapes taken off.
    let localPart: String
    /// What stands after it; empty where there is none.
    let domain: String

    /// The address of a path; nil for the null path.
    init?(_ path: SMTPPath) {
        guard !path.isNull else { return nil }
        self.init(localPart: path.localPart, domain: path.domain ?? "")
    }

    /// The address of a mailbox; nil where a field gave a name alone.
    init?(_ mailbox: Mailbox) {
        guard !mailbox.localPart.isEmpty || !mailbox.domain.isEmpty else { return nil }
        self.init(localPart: mailbox.localPart, domain: mailbox.domain)
    }

    init(localPart: String, domain: String) {
        (self.localPart, self.domain) = (localPart.asciiLowercased, HostName.canonical(domain))
    }

    /// Both parts, the local part without quotes.
    var text: String { domain.isEmpty ? localPart : localPart + "@" + domain }
}
