import Policy
import Screening

/// A stage that at connect exempts the client, as a class or from one stage, as its settings say.
struct Granting: Stage {
    static let manifest = StageManifest(
        id: "granting", title: "Granting", summary: "Exempts.", phases: [.connect],
        symbols: [SymbolDeclaration("GRANTING_NEVER", "Is never found.")])

    struct Settings: StageSettings {
        let exemption: Exemption?
        let stage: String?
        let exemptionScope: ExemptionScope?

        init(from reader: inout PolicyReader) {
            exemption = reader.optionalText("count-as", "Whom it counts as.").flatMap(Exemption.init(rawValue:))
            stage = reader.optionalText("stage", "What it is exempt from.")
            exemptionScope = ExemptionScope(.trusted, from: &reader)
        }
    }

    let settings: Settings

    init(settings: Settings, site: Site) { self.settings = settings }

    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        var report = StageReport()
        if let exemption = settings.exemption {
            report.effects.append(.countAs(exemption, because: StageReport.Omission("granted", detail: "for a reason")))
        }
        if let stage = settings.stage {
            report.effects.append(.exempt(stages: [stage], reason: "granted: for a reason"))
        }
        return report
    }
}

/// A stage that finds something at connect, wherever it is not exempt from.
struct Other: Stage {
    static let manifest = StageManifest(
        id: "other", title: "Other", summary: "Finds.", phases: [.connect], exemptions: [.trusted],
        symbols: [SymbolDeclaration("OTHER_SEEN", "Is always found.")])

    struct Settings: StageSettings { init(from reader: inout PolicyReader) {} }

    init(settings: Settings, site: Site) {}

    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        StageReport(findings: [Finding("OTHER_SEEN")])
    }
}

/// A stage that its settings leave nothing to do.
struct Idle: Stage {
    static let manifest = StageManifest(
        id: "idle", title: "Idle", summary: "Has nothing to do.", phases: [.connect, .message],
        symbols: [SymbolDeclaration("IDLE_SEEN", "Would be found.")])

    struct Settings: StageSettings { init(from reader: inout PolicyReader) {} }

    init(settings: Settings, site: Site) {}

    var idlePhases: Set<Phase> { Idle.manifest.phases }

    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        StageReport(findings: [Finding("IDLE_SEEN")])
    }
}
