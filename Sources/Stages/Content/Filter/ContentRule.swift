import Mail
import Policy
import Screening
import Values

/// A rule: what a message has to be like, and what is done then.
struct ContentRule: Sendable {
    /// Which rule comes after one that holds.
    enum Next: Sendable, Hashable {
        case next, stop
        case skip(Int)
    }

    let name: String
    let symbol: Symbol
    /// All of these have to hold.
    let all: [ContentCondition]
    /// One of these has to hold, where there are any.
    let any: [ContentCondition]
    let actions: [ContentAction]
    let then: Next
    let weight: Placed<Int>?
    let action: Placed<Action>?
    let reply: ReplyText?

    /// Reads a rule; nil, with the mistake noted, when it has no name.
    init?(from reader: inout PolicyReader, groups: [String: AddressGroup]) {
        let name = reader.optionalText("name", "What the rule is called in evidence and reports.")
        let symbol = reader.optionalValue(
            "symbol", expecting: "capitals, digits and underscores, a capital first",
            "The symbol of the finding; CONTENT_ and the name unless it is given.", parse: { ContentRule.symbol($0) })
        let all = reader.entries("when", "Conditions that all have to hold; with none, the rule always does.") {
            ContentCondition(from: &$0, groups: groups)
        }
        let any = reader.entries("any", "Conditions of which one has to hold besides.") {
            ContentCondition(from: &$0, groups: groups)
        }
        let actions = reader.entries("actions", "What is done with the message, in order.") { ContentAction(from: &$0) }
        let then = reader.optionalValue(
            "then", expecting: "'next', 'stop' or 'skip N'",
            "Which rule is tried after this one held; 'next' unless it is given.",
            parse: { ContentRule.next($0) })
        let action = reader.optionalValue(
            "action", expecting: "one of \(Action.allCases.map(\.rawValue).joined(separator: ", "))",
            "The fate of the message.", parse: { Action(rawValue: $0) })
        let weight = reader.optionalScore("weight", "What the rule adds to the score, in points.")
        let reply = reader.optionalValue(
            "reply", expecting: "a text of printable ASCII, codes (if any) of class 4 or 5 first",
            "The words of a refusal.", parse: { ReplyText(policyText: $0) })
        let isOff = reader.flag("disabled", default: false, "Whether the rule is left out.")
        guard !reader.place.isBuiltIn, !isOff else { return nil }
        guard let name, !name.isEmpty else {
            reader.report("a rule needs a 'name'", at: reader.place)
            return nil
        }
        self.name = name
        self.symbol = symbol?.value ?? ContentRule.symbol(of: name)
        self.all = all.map(\.value)
        self.any = any.map(\.value)
        self.actions = actions.map(\.value)
        self.then = then?.value ?? .next
        self.weight = weight
        self.action = action
        self.reply = reply?.value
    }

    /// Whether the rule holds for every message.
    var holdsAlways: Bool { all.isEmpty && any.isEmpty }

    /// What makes the rule hold; nil when it does not.
    func holds(for content: inout FilteredMessage) -> [ContentCondition.Ground]? {
        var grounds: [ContentCondition.Ground] = []
        for condition in all {
            guard let found = condition.grounds(in: &content) else { return nil }
            grounds += found
        }
        guard !any.isEmpty else { return grounds }
        for condition in any {
            if let found = condition.grounds(in: &content) { return grounds + found }
        }
        return nil
    }

    /// What the rule asks to be done with a message for which it holds.
    func effects(on content: inout FilteredMessage, _ grounds: [ContentCondition.Ground]) -> [Effect] {
        var effects: [Effect] = []
        for action in actions {
            let known = content
            func expanded(_ text: String) -> String { ContentMacros.expand(text, in: known, rule: name, grounds) }
            switch action {
            case .addHeader(let name, let value): effects.append(.addHeader(name: name, value: expanded(value)))
            case .deleteHeader(let name): effects += ContentRule.removals(of: name, in: content.message)
            case .replaceHeader(let name, let value):
                effects += ContentRule.removals(of: name, in: content.message)
                effects.append(.addHeader(name: name, value: expanded(value)))
            case .strip(let note):
                // Where no condition is about attachments, all are meant.
                let named = grounds.compactMap(\.part)
                var taken: Set<Int> = []
                for part in named.isEmpty ? content.attachments.map(\.part) : named
                where part.container == nil && taken.insert(part.index).inserted {
                    effects.append(
                        .editContent(.takeOut(path: part.path, span: part.range, note: expanded(note))))
                }
            case .disclaimer(let text, let html, let place):
                effects.append(
                    .editContent(
                        .disclaimer(
                            Disclaimer(
                                text: expanded(text),
                                html: html.map {
                                    ContentMacros.expand($0, in: known, rule: name, grounds, isMarkup: true)
                                }, place: place))))
            case .copy(let address): effects.append(.copy(to: address))
            case .redirect(let address): effects.append(.redirect(to: address))
            case .sign(let domain, let selector): effects.append(.signDKIM(domain: domain, selector: selector))
            }
        }
        return effects
    }

    private static func removals(of name: String, in message: Message) -> [Effect] {
        message.header.all(name).map { .removeHeader(name: $0.name, span: $0.range) }
    }

    private static func symbol(_ text: String) -> Symbol? {
        let isName =
            text.utf8.first?.isLetter ?? false
            && text.utf8.allSatisfy { ($0.isLetter && $0.lowercased != $0) || $0.isDigit || $0 == .ascii("_") }
        return isName && text.utf8.count <= 64 ? Symbol(text) : nil
    }

    private static func symbol(of name: String) -> Symbol {
        let letters = name.uppercased().utf8.prefix(48).map { $0.isAlphanumeric ? $0 : .ascii("_") }
        return Symbol("CONTENT_" + String(decoding: letters, as: UTF8.self))
    }

    private static func next(_ text: String) -> Next? {
        switch text.split(separator: " ") {
        case ["next"]: return .next
        case ["stop"]: return .stop
        case let words where words.count == 2 && words[0] == "skip":
            guard let count = Int(words[1]), (1...1000).contains(count) else { return nil }
            return .skip(count)
        default: return nil
        }
    }
}
