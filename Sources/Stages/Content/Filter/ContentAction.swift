import Mail
import Policy
import Screening
import Values

/// One thing that a rule does with a message.
enum ContentAction: Sendable {
    case addHeader(name: String, value: String)
    case deleteHeader(name: String)
    case replaceHeader(name: String, value: String)
    /// Takes out the attachments that the rule's conditions are about, or all.
    case strip(note: String)
    case disclaimer(text: String, html: String?, place: Disclaimer.Place)
    case copy(to: String)
    case redirect(to: String)
    case sign(domain: String, selector: String)

    private enum Kind: String, CaseIterable {
        case addHeader = "add-header"
        case deleteHeader = "delete-header"
        case replaceHeader = "replace-header"
        case strip, disclaimer, copy, redirect, sign
    }

    /// Reads an action; nil, with the mistake noted, when it is none.
    init?(from reader: inout PolicyReader) {
        let kinds = Kind.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let kind = reader.optionalValue(
            "do", expecting: "one of \(kinds)", "What is done.", parse: { Kind(rawValue: $0) })
        let name = reader.optionalValue(
            "name", expecting: "the name of a header field", "The field that is added, deleted or replaced.",
            parse: { ContentAction.fieldName($0) })
        let value = ContentAction.text("value", "The field's value. $SENDER$ and other macros are replaced.", &reader)
        let text = ContentAction.text(
            "text", "The lines of a disclaimer, or the note in the place of what is stripped; macros are replaced.",
            &reader)
        let html = ContentAction.text("html", "The disclaimer for parts of HTML; without it, its text.", &reader)
        let place = reader.choice("place", default: Disclaimer.Place.bottom, "Where in the text a disclaimer stands.")
        let address = reader.optionalValue(
            "to", expecting: "an address", "Where a copy goes, or the message instead.",
            parse: { SMTPPath($0).flatMap { $0.isNull ? nil : $0.address } })
        let domain = reader.optionalText("domain", "The domain that signs.")
        let selector = reader.optionalText("selector", "The selector of its key.")
        guard !reader.place.isBuiltIn else { return nil }
        guard let kind else {
            if reader.place(of: "do").isBuiltIn { reader.report("an action needs a 'do'", at: reader.place) }
            return nil
        }
        func missing(_ keys: String) { reader.report("'\(kind.value.rawValue)' needs \(keys)", at: reader.place) }
        switch kind.value {
        case .addHeader, .replaceHeader:
            guard let name, let value else {
                missing("a 'name' and a 'value'")
                return nil
            }
            self =
                kind.value == .addHeader
                ? .addHeader(name: name.value, value: value) : .replaceHeader(name: name.value, value: value)
        case .deleteHeader:
            guard let name else {
                missing("a 'name'")
                return nil
            }
            self = .deleteHeader(name: name.value)
        case .strip: self = .strip(note: text ?? "")
        case .disclaimer:
            guard let text else {
                missing("a 'text'")
                return nil
            }
            self = .disclaimer(text: text, html: html, place: place)
        case .copy, .redirect:
            guard let address else {
                missing("an address in 'to'")
                return nil
            }
            self = kind.value == .copy ? .copy(to: address.value) : .redirect(to: address.value)
        case .sign:
            guard let domain, let selector else {
                missing("a 'domain' and a 'selector'")
                return nil
            }
            self = .sign(domain: domain, selector: selector)
        }
    }

    /// RFC 5322 §2.2: printable ASCII but the colon.
    private static func fieldName(_ text: String) -> String? {
        let isName = !text.isEmpty && text.utf8.count <= 100 && text.utf8.allSatisfy { $0.isVisible && $0 != .colon }
        return isName ? text : nil
    }

    /// A text whose macros are known, or nil when there is none.
    private static func text(_ key: String, _ summary: String, _ reader: inout PolicyReader) -> String? {
        guard let text = reader.optionalText(key, summary) else { return nil }
        if let unknown = ContentMacros.unknown(in: text) {
            reader.reportUnknown("macro", unknown, among: ContentMacros.names, at: reader.place(of: key))
        }
        return text
    }
}
