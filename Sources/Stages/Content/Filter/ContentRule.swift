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
    let all: [Placed<ContentCondition>]
    /// One of these has to hold, where there are any.
    let any: [Placed<ContentCondition>]
    let actions: [Placed<ContentAction>]
    let then: Next
    let weight: Placed<Int>?
    let action: Placed<Action>?
    let reply: ReplyText?

    /// Reads a rule; nil, with the mistake noted, when it has no name.
    init?(from reader: inout PolicyReader, among named: ContentNames) {
        let name = reader.optionalText("name", "What the rule is called in evidence and reports.")
        let symbol = reader.optionalValue(
            "symbol", expecting: "capitals, digits and underscores, a capital first",
            "The symbol of the finding; CONTENT_ and the name unless it is given.", parse: { ContentRule.symbol($0) })
        let all = reader.entries("when", "Conditions that all have to hold; with none, the rule always does.") {
            ContentCondition(from: &$0, among: named)
        }
        let any = reader.entries("any", "Conditions of which one has to hold besides.") {
            ContentCondition(from: &$0, among: named)
        }
        let actions = reader.entries("actions", "What is done with the message, in order.") {
            ContentAction(from: &$0, among: named)
        }
        let then = reader.optionalValue(
            "then", expecting: "'next', 'stop' or 'skip N'",
            "Which rule is tried after this one held; 'next' unless it is given.",
            parse: { ContentRule.next($0) })
        let action = reader.optionalValue(
            "action", expecting: "one of \(Action.allCases.map(\.rawValue).joined(separator: ", "))",
            "The fate of the message: discard deletes it.", parse: { Action(rawValue: $0) })
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
        // A program takes longest: it is asked when all else holds.
        self.all = all.filter { $0.value.program == nil } + all.filter { $0.value.program != nil }
        self.any = any.filter { $0.value.program == nil } + any.filter { $0.value.program != nil }
        self.actions = actions
        self.then = then?.value ?? .next
        self.weight = weight
        self.action = action
        self.reply = reply?.value
    }

    /// Whether the rule holds for every message.
    var holdsAlways: Bool { all.isEmpty && any.isEmpty }

    /// What makes the rule hold, or that it does not, or that this is not known.
    func answer(for content: inout FilteredMessage) async -> ContentCondition.Answer {
        var grounds: [ContentCondition.Ground] = []
        var shared: Set<Int>?
        var missed: [String] = []
        for condition in all.map(\.value) {
            // No program is asked for what would be under another policy.
            if condition.program != nil, !missed.isEmpty { return .fails }
            let known = ContentMacros.Rule(name: name, symbol: symbol, grounds: grounds)
            switch await condition.answer(in: &content, known) {
            case .holds(let found):
                grounds += found
                guard condition.subject.isAttachment, !condition.isNegated else { continue }
                // Several conditions about files are about one and the same.
                let files = Set(found.compactMap(\.file))
                let common = shared.map { $0.intersection(files) } ?? files
                if common.isEmpty { return .fails }
                shared = common
            case .fails where condition.subject.isJudged && tellsWhatItMisses: missed.append(condition.shown)
            case let other: return other
            }
        }
        if let shared { grounds.removeAll { $0.file.map { !shared.contains($0) } ?? false } }
        guard !any.isEmpty else { return missed.isEmpty ? .holds(grounds) : .failsOnly(missed) }
        var unknown: ContentCondition.Answer?
        for condition in any.map(\.value) {
            if condition.program != nil, !missed.isEmpty { return .fails }
            let known = ContentMacros.Rule(name: name, symbol: symbol, grounds: grounds)
            switch await condition.answer(in: &content, known) {
            case .holds(let found): return missed.isEmpty ? .holds(grounds + found) : .failsOnly(missed)
            case .fails, .failsOnly: continue
            case let answer: unknown = unknown ?? answer
            }
        }
        guard unknown == nil, tellsWhatItMisses, choice == .judged else { return unknown ?? .fails }
        return .failsOnly(missed + any.map(\.value.shown))
    }

    /// What the rule asks to be done with a message for which it holds, each with the action's place among all.
    func effects(on content: inout FilteredMessage, _ grounds: [ContentCondition.Ground]) -> [(Effect, Int)] {
        let rule = ContentMacros.Rule(name: name, symbol: symbol, grounds: grounds)
        var effects: [(Effect, Int)] = []
        for (place, action) in actions.enumerated() {
            effects += action.value.effects(on: &content, rule).map { ($0, place) }
        }
        return effects
    }

    // MARK: - Under another policy

    /// What the conditions are about of which one has to hold.
    enum Choice { case none, looked, judged, mixed }

    /// What `any` is about.
    var choice: Choice {
        if any.isEmpty { return .none }
        let count = any.count { $0.value.subject.isJudged }
        return count == 0 ? .looked : count == any.count ? .judged : .mixed
    }

    /// Whether what was found before decides on the rule too.
    var isJudged: Bool { all.contains { $0.value.subject.isJudged } || any.contains { $0.value.subject.isJudged } }

    /// Whether nothing else does.
    var isOnlyJudged: Bool { (all + any).allSatisfy(\.value.subject.isJudged) }

    /// Whether it is told of the rule that it would hold but for the score and what was found.
    var tellsWhatItMisses: Bool { isJudged && !isOnlyJudged && choice != .mixed }

    /// The symbol that tells so.
    var almost: Symbol { Symbol(symbol.name + "_ALMOST") }

    /// Whether what the rule asks of the score and of what was found is so.
    func holds(on symbols: [Symbol], score: Int) -> Bool {
        all.allSatisfy { !$0.value.subject.isJudged || $0.value.holds(on: symbols, score: score) }
            && (choice != .judged || any.contains { $0.value.holds(on: symbols, score: score) })
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
