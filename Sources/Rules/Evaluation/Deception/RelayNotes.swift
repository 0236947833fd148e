import Values

/// What speaks against the way a message came.
struct RelayNotes {
    static func notes(of scope: EvaluationScope) -> Notes {
        var notes = Notes()
        guard let outside = scope.message.relays.external.first, !outside.isPrivate, outside.helo.contains(".") else {
            return notes
        }
        let registries = scope.message.registries
        let greeted = registries.registeredPart(of: outside.helo.asciiLowercased)
        let named = registries.registeredPart(of: outside.reverseName.asciiLowercased)
        guard greeted != named else { return notes }
        let lists = scope.facts.settings.hostLists
        let isProvider = lists.contains { name, hosts in name.hasPrefix("SENDS_") && hosts[greeted] == true }
        if isProvider || scope.facts.brands.owner(of: greeted) != nil {
            notes.note("helo-provider", "\(outside.helo) from \(outside.ip) (\(outside.reverseName))")
        }
        return notes
    }
}
