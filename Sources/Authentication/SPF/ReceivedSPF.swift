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
        let client = query.ip.description
        line.add(comment: comment(result, query, client))
        // §9.1: enough that the result can be found again.
        if let receiver = query.receiver { line.add("receiver=", value(receiver), ";") }
        line.add("client-ip=", value(client), ";")
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
    private static func comment(_ result: SPFResult, _ query: SPFQuery, _ client: String) -> String {
        let mailFrom = path(query.mailFrom)
        let name = query.identity == .helo || mailFrom.isEmpty ? query.helo : mailFrom
        func text(_ first: String, _ second: String = "", _ third: String = "", _ fourth: String = "") -> String {
            let receiver = query.receiver ?? ""
            let capacity =
                receiver.utf8.count + 2 + first.utf8.count + second.utf8.count + third.utf8.count + fourth.utf8.count
                + name.utf8.count
            return String(capacity: capacity) { text in
                if query.receiver != nil {
                    text.append(utf8Of: receiver)
                    text.append(utf8Of: ": ")
                }
                text.append(utf8Of: first)
                text.append(utf8Of: name)
                text.append(utf8Of: second)
                text.append(utf8Of: third)
                text.append(utf8Of: fourth)
            }
        }
        return switch result {
        case .pass: text("domain of ", " designates ", client, " as permitted sender")
        case .fail: text("domain of ", " does not designate ", client, " as permitted sender")
        case .softfail: text("domain of transitioning ", " does not designate ", client, " as permitted sender")
        case .neutral: text(client + " is neither permitted nor denied by domain of ")
        case .none: text("domain of ", " does not designate permitted sender hosts")
        case .temperror, .permerror: text("error in processing during lookup of domain of ")
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
        let bytes = text.utf8.span
        var isAfterDot = true
        for offset in 0..<bytes.count {
            let byte = bytes[offset]
            guard byte.isAlphanumeric || byte == .hyphen || byte == 0x5F || byte == .dot && !isAfterDot else {
                return false
            }
            isAfterDot = byte == .dot
        }
        return !isAfterDot
    }
}
