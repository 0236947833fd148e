/// A command of an SMTP client, well-formed (RFC 5321 §4.1.1 and the extensions named).
public enum SMTPCommand: Sendable, Hashable {
    /// The name as sent: whether it is a domain is for checks to say (RFC 5321 §4.1.4 forbids refusing mail for it
    /// in the parser).
    case helo(String)
    case ehlo(String)
    case mail(PathArgument, ESMTPParameters)
    case rcpt(PathArgument, ESMTPParameters)
    case data
    /// RFC 3030 §2: a chunk of `size` octets follows the line.
    case bdat(size: Int, last: Bool)
    case rset
    case noop(String?)
    case quit
    case vrfy(String)
    case expn(String)
    case help(String?)
    /// RFC 3207.
    case starttls
    /// RFC 4954; the mechanism in upper case.
    case auth(mechanism: String, initial: InitialResponse?)
    /// Postfix's XCLIENT: attributes that a trusted proxy passes on.
    case xclient(ESMTPParameters)
    /// No command known here; the verb in upper case, at most 32 characters of it.
    case unknown(verb: String)

    /// The verb in upper case.
    public var verb: String {
        switch self {
        case .helo: "HELO"
        case .ehlo: "EHLO"
        case .mail: "MAIL"
        case .rcpt: "RCPT"
        case .data: "DATA"
        case .bdat: "BDAT"
        case .rset: "RSET"
        case .noop: "NOOP"
        case .quit: "QUIT"
        case .vrfy: "VRFY"
        case .expn: "EXPN"
        case .help: "HELP"
        case .starttls: "STARTTLS"
        case .auth: "AUTH"
        case .xclient: "XCLIENT"
        case .unknown(let verb): verb
        }
    }
}
