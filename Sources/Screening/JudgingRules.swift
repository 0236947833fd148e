import Policy
import Values

/// What a policy makes of symbols and scores, made ready for ruling on many messages.
final class JudgingRules: Sendable {
    /// The policy's thresholds, the gravest first.
    let thresholds: [ScreeningPolicy.Threshold]
    private let rules: [Symbol: Rule]
    /// The symbols that stand for failures of stages.
    private let failures: Set<Symbol>

    /// What the policy makes of a symbol.
    struct Rule {
        var weight = Placed(0, at: .builtIn)
        var action = Placed(Action.score, at: .builtIn)
    }

    init(_ symbols: SymbolRules, thresholds: [ScreeningPolicy.Threshold], stages: [ConfiguredStage]) {
        self.thresholds = thresholds.sorted { $0.disposition > $1.disposition }
        var rules = symbols.weights.mapValues { Rule(weight: $0) }
        for (symbol, action) in symbols.actions { rules[symbol, default: Rule()].action = action }
        self.rules = rules
        failures = Set(stages.map(\.manifest.errorSymbol))
    }

    /// What the policy makes of `symbol`; nil where it says nothing of it.
    func rule(for symbol: Symbol) -> Rule? { rules[symbol] }

    /// Whether `symbol` stands for a failure of a stage.
    func isFailure(_ symbol: Symbol) -> Bool { symbol.name.utf8.last == .ascii("R") && failures.contains(symbol) }
}

/// A policy as its engine and its judges share it: its parts are many, and to copy it for each message is to copy them.
final class SharedPolicy: Sendable {
    let policy: ScreeningPolicy

    init(_ policy: ScreeningPolicy) { self.policy = policy }

    var rules: JudgingRules { policy.judging }
}
