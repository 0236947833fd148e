/// A service extension that EHLO offers (RFC 5321 §2.2).
public enum ServerExtension: Sendable, Hashable {
    /// RFC 2920.
    case pipelining
    /// RFC 1870; the limit is the configuration's.
    case size
    /// RFC 6152.
    case eightBitMIME
    /// RFC 6531.
    case smtpUTF8
    /// RFC 3461.
    case dsn
    /// RFC 2034.
    case enhancedStatusCodes
    /// RFC 3030, without BINARYMIME.
    case chunking
    /// RFC 3207.
    case startTLS
    /// RFC 4954, with these mechanisms.
    case auth([String])
    /// Any other, by its keyword and arguments.
    case other(String)

    /// The extensions a session carries out by itself.
    public static let standard: [ServerExtension] = [
        .pipelining, .size, .eightBitMIME, .smtpUTF8, .dsn, .enhancedStatusCodes,
    ]

    /// The line of the EHLO reply that offers the extension.
    public func line(sizeLimit: Int) -> String {
        switch self {
        case .pipelining: "PIPELINING"
        case .size: "SIZE \(sizeLimit)"
        case .eightBitMIME: "8BITMIME"
        case .smtpUTF8: "SMTPUTF8"
        case .dsn: "DSN"
        case .enhancedStatusCodes: "ENHANCEDSTATUSCODES"
        case .chunking: "CHUNKING"
        case .startTLS: "STARTTLS"
        case .auth(let mechanisms): (["AUTH"] + mechanisms).joined(separator: " ")
        case .other(let line): line
        }
    }

    /// The MAIL parameters that come with the extension.
    var mailParameters: [String] {
        switch self {
        case .size: ["SIZE"]
        case .eightBitMIME: ["BODY"]
        case .smtpUTF8: ["SMTPUTF8"]
        case .dsn: ["RET", "ENVID"]
        // RFC 4954 §5.
        case .auth: ["AUTH"]
        case .pipelining, .enhancedStatusCodes, .chunking, .startTLS, .other: []
        }
    }

    /// The RCPT parameters that come with the extension.
    var rcptParameters: [String] {
        switch self {
        case .dsn: ["NOTIFY", "ORCPT"]
        case .pipelining, .size, .eightBitMIME, .smtpUTF8, .enhancedStatusCodes, .chunking, .startTLS, .auth, .other: []
        }
    }
}
