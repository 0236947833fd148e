import SMTP
import Values

/// By what SMTP is told from other protocols.
enum ProtocolSigns {
    /// What a connection carries.
    enum Judgement: Sendable, Hashable {
        case smtp, tls, other
        /// More is needed to tell.
        case open
    }

    /// The most octets that are looked at.
    static let headLength = 1024

    /// Judges a connection by what came first from either side; `isLast` when no more will.
    static func judge(client: Bytes, server: Bytes, isMailPort: Bool, isLast: Bool) -> Judgement {
        if isTLS(client) || client.isEmpty && isTLS(server) { return isMailPort ? .tls : .other }
        if isMailPort, isReply(server) || isCommand(client) { return .smtp }
        let isGreeted = isReply(server) && (server.starts(with: "220".utf8) || server.starts(with: "554".utf8))
        if isGreeted || server.isEmpty, isCommand(client) { return .smtp }
        if isGreeted, contains("SMTP", in: server), client.isEmpty && isLast { return .smtp }
        if isLast || client.count >= headLength || server.count >= headLength { return .other }
        // What cannot become a reply or a command need not be waited for.
        let isNoReply = !server.isEmpty && server.prefix(3).contains { !$0.isDigit }
        let isNoCommand = client.contains(.lf)
        return isNoReply || isNoCommand && (!isMailPort || server.count >= 4) ? .other : .open
    }

    /// Whether these octets begin like a reply of a mail server (RFC 5321 §4.2).
    static func isReply(_ bytes: Bytes) -> Bool {
        bytes.count >= 4 && bytes[0..<3].allSatisfy(\.isDigit) && (0x32...0x35).contains(bytes[0])
            && (bytes[3].isWhitespace || bytes[3] == .hyphen || bytes[3] == .cr)
    }

    /// A record of a TLS handshake, as the client's first (RFC 8446 §5.1).
    static func isTLS(_ bytes: Bytes) -> Bool {
        bytes.count >= 3 && bytes[0] == 22 && bytes[1] == 3 && bytes[2] <= 4
    }

    /// Whether a line begins here that only an SMTP client says.
    static func isCommand(_ bytes: Bytes) -> Bool {
        let head = bytes[0..<min(bytes.count, 512)]
        let line = head.firstIndex(of: .lf).map { head[0..<$0] } ?? head
        let text = line.lossyString.asciiLowercased
        let isWhole = line.count < head.count
        if ["ehlo ", "helo ", "lhlo ", "mail from:", "rcpt to:", "bdat ", "auth ", "xclient ", "mail from :"].contains(
            where: text.hasPrefix)
        {
            return true
        }
        let words = ["quit", "rset", "noop", "data", "starttls", "help", "ehlo", "helo", "lhlo"]
        let word = text.prefix { $0 != "\r" && $0 != " " }
        return isWhole && words.contains(String(word)) && text.utf8.count <= 64
    }

    private static func contains(_ text: StaticString, in bytes: Bytes) -> Bool {
        bytes.withSpan { $0.firstIndex(of: text, from: 0) != nil }
    }
}
