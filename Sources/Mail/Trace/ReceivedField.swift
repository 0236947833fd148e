import Values

/// One hop of a message as the receiving host recorded it (RFC 5321 §4.4), whichever program wrote it.
///
/// Everything here is what the writer says. Only a field written by a host one trusts is more than a claim.
public struct ReceivedField: Sendable, Hashable {
    /// What follows `from`, as written: most programs put the HELO name there, Exim and qmail the reverse name where
    /// the two differ.
    public internal(set) var fromName: String?
    /// The name given with HELO or EHLO, as the writing program means it. Nil for hops without SMTP.
    public internal(set) var helo: String?
    /// The client's name from reverse DNS, as written; nil where the writer had none or does not tell.
    public internal(set) var reverseName: String?
    /// The client's address.
    public internal(set) var clientAddress: IPAddress?
    /// Who the client was: the authenticated user, the ident answer, or the local user that submitted.
    public internal(set) var identity: String?
    /// Whether a comment says that the identity was authenticated, as Postfix' `Authenticated sender: x` does.
    public internal(set) var saysAuthenticated = false
    /// The host that wrote the field.
    public internal(set) var by: String?
    /// That host's own address.
    public internal(set) var byAddress: IPAddress?
    /// What follows `via`.
    public internal(set) var via: String?
    /// What follows `with`, as written: `ESMTPS`, `Microsoft SMTP Server`, `local`.
    public internal(set) var with: String?
    /// The TLS session, where the writer tells.
    public internal(set) var tls: TLSTrace?
    /// What follows `id`, angle brackets off.
    public internal(set) var id: String?
    /// The address that follows `for`, angle brackets off.
    public internal(set) var `for`: String?
    /// The reverse-path, where the writer adds it (Exim). Empty for the null path.
    public internal(set) var envelopeFrom: String?
    /// When the host received the message.
    public internal(set) var date: MailDate?
    /// Whether the message was handed over on the host itself: by a local process, over the loopback address, or by
    /// a hop that names no client at all.
    public internal(set) var isLocal = false

    init() {}

    /// Reads the value of a Received field, folded or not. Never fails: what is not there or not readable is nil.
    public init(_ bytes: Bytes) {
        var parser = ReceivedParser(bytes)
        self = parser.read()
    }

    /// The registered transmission type (RFC 3848, RFC 6531 §4.3, RFC 8314 §7) that `with` names, in capitals:
    /// `esmtpsa` is `ESMTPSA`, `Microsoft SMTP Server` is `SMTP`. Nil where it names none.
    public var transmissionType: String? {
        guard let with else { return nil }
        let text = with.utf8.span
        var words = 0
        var start = 0
        while start < text.count, words < 8 {
            // Of a word such as ESMTP/TLS the first part counts.
            var first = 0..<0
            var end = start
            while end < text.count, text[end] != .space {
                if text[end] == .ascii("/") {
                    end += 1
                    continue
                }
                let begin = end
                while end < text.count, text[end] != .space, text[end] != .ascii("/") { end += 1 }
                if first.isEmpty { first = begin..<end }
            }
            if end > start {
                words += 1
                if let type = ReceivedField.transmissionType(text, in: first) { return type }
            }
            start = end + 1
        }
        return nil
    }

    private static func transmissionType(_ text: Span<UInt8>, in range: Range<Int>) -> String? {
        guard (3...10).contains(range.count) else { return nil }
        return transmissionTypes.first { type in
            let type = type.utf8.span
            guard type.count == range.count else { return false }
            for offset in 0..<type.count where type[offset].lowercased != text[range.lowerBound + offset].lowercased {
                return false
            }
            return true
        }
    }

    private static let transmissionTypes = [
        "SMTP", "ESMTP", "ESMTPA", "ESMTPS", "ESMTPSA", "LMTP", "LMTPA", "LMTPS", "LMTPSA", "MMS", "UTF8SMTP",
        "UTF8SMTPA", "UTF8SMTPS", "UTF8SMTPSA", "UTF8LMTP", "UTF8LMTPA", "UTF8LMTPS", "UTF8LMTPSA", "HTTP",
    ]
}
