import Values

/// Writes the Received-SPF field (RFC 7208 §9.1).
public enum ReceivedSPF {
    /// The field's value: the result, and what it was found by, as key-value pairs.
    public static func value(_ result: SPFResult, _ query: SPFQuery, _ outcome: SPFOutcome) -> String {
        var text = result.rawValue
        text += " "
        if let receiver = query.receiver { text += "receiver=" + quoted(receiver) + "; " }
        text += "client-ip="
        text += quoted(query.ip.description)
        text += "; envelope-from="
        text += quoted(query.mailFrom)
        text += "; helo="
        text += quoted(query.helo)
        text += "; identity="
        text += query.identity.rawValue
        if let match = outcome.matches.first { text += "; mechanism=" + quoted(match.term) }
        if let reason = outcome.reason { text += "; problem=" + quoted(reason) }
        return text
    }

    /// RFC 7208 §9.1: values are dot-atoms or quoted strings. Nothing but printable ASCII gets into a header field.
    private static func quoted(_ text: String) -> String {
        if isDotAtom(text) { return text }
        var quoted: [UInt8] = [.quote]
        for scalar in text.unicodeScalars.prefix(500) {
            let isPrintable = scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F
            let byte = isPrintable ? UInt8(ascii: scalar) : .ascii("?")
            if byte == .quote || byte == .backslash { quoted.append(.backslash) }
            quoted.append(byte)
        }
        quoted.append(.quote)
        return String(decoding: quoted, as: UTF8.self)
    }

    private static func isDotAtom(_ text: String) -> Bool {
        var isAfterDot = true
        for byte in text.utf8 {
            guard byte.isAlphanumeric || byte == .hyphen || byte == 0x5F || byte == .dot && !isAfterDot else {
                return false
            }
            isAfterDot = byte == .dot
        }
        return !isAfterDot
    }
}
