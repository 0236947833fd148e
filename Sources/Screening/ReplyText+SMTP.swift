import SMTP
import Values

extension ReplyText {
    /// The reply of class 4 or 5 with this text's digits.
    func reply(class leading: Int) -> SMTPReply {
        SMTPReply(
            code: leading * 100 + detail,
            enhanced: EnhancedStatus(class: leading, subject: enhanced.subject, detail: enhanced.detail), text: text)
    }

    /// Reads a reply as a policy writes it: `550 5.7.1 text`, `5.7.1 text` or the text alone. The class digits only
    /// have to be 4 or 5 and agree: the disposition decides which is sent. Nil when they do not, or when the text is
    /// empty, too long for a reply line (RFC 5321 §4.5.3.1.5) or not printable ASCII.
    init?(policyText: String) {
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
