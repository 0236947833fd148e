import Mail
import Screening
import Values

extension ContentAction {
    /// What the action asks to be done with a message for which `rule` holds.
    func effects(on content: inout FilteredMessage, _ rule: ContentMacros.Rule) -> [Effect] {
        let known = content
        func expanded(_ text: String) -> String { ContentMacros.expand(text, in: known, rule) }
        switch self {
        case .addHeader(let name, let value):
            return [.writeHeader(name: name, text: expanded(value), replacing: nil)]
        case .deleteHeader(let name): return ContentAction.removals(known.message.header.all(name))
        case .replaceHeader(let name, let value):
            let fields = known.message.header.all(name)
            let first = Effect.writeHeader(name: name, text: expanded(value), replacing: fields.first?.range)
            return [first] + ContentAction.removals(fields.dropFirst())
        case .strip(let note, let isKept):
            // Where no condition is about attachments, all are meant.
            let named = rule.grounds.filter { $0.part != nil }
            let all = content.attachments.filter { !$0.isNested }.map {
                ContentCondition.Ground(text: $0.shown, part: $0.part, file: $0.index)
            }
            let tree = content.tree
            // A note tells of what is gone, and not of what has to stay.
            let gone = (named.isEmpty ? all : named).filter { ground in
                ground.part.flatMap(\.parent).map { tree.protection(of: tree.parts[$0]) == nil } ?? true
            }
            let told = ContentMacros.expand(
                note, in: known, ContentMacros.Rule(name: rule.name, symbol: rule.symbol, grounds: gone))
            var taken: Set<Int> = []
            var effects: [Effect] = []
            for part in (named.isEmpty ? all : named).compactMap(\.part) where taken.insert(part.index).inserted {
                effects.append(
                    .editContent(.takeOut(path: part.path, span: part.range, note: told, isKept: isKept)))
            }
            return effects
        case .disclaimer(let text, let html, let place, _):
            let markup = html.map { ContentMacros.expand($0, in: known, rule, isMarkup: true) }
            return [.editContent(.disclaimer(Disclaimer(text: expanded(text), html: markup, place: place)))]
        case .copy(let address): return [.copy(to: address)]
        case .redirect(let address): return [.redirect(to: address)]
        case .note(let recipient, let sender, let subject, let text, let attachment):
            let note = NoteMail(
                recipient: recipient, sender: sender, subject: expanded(subject), text: expanded(text),
                attachment: attachment)
            return [.later(.note(note))]
        case .webhook(let service, let text):
            return [.later(.webhook(service.call(about: known, rule, text: expanded(text))))]
        case .run(let program): return [.later(.run(program.call(about: known, rule)))]
        case .sign(let key): return [.signDKIM(domain: key.domain, selector: key.selector)]
        }
    }

    private static func removals(_ fields: some Sequence<HeaderField>) -> [Effect] {
        fields.map { .removeHeader(name: $0.name, span: $0.range) }
    }
}
