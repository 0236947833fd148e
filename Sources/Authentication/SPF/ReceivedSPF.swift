import Values

/// Writes the Received-SPF field (RFC 7208 §9.1).
public enum ReceivedSPF {
    /// The field's name.
    public static let fieldName = "Received-SPF"

    /// The field's value: the result, what it says in a comment, and what it was found by, as key-value pairs. Folded,
    /// with CRLF and a tab, where a line would be longer than 78 columns.
    public static func value(_ result: SPFResult, _ query: SPFQuery, _ outcome: SPFOutcome) -> String {
        var line = FoldedLine(name: fieldName)
        line.add(result.rawValue)
        line.add(comment: comment(result, query))
        // §9.1: enough that the result can be found again.
        if let receiver = query.receiver { line.add("receiver=", value(receiver), ";") }
        line.add("client-ip=", value(query.ip.description), ";")
        line.add("envelope-from=", value(path(query.mailFrom)), ";")
        line.add("helo=", value(query.helo), ";")
        let last: (key: String, value: String)?
        switch result {
        case .pass, .fail, .softfail, .neutral:
            // §9.1: where no mechanism matched, the word "default" stands for it.
            last = ("mechanism=", outcome.matches.first?.term ?? "default")
        case .none: last = nil
        case .temperror, .permerror: last = outcome.reason.map { ("problem=", $0) }
        }
        line.add("identity=", value(query.identity.rawValue), last == nil ? "" : ";")
        if let last { line.add(last.key, value(last.value)) }
        return line.text
    }

    /// §9.1: "a comment after the result, conveying supporting information for the result, such as <ip>, <sender>, and
    /// <domain>", in the words that its examples and most programs have.
    private static func comment(_ result: SPFResult, _ query: SPFQuery) -> String {
        let mailFrom = path(query.mailFrom)
        let name = query.identity == .helo || mailFrom.isEmpty ? query.helo : mailFrom
        let prefix = query.receiver.map { "\($0): " } ?? ""
        return switch result {
        case .pass: "\(prefix)domain of \(name) designates \(query.ip) as permitted sender"
        case .fail: "\(prefix)domain of \(name) does not designate \(query.ip) as permitted sender"
        case .softfail: "\(prefix)domain of transitioning \(name) does not designate \(query.ip) as permitted sender"
        case .neutral: "\(prefix)\(query.ip) is neither permitted nor denied by domain of \(name)"
        case .none: "\(prefix)domain of \(name) does not designate permitted sender hosts"
        case .temperror, .permerror: "\(prefix)error in processing during lookup of domain of \(name)"
        }
    }

    private static func path(_ mailFrom: String) -> String {
        mailFrom.utf8.first == .ascii("<") && mailFrom.utf8.last == .ascii(">")
            ? String(mailFrom.dropFirst().dropLast()) : mailFrom
    }

    /// §9.1: values are dot-atoms or quoted strings.
    private static func value(_ text: String) -> String { isDotAtom(text) ? text : FieldText.quoted(text) }

    private static func isDotAtom(_ text: String) -> Bool {
        guard text.utf8.count <= FieldText.longest else { return false }
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
