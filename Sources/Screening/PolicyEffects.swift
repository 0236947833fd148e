import Policy
import Values

extension [ScreeningPolicy.Threshold] {
    /// Warns of thresholds that no message can meet, since a graver one is met with it, and of those that all do.
    func noteUnreachable(in reader: inout PolicyReader) {
        for threshold in self {
            let points = ScoreText.render(threshold.score.value)
            if threshold.score.value <= 0 {
                reader.warn(
                    "a message about which nothing is found has 0 points and so meets '\(threshold.disposition.rawValue)'",
                    at: threshold.score.place)
            }
            guard
                let graver = first(where: {
                    $0.disposition > threshold.disposition && $0.score.value <= threshold.score.value
                })
            else { continue }
            let other = "'\(graver.disposition.rawValue)' applies from \(ScoreText.render(graver.score.value)) on"
            // The default may be the one that is out of order; the warning belongs where somebody wrote something.
            let place = threshold.score.place.isBuiltIn ? graver.score.place : threshold.score.place
            reader.warn("'\(threshold.disposition.rawValue)' at \(points) never applies: \(other)", at: place)
        }
    }
}

extension [ConfiguredStage] {
    /// Warns of symbols that settings ask for and nothing finds.
    func noteUnknownSymbols(_ rules: SymbolRules, in reader: inout PolicyReader) {
        let known = rules.owners.keys.map(\.name).sorted()
        for asked in flatMap({ $0.settings.askedSymbols }) where rules.owners[asked.value] == nil {
            let hint = Suggestion.hint(for: asked.value.name, among: known)
            reader.warn("no stage has the symbol \(asked.value)\(hint)", at: asked.place)
        }
    }

    /// Warns of stages that are set up and have nothing to do, and of what the policy says of symbols that no stage
    /// will find.
    func noteIdle(_ rules: SymbolRules, in reader: inout PolicyReader) {
        for stage in self where stage.isEnabled && stage.phases.isEmpty {
            reader.warn(
                "the stage '\(stage.manifest.id)' is set up, and its settings leave it nothing to look at",
                at: stage.place)
        }
        for (symbol, table, place) in rules.named {
            guard let owner = rules.owners[symbol], let stage = first(where: { $0.manifest.id == owner }) else {
                continue
            }
            if !stage.isEnabled {
                reader.warn(
                    "the \(table) of \(symbol) has no effect: the stage '\(owner)' is off", at: place)
            } else if stage.phases.isEmpty {
                reader.warn(
                    "the \(table) of \(symbol) has no effect: the stage '\(owner)' has nothing to look at", at: place)
            } else if table == "reply", !(rules.actions[symbol]?.value.disposition.isTerminal ?? false),
                symbol != stage.manifest.errorSymbol
            {
                let action = rules.actions[symbol]?.value ?? .score
                reader.warn(
                    "the reply of \(symbol) is never given: its action is '\(action.rawValue)', which refuses nothing",
                    at: place)
            }
        }
    }
}
