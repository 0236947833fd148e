import Policy

extension ScreeningPolicy {
    /// The ids of the stages that run.
    public var enabledStages: Set<String> { Set(stages.filter(\.isEnabled).map(\.manifest.id)) }

    /// A line by which mail goes into quarantine; nil where the policy's own lines have none do so.
    public var quarantiningLine: PolicyPlace? {
        let places =
            thresholds.filter { $0.disposition == .quarantine }.map(\.score.place)
            + actions.values.filter { $0.value == .quarantine }.map(\.place)
        return places.filter { !$0.isBuiltIn }.min()
    }

    /// The settings that decide what stages find, rather than what is made of it, and that differ from those of
    /// `other`: what they lead to cannot be told from what was found under `other`.
    public func findingSettings(differingFrom other: ScreeningPolicy) -> [PolicySetting] {
        let (mine, others) = (decidingFindings, other.decidingFindings)
        let values = Dictionary(others.map { ($0.name, $0.valueText) }, uniquingKeysWith: { first, _ in first })
        let names = Set(mine.map(\.name))
        return mine.filter { values[$0.name] != $0.valueText } + others.filter { !names.contains($0.name) }
    }

    private var decidingFindings: [PolicySetting] {
        let judged: Set = [
            "version", "thresholds", "weights", "actions", "replies", "mixed_recipients", "on_stage_error",
            "stage_deadline", "agent", "learn",
        ]
        let weighing: Set = ["weight", "action", "reply", "enabled"]
        let enabled = enabledStages
        return settings.filter { setting in
            guard !setting.isTemplate, let first = setting.path.first, let last = setting.path.last else {
                return false
            }
            switch setting.kind {
            case .version, .section, .entries, .entry, .table: return false
            case .flag, .integer, .text, .score, .duration, .size, .choice, .list, .member: break
            }
            if first == "stages", setting.path.count > 1, !enabled.contains(setting.path[1]) { return false }
            return !judged.contains(first) && !weighing.contains(last)
        }
    }
}
