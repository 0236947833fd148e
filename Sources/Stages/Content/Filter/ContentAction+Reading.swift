import Authentication
import DNS
import Mail
import Policy
import Screening
import Values

extension ContentAction {
    private enum Kind: String, CaseIterable {
        case addHeader = "add-header"
        case deleteHeader = "delete-header"
        case replaceHeader = "replace-header"
        case strip, disclaimer, copy, redirect, note, webhook, run, sign

        /// What the action cannot do without.
        var needs: String {
            switch self {
            case .addHeader, .replaceHeader: "a 'name' and a 'value'"
            case .deleteHeader: "a 'name'"
            case .strip: ""
            case .disclaimer: "a 'text'"
            case .copy, .redirect: "an address in 'to'"
            case .note: "an address in 'to' and a 'text'"
            case .webhook: "the name of a web service in 'service'"
            case .run: "the name of a program in 'program'"
            case .sign: "a 'domain' and a 'selector'"
            }
        }
    }

    /// Reads an action; nil, with the mistake noted, when it is none.
    init?(from reader: inout PolicyReader, among named: ContentNames) {
        let kinds = Kind.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let kind = reader.optionalValue(
            "do", expecting: "one of \(kinds)", "What is done.", parse: { Kind(rawValue: $0) })
        let name = reader.optionalValue(
            "name", expecting: "the name of a header field", "The field that is added, deleted or replaced.",
            parse: { ContentAction.fieldName($0) })
        let value = ContentMacros.text("value", "The field's value. $SENDER$ and other macros are replaced.", &reader)
        let text = ContentMacros.text(
            "text",
            "The lines of a disclaimer or note, the words for a web service, or the note in the place of what is "
                + "stripped; macros are replaced.", &reader)
        let isKept = reader.flag("keep", default: false, "Whether what is stripped is kept in agent.quarantine.")
        let html = ContentMacros.text("html", "The disclaimer for parts of HTML; without it, its text.", &reader)
        let place = reader.choice("place", default: Disclaimer.Place.bottom, "Where in the text a disclaimer stands.")
        let otherwise = reader.choice(
            "otherwise", default: Otherwise.skip,
            "What becomes of a disclaimer that the text cannot take, as that of signed mail cannot: skip, or enclose, "
                + "which puts the message whole into one part and the disclaimer beside it.")
        func address(_ key: String, _ summary: String, _ reader: inout PolicyReader) -> String? {
            reader.optionalValue(
                key, expecting: "an address", summary,
                parse: { SMTPPath($0).flatMap { $0.isNull || $0.domain == nil ? nil : $0.address } })?.value
        }
        let recipient = address("to", "Where a copy or note goes, or the message instead.", &reader)
        let sender = address("from", "Who a note is from; without it, the null reverse-path.", &reader)
        let subject = ContentMacros.text("subject", "What a note is about; macros are replaced.", &reader)
        let attachment = reader.choice(
            "attach", default: NoteMail.Attachment.none, "What of the message a note brings along.")
        let service = reader.optionalValue(
            "service", expecting: "the name of a web service", "The service that is called.", parse: { $0 })
        let program = reader.optionalValue(
            "program", expecting: "the name of a program", "The program that is run.", parse: { $0 })
        let domain = reader.optionalValue(
            "domain", expecting: "a domain name such as example.org", "The domain that signs.",
            parse: DKIMSigner.domain)
        let selector = reader.optionalValue(
            "selector", expecting: "a selector such as s2024", "The selector of its key.", parse: DKIMSigner.selector)
        let keyFile = reader.optionalText(
            "key", "The file of the private key; without it, that of the stage dkim for this domain and selector.")
        guard !reader.place.isBuiltIn else { return nil }
        guard let kind = kind?.value else {
            if reader.place(of: "do").isBuiltIn { reader.report("an action needs a 'do'", at: reader.place) }
            return nil
        }
        let action: ContentAction? =
            switch kind {
            case .addHeader:
                if let name, let value { .addHeader(name: name.value, value: value) } else { nil }
            case .replaceHeader:
                if let name, let value { .replaceHeader(name: name.value, value: value) } else { nil }
            case .deleteHeader: name.map { .deleteHeader(name: $0.value) }
            case .strip: .strip(note: text ?? "", isKept: isKept)
            case .disclaimer: text.map { .disclaimer(text: $0, html: html, place: place, otherwise: otherwise) }
            case .copy: recipient.map { .copy(to: $0) }
            case .redirect: recipient.map { .redirect(to: $0) }
            case .note:
                if let recipient, let text {
                    .note(
                        to: recipient, from: sender, subject: subject ?? "Rule $RULE$: $SUBJECT$", text: text,
                        attachment: attachment)
                } else {
                    nil
                }
            case .webhook:
                service.flatMap { named.webhook($0, &reader) }.map {
                    .webhook($0, text: text ?? "$RULE$: $SUBJECT$ from $SENDER$ to $RECIPIENTS$")
                }
            case .run: program.flatMap { named.program($0, &reader) }.map { .run($0) }
            case .sign:
                if let domain, let selector {
                    .sign(
                        SigningKeyName(
                            domain: domain.value.relativeText, selector: selector.value.relativeText, keyFile: keyFile))
                } else {
                    nil
                }
            }
        guard let action else {
            let isNamed = kind == .webhook && service != nil || kind == .run && program != nil
            if !isNamed { reader.report("'\(kind.rawValue)' needs \(kind.needs)", at: reader.place) }
            return nil
        }
        self = action
    }

    /// RFC 5322 §2.2: printable ASCII but the colon.
    private static func fieldName(_ text: String) -> String? {
        let isName = !text.isEmpty && text.utf8.count <= 100 && text.utf8.allSatisfy { $0.isVisible && $0 != .colon }
        return isName ? text : nil
    }
}

extension ContentMacros {
    /// A text whose macros are looked at, or nil when there is none.
    static func text(_ key: String, _ summary: String, _ reader: inout PolicyReader) -> String? {
        guard let text = reader.optionalText(key, summary) else { return nil }
        check(text, at: reader.place(of: key), &reader)
        return text
    }

    /// Notes the first mistake in the macros of a text.
    static func check(_ text: String, at place: PolicyPlace, _ reader: inout PolicyReader) {
        switch mistake(in: text) {
        case .unknown(let name): reader.reportUnknown("macro", name, among: names, at: place)
        case .unclosed(let name):
            reader.report("the macro '$\(name)' has no $ at its end; write $$ for a dollar sign", at: place)
        case nil: break
        }
    }
}
