import Policy
import Values

/// What a policy makes of each symbol, gathered in the order of precedence: the manifests, the settings of stages, the
/// policy's own tables.
struct SymbolRules {
    private(set) var weights: [Symbol: Placed<Int>] = [:]
    private(set) var actions: [Symbol: Placed<Action>] = [:]
    private(set) var replies: [Symbol: ReplyText] = [:]

    private let declared: [SymbolDeclaration]
    /// The stage that each symbol is from.
    private(set) var owners: [Symbol: String] = [:]
    /// The symbols that the policy's own tables name, each with the table and the place of the value.
    private(set) var named: [(symbol: Symbol, table: String, place: PolicyPlace)] = []
    /// Symbols that settings brought into being, in the order of the policy.
    private var added: [Symbol] = []
    /// What settings say, in their order, for telling what is in force.
    private var set: [SymbolSetting] = []

    /// The rules as the manifests of `catalogue` declare them.
    init(_ catalogue: Catalogue) {
        declared = catalogue.symbols
        for declaration in declared where weights[declaration.symbol] == nil {
            weights[declaration.symbol] = Placed(declaration.weight, at: .builtIn)
            actions[declaration.symbol] = Placed(declaration.action, at: .builtIn)
            replies[declaration.symbol] = declaration.reply
        }
        for manifest in catalogue.manifests {
            for symbol in manifest.symbols.map(\.symbol) + [manifest.errorSymbol] { owners[symbol] = manifest.id }
        }
    }

    /// Takes over what the settings of `stage` say. A symbol that is another stage's is a mistake.
    mutating func add(_ settings: [SymbolSetting], of stage: String, notingIn reader: inout PolicyReader) {
        for setting in settings {
            if let owner = owners[setting.symbol], owner != stage {
                reader.report("the symbol \(setting.symbol) belongs to the stage '\(owner)'", at: setting.place)
                continue
            }
            if owners.updateValue(stage, forKey: setting.symbol) == nil { added.append(setting.symbol) }
            set.append(setting)
            if let weight = setting.weight { weights[setting.symbol] = weight }
            if let action = setting.action { actions[setting.symbol] = action }
            if let reply = setting.reply { replies[setting.symbol] = reply }
        }
    }

    /// Reads the policy's tables of weights, actions and replies.
    mutating func readTables(from reader: inout PolicyReader) {
        let names = declared.map(\.symbol.name) + added.map(\.name)
        let weighed = reader.table(
            "weights", knownKeys: names, keyKind: "symbol",
            defaults: declared.map { ($0.symbol.name, ScoreText.render($0.weight), $0.summary) },
            inForce: set.compactMap { setting in
                setting.weight.map { (setting.symbol.name, Placed(ScoreText.render($0.value), at: $0.place)) }
            },
            "What a symbol adds to the score, in points.", expecting: "a score such as 2.5", parse: ScoreText.parse)
        for (name, weight) in weighed {
            weights[Symbol(name)] = weight
            named.append((Symbol(name), "weight", weight.place))
        }

        let acted = reader.table(
            "actions", knownKeys: names, keyKind: "symbol",
            defaults: declared.map { ($0.symbol.name, $0.action.rawValue, $0.summary) },
            inForce: set.compactMap { setting in
                setting.action.map { (setting.symbol.name, Placed($0.value.rawValue, at: $0.place)) }
            },
            "What happens on a symbol besides its weight.",
            expecting: "one of \(Action.allCases.map(\.rawValue).joined(separator: ", "))",
            parse: Action.init(rawValue:))
        for (name, action) in acted {
            actions[Symbol(name)] = action
            named.append((Symbol(name), "action", action.place))
        }

        let answered = reader.table(
            "replies", knownKeys: names, keyKind: "symbol",
            "The words of a refusal, with or without codes: \"550 5.7.1 Not here\".",
            expecting: "a text of printable ASCII, codes (if any) of class 4 or 5 first",
            parse: ReplyText.init(policyText:))
        for (name, reply) in answered {
            replies[Symbol(name)] = reply.value
            named.append((Symbol(name), "reply", reply.place))
        }
    }
}
