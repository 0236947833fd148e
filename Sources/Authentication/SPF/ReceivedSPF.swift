import Values

/// Writes the Received-SPF field (RFC 7208 §9.1).
public enum ReceivedSPF {
    /// The field's value: the result, and what it was found by, as key-value pairs.
    public static func value(_ result: SPFResult, _ query: SPFQuery, _ outcome: SPFOutcome) -> String {
        var pairs = [
            "client-ip=\(quoted(query.ip.description))", "envelope-from=\(quoted(query.mailFrom))",
            "helo=\(quoted(query.helo))",
            "identity=\(query.identity.rawValue)",
        ]
        if let receiver = query.receiver { pairs.insert("receiver=\(quoted(receiver))", at: 0) }
        if let match = outcome.matches.first { pairs.append("mechanism=\(quoted(match.term))") }
        if let reason = outcome.reason { pairs.append("problem=\(quoted(reason))") }
        return "\(result) " + pairs.joined(separator: "; ")
    }

    /// RFC 7208 §9.1: values are dot-atoms or quoted strings. Nothing but printable ASCII gets into a header field.
    private static func quoted(_ text: String) -> String {
        let printable = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 && $0.value != 0x7F ? $0 : "?" }))
        let isAtom =
            !printable.isEmpty && !printable.hasPrefix(".") && !printable.hasSuffix(".") && !printable.contains("..")
            && printable.utf8.allSatisfy { $0.isAlphanumeric || $0 == .dot || $0 == .hyphen || $0 == 0x5F }
        if isAtom { return printable }
        return "\"" + printable.prefix(500).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
