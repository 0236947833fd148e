import Values

extension StageManifest {
    /// The phases' names in the order in which they come.
    public var phaseNames: [String] { phases.sorted().map(\.rawValue) }

    /// The declaration as JSON.
    public var json: JSON {
        .object([
            "id": .string(id), "title": .string(title), "summary": .string(summary),
            "checkpoints": .array(phaseNames.map(JSON.string)),
            "after": .array(after.map(JSON.string)),
            "uses": .array(needs.names.map(JSON.string)),
            "exemptions": .array(exemptions.map { .string($0.rawValue) }),
            "enabled_by_default": .bool(isEnabledByDefault),
            "symbols": .array(symbols.map(\.json)),
        ])
    }
}

extension StageManifest.Needs {
    /// What is needed, by name.
    public var names: [String] {
        let all: [(StageManifest.Needs, String)] = [(.dns, "dns"), (.state, "state"), (.scanner, "scanner")]
        return all.filter { contains($0.0) }.map(\.1)
    }
}

extension SymbolDeclaration {
    /// The declaration as JSON.
    public var json: JSON {
        .object([
            "symbol": .string(symbol.name), "summary": .string(summary), "weight": .thousandths(weight),
            "action": .string(action.rawValue),
        ])
    }
}
