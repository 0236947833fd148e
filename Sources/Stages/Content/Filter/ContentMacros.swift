import Mail
import Screening
import Values

/// Words between dollar signs that stand for what is known of a message: `$SENDER$`, `$HEADER:Subject$`.
enum ContentMacros {
    /// The words there are.
    static let names = [
        "SENDER", "SENDER-LOCALPART", "SENDER-DOMAIN", "RECIPIENT", "RECIPIENT-LOCALPART", "RECIPIENT-DOMAIN",
        "RECIPIENTS", "SUBJECT", "FROM", "TO", "CC", "REPLY-TO", "DATE", "MESSAGE-ID", "CLIENT", "HELO", "USER",
        "SESSION", "RULE", "SYMBOL", "MATCH", "ATTACHMENTS", "SIZE", "SCORE", "FINDINGS", "NOW",
    ]

    /// A macro that is wrong.
    enum Mistake {
        /// There is no such word.
        case unknown(String)
        /// No dollar sign ends it.
        case unclosed(String)
    }

    /// What is known of a rule that holds, for the macros about it.
    struct Rule {
        let name: String
        let symbol: Symbol
        let grounds: [ContentCondition.Ground]
    }

    /// The first mistake in `text`.
    static func mistake(in text: String) -> Mistake? {
        let words = words(of: text)
        for (index, word) in words.enumerated() where !word.isText {
            let name = word.text
            if index == words.count - 1 { return .unclosed(String(name.prefix(40))) }
            let isField = name.hasPrefix("HEADER:") && isFieldName(name.dropFirst(7))
            if !name.isEmpty, !names.contains(name), !isField { return .unknown(name) }
        }
        return nil
    }

    /// RFC 5322 §2.2: printable ASCII but the colon.
    private static func isFieldName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 100 && text.utf8.allSatisfy { $0.isVisible && $0 != .colon }
    }

    /// `text` with each word replaced by what it stands for. `$$` is a dollar sign. In markup what comes from the message
    /// is text, whatever it looks like.
    static func expand(_ text: String, in content: FilteredMessage, _ rule: Rule, isMarkup: Bool = false) -> String {
        var output = ""
        for word in words(of: text) {
            if word.isText {
                output += word.text
            } else {
                let value = value(of: word.text, in: content, rule)
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

    private static func value(of name: String, in content: FilteredMessage, _ rule: Rule) -> String {
        let (transaction, header) = (content.transaction, content.message.header)
        func field(_ name: String) -> String { header.first(name)?.decodedText ?? "" }
        let sender = transaction.reversePath.value
        let recipient = transaction.recipients.first?.path.value
        switch name {
        case "": return "$"
        case "SENDER": return sender.map { $0.isNull ? "<>" : $0.address } ?? ""
        case "SENDER-LOCALPART": return sender?.localPart ?? ""
        case "SENDER-DOMAIN": return sender?.domain ?? ""
        case "RECIPIENT": return recipient?.address ?? ""
        case "RECIPIENT-LOCALPART": return recipient?.localPart ?? ""
        case "RECIPIENT-DOMAIN": return recipient?.domain ?? ""
        case "RECIPIENTS": return transaction.recipients.compactMap { $0.path.value?.address }.joined(separator: ", ")
        case "SUBJECT", "FROM", "TO", "CC", "REPLY-TO", "DATE", "MESSAGE-ID": return field(name)
        case "CLIENT": return transaction.session.client.value?.description ?? ""
        case "HELO": return transaction.session.helo.value ?? ""
        case "USER": return transaction.session.authenticated.value ?? ""
        case "SESSION": return transaction.session.id
        case "RULE": return rule.name
        case "SYMBOL": return rule.symbol.name
        case "MATCH": return rule.grounds.map(\.text).joined(separator: "; ")
        case "ATTACHMENTS":
            var seen: Set<Int> = []
            let parts = rule.grounds.compactMap(\.part).filter { seen.insert($0.index).inserted }
            let names = parts.isEmpty ? content.attachmentNames : parts.compactMap(\.filename)
            return names.joined(separator: ", ")
        case "SIZE": return String(content.message.bytes.count)
        case "SCORE": return JSON.decimal(thousandths: content.score)
        case "FINDINGS": return content.symbols.map(\.name).joined(separator: ", ")
        case "NOW": return content.surroundings.now.rfc3339
        default: return name.hasPrefix("HEADER:") ? field(String(name.dropFirst(7))) : ""
        }
    }
}
