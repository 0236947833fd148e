import Policy

/// The stages that the policy confines an exemption to, from the key `exempt_from` of the stage that is about it.
public struct ExemptionScope: Sendable {
    /// Whom it is about.
    public let exemption: Exemption
    /// The ids of the stages that may leave them unchecked; nil for every stage that does.
    public let stages: [Placed<String>]?

    /// Reads `exempt_from`.
    public init(_ exemption: Exemption, from reader: inout PolicyReader) {
        let listed = reader.texts(
            "exempt_from", default: [ExemptionScope.all],
            "The stages that may leave these clients unchecked, of those whose own `exempt` says so; `all` is every one."
        )
        self.exemption = exemption
        self.stages = listed.contains { $0.value == ExemptionScope.all } ? nil : listed
    }

    private static let all = "all"
}

extension [ConfiguredStage] {
    /// Takes the exemptions that `scopes` confine away from all other stages, and notes ids that cannot be meant.
    mutating func confine(_ scopes: [ExemptionScope], noting reader: inout PolicyReader) {
        for scope in scopes {
            guard let listed = scope.stages else { continue }
            let able = filter { $0.manifest.exemptions.contains(scope.exemption) }.map(\.manifest.id)
            for id in listed {
                if let stage = first(where: { $0.manifest.id == id.value }), able.contains(id.value) {
                    if !stage.isEnabled {
                        reader.warn("the stage '\(id.value)' is off, so nobody is exempt from it", at: id.place)
                    } else if !stage.exemptions.contains(scope.exemption) {
                        reader.warn(
                            "nobody is exempt from the stage '\(id.value)': its own 'exempt' has no "
                                + "'\(scope.exemption.rawValue)'",
                            at: id.place)
                    }
                    continue
                }
                if contains(where: { $0.manifest.id == id.value }) {
                    reader.report(
                        "the stage '\(id.value)' has no exemption '\(scope.exemption.rawValue)'", at: id.place)
                } else {
                    reader.reportUnknown("stage", id.value, among: able, at: id.place)
                }
            }
            let allowed = Set(listed.map(\.value))
            self = map { stage in
                allowed.contains(stage.manifest.id) ? stage : stage.without(scope.exemption)
            }
        }
    }
}

extension ConfiguredStage {
    fileprivate func without(_ exemption: Exemption) -> ConfiguredStage {
        ConfiguredStage(
            manifest: manifest, stage: stage, settings: settings, isEnabled: isEnabled, phases: phases,
            exemptions: exemptions.filter { $0 != exemption }, listeners: listeners, place: place)
    }
}
