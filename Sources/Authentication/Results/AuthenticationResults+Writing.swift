import Mail
import Values

extension AuthenticationResults {
    /// The field's value on one line, as RFC 8601 §2.2 has it. Whatever the values hold, no line end, control or text
    /// beyond ASCII gets into it; with `allowsUTF8`, for a message that has SMTPUTF8, text beyond ASCII does (RFC 6532).
    public func value(allowsUTF8: Bool = false) -> String {
        FoldedWords(words: words(allowsUTF8)).line
    }

    /// The field's value, folded so that lines have at most 78 columns where words allow (RFC 5322 §2.1.1). Each result
    /// opens a line. Lines end in CRLF, the last excepted.
    public func folded(form: Form = .plain, allowsUTF8: Bool = false) -> String {
        FoldedWords(words: words(allowsUTF8)).folded(name: form.fieldName) { _, previous in
            previous.utf8.last == .semicolon && !previous.hasPrefix("i=")
        }
    }

    /// The words that white space may stand between.
    private func words(_ allowsUTF8: Bool) -> [String] {
        let writer = AuthenticationResultsWriter(allowsUTF8: allowsUTF8)
        var words: [String] = []
        if let instance { words.append("i=\(instance);") }
        words.append(writer.token(authservID))
        words += comments.flatMap(writer.comment)
        if version != 1 { words.append(String(max(0, version))) }
        let parts = results.map(writer.words).filter { !$0.isEmpty }
        for part in parts.isEmpty ? [["none"]] : parts {
            words[words.count - 1] += ";"
            words += part
        }
        return words
    }
}

/// Writes the parts of an Authentication-Results field so that each is what RFC 8601 §2.2 allows in its place.
struct AuthenticationResultsWriter {
    let allowsUTF8: Bool

    /// A result in words; none when its method or result is no keyword.
    func words(_ result: AuthenticationMethodResult) -> [String] {
        guard let method = keyword(result.method), let outcome = keyword(result.result) else { return [] }
        let version = result.version == 1 ? "" : "/\(max(0, result.version))"
        var words = ["\(method)\(version)=\(outcome)"]
        words += result.comments.flatMap(comment)
        if let reason = result.reason { words.append("reason=" + token(reason)) }
        for property in result.properties {
            guard let type = keyword(property.type), let name = keyword(property.name) else { continue }
            words.append("\(type).\(name)=" + propertyValue(property.value))
        }
        return words
    }

    /// Keyword: letters, digits and hyphens, the last no hyphen.
    private func keyword(_ text: String) -> String? {
        guard let last = text.utf8.last, last != .hyphen, text.utf8.count <= 64,
            text.utf8.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen })
        else { return nil }
        return text
    }

    /// value: a token where it is one, else a quoted string.
    func token(_ text: String) -> String {
        !text.isEmpty && text.utf8.count <= FieldText.longest
            && text.utf8.allSatisfy(\.isTokenText) ? text : quoted(text)
    }

    /// pvalue: a token, a domain name or an address where it is one, else a quoted string.
    private func propertyValue(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let at = bytes.lastIndex(of: .at), bytes.count <= FieldText.longest else {
            return token(text)
        }
        let local = bytes[..<at]
        let isAtoms = { (part: ArraySlice<UInt8>) in
            part.split(separator: .dot, omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 <= 127 && $0.isAtomText } }
        }
        let isDomain = bytes[(at + 1)...].split(separator: .dot, omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") } }
        return isDomain && (local.isEmpty || isAtoms(local)) ? text : quoted(text)
    }

    private func quoted(_ text: String) -> String { FieldText.quoted(text, allowsUTF8: allowsUTF8) }

    /// A comment, in the words that it may be folded between.
    func comment(_ text: String) -> [String] { FieldText.comment(text, allowsUTF8: allowsUTF8) }
}
