import SMTP
import Values

extension ReplyText {
    /// The reply of class 4 or 5 with this text's digits, or with the class's general ones where they would say
    /// something else: RFC 5321 §4.2.3 has no 40x, and 551 tells of another path to the user.
    func reply(class leading: Int) -> SMTPReply {
        let detail = leading == 4 && detail < 10 ? 51 : leading == 5 && detail == 51 ? 50 : detail
        return SMTPReply(
            code: leading * 100 + detail,
            enhanced: EnhancedStatus(class: leading, subject: enhanced.subject, detail: enhanced.detail), text: text)
    }

    /// The text with a note after it, as much of it as fits a reply line (RFC 5321 §4.5.3.1.5); what is not printable
    /// ASCII is shown as `?`, since the note comes from outside.
    func adding(_ note: String?) -> ReplyText {
        guard let note else { return self }
        let room = max(0, 450 - text.utf8.count - 2)
        let shown = note.utf8.prefix(room).map { $0 == .space || $0.isVisible ? $0 : .ascii("?") }
        guard shown.contains(where: \.isVisible) else { return self }
        let added = "\(text): \(String(decoding: shown, as: UTF8.self))"
        return ReplyText(detail, enhanced.subject, enhanced.detail, added)
    }

    /// Reads a reply as a policy writes it: `550 5.7.1 text`, `5.7.1 text` or the text alone. The class digits only
    /// have to be 4 or 5 and agree: the disposition decides which is sent. Nil when they do not, or when the text is
    /// empty, too long for a reply line (RFC 5321 §4.5.3.1.5) or not printable ASCII.
    public init?(policyText: String) {
        var rest = policyText[...]
        var detail = 50
        var codeClass: Character?
        if let word = rest.firstWord, word.utf8.count == 3, word.utf8.allSatisfy(\.isDigit) {
            guard let first = word.first, "45".contains(first), let digits = Int(word.dropFirst()), digits <= 59 else {
                return nil
            }
            (codeClass, detail) = (first, digits)
            rest = rest.dropFirst(3).drop { $0 == " " }
        }
        var enhanced = (7, 1)
        if let word = rest.firstWord {
            let parts = word.split(separator: ".", omittingEmptySubsequences: false)
            if parts.count == 3, parts.allSatisfy({ (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isDigit) })
            {
                guard parts[0] == "4" || parts[0] == "5", codeClass == nil || parts[0] == String(codeClass ?? "5"),
                    let subject = Int(parts[1]), let enhancedDetail = Int(parts[2])
                else { return nil }
                enhanced = (subject, enhancedDetail)
                rest = rest.dropFirst(word.count).drop { $0 == " " }
            }
        }
        guard rest.utf8.contains(where: \.isVisible), rest.utf8.count <= 450,
            rest.utf8.allSatisfy({ $0 == .space || $0.isVisible })
        else {
            return nil
        }
        self.init(detail, enhanced.0, enhanced.1, String(rest))
    }
}

extension Substring {
    fileprivate var firstWord: Substring? {
        let word = prefix { $0 != " " }
        return word.isEmpty ? nil : word
    }
}
