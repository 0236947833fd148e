import Mail
import Screening
import Values

/// Puts a tag at the beginning of a Subject.
struct SubjectTag: Sendable, Hashable {
    /// What is put there.
    let text: String

    /// The field with the tag, its own value byte for byte behind it; nil when its text has the tag already.
    func added(to field: HeaderField) -> [UInt8]? {
        guard !field.decodedText.contains(text) else { return nil }
        let raw = field.rawValue.array
        let isEmpty = raw.allSatisfy(\.isFoldingWhitespace)
        let value = raw.drop(while: \.isFoldingWhitespace)
        // RFC 2047 §6.2: white space between two encoded words is not shown, so that the tag has to bring its own.
        var output = Array("\(field.name): ".utf8) + word(beforeEncodedWord: value.starts(with: Array("=?".utf8)))
        guard !isEmpty else { return output + [.cr, .lf] }
        let firstLine = raw.prefix { $0 != .cr && $0 != .lf }.count
        // RFC 5322 §2.1.1: lines of 78 characters where that can be had; a fold at white space changes nothing.
        let isBlank = raw.prefix(firstLine).allSatisfy(\.isWhitespace)
        if output.count + firstLine > 78, !isBlank { output += [.cr, .lf] }
        if raw.first?.isFoldingWhitespace != true { output.append(.space) }
        return output + raw + [.cr, .lf]
    }

    /// A Subject for a message that has none.
    var field: [UInt8] { Array("Subject: ".utf8) + word(beforeEncodedWord: false) + [.cr, .lf] }

    private func word(beforeEncodedWord: Bool) -> [UInt8] {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
        if isPlain { return Array(text.utf8) }
        // RFC 2047 §2: no more than 75 characters; the tag's length is bounded for that.
        let encoded = Base64.text(Array((beforeEncodedWord ? text + " " : text).utf8))
        return Array("=?UTF-8?B?\(encoded)?=".utf8)
    }
}

extension SubjectTag {
    /// Puts the tag where the message's Subject will stand: into the field that it has, or into the text that an effect
    /// gives it instead. The effects as they are to be carried out then.
    func added(to effects: [Effect], of message: Message, in edits: inout MessageEdits) -> [Effect] {
        func isSubject(_ name: String) -> Bool { name.asciiLowercased == "subject" }
        let field = message.header.first("Subject")
        let isGone = effects.contains { effect in
            switch effect {
            case .removeHeader(_, let span), .writeHeader(_, _, let span?): span == field?.range
            default: false
            }
        }
        if let field, !isGone {
            if let tagged = added(to: field) { edits.replace(field.range, with: edits.ended(tagged)) }
            return effects
        }
        // Of several the last stands on top, and is what a reader sees.
        let place = effects.lastIndex { effect in
            switch effect {
            case .writeHeader(let name, _, _), .addHeader(let name, _): isSubject(name)
            default: false
            }
        }
        guard let place else {
            edits.prepend(self.field)
            return effects
        }
        var effects = effects
        switch effects[place] {
        case .writeHeader(let name, let text, let span):
            effects[place] = .writeHeader(name: name, text: added(to: text), replacing: span)
        case .addHeader(let name, let value): effects[place] = .addHeader(name: name, value: added(to: value))
        default: break
        }
        return effects
    }

    private func added(to value: String) -> String {
        value.contains(text) ? value : value.isEmpty ? text : "\(text) \(value)"
    }
}
