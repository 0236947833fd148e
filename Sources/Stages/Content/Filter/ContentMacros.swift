import Mail
import Screening
import Values

/// Words between dollar signs that stand for what is known of a message: `$SENDER$`, `$HEADER:Subject$`.
enum ContentMacros {
    /// The words there are.
    static let names = [
        "SENDER", "RECIPIENT", "RECIPIENTS", "SUBJECT", "FROM", "TO", "DATE", "MESSAGE-ID", "CLIENT", "HELO", "SESSION",
        "RULE", "MATCH", "ATTACHMENTS", "NOW",
    ]

    /// The first word of `text` that is none of them; nil where all are.
    static func unknown(in text: String) -> String? {
        for word in words(of: text) where !word.isText {
            let name = word.text
            if !name.isEmpty, !names.contains(name), !(name.hasPrefix("HEADER:") && name.utf8.count > 7) { return name }
        }
        return nil
    }

    /// `text` with each word replaced by what it stands for. `$$` is a dollar sign. In markup what comes from the message
    /// is text, whatever it looks like.
    static func expand(
        _ text: String, in content: FilteredMessage, rule: String, _ grounds: [ContentCondition.Ground],
        isMarkup: Bool = false
    ) -> String {
        var output = ""
        for word in words(of: text) {
            if word.isText {
                output += word.text
            } else {
                let value = value(of: word.text, in: content, rule: rule, grounds)
                output += isMarkup ? escaped(value) : value
            }
        }
        return output
    }

    private static func escaped(_ text: String) -> String {
        var output = ""
        for character in text {
            switch character {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            default: output.append(character)
            }
        }
        return output
    }

    private static func words(of text: String) -> [(text: String, isText: Bool)] {
        text.split(separator: "$", omittingEmptySubsequences: false).enumerated().map {
            (String($0.element), $0.offset % 2 == 0)
        }
    }

    private static func value(
        of name: String, in content: FilteredMessage, rule: String, _ grounds: [ContentCondition.Ground]
    ) -> String {
        let (transaction, header) = (content.transaction, content.message.header)
        func field(_ name: String) -> String { header.first(name)?.decodedText ?? "" }
        switch name {
        case "": return "$"
        case "SENDER": return transaction.reversePath.value.map { $0.isNull ? "<>" : $0.address } ?? ""
        case "RECIPIENT": return transaction.recipients.first?.path.value?.address ?? ""
        case "RECIPIENTS": return transaction.recipients.compactMap { $0.path.value?.address }.joined(separator: ", ")
        case "SUBJECT", "FROM", "TO", "DATE", "MESSAGE-ID": return field(name)
        case "CLIENT": return transaction.session.client.value?.description ?? ""
        case "HELO": return transaction.session.helo.value ?? ""
        case "SESSION": return transaction.session.id
        case "RULE": return rule
        case "MATCH": return grounds.map(\.text).joined(separator: "; ")
        case "ATTACHMENTS": return grounds.compactMap { $0.part?.filename }.joined(separator: ", ")
        case "NOW": return content.surroundings.now.rfc3339
        default: return name.hasPrefix("HEADER:") ? field(String(name.dropFirst(7))) : ""
        }
    }
}
