import Policy
import Values

/// The stages in the order in which they run. The order is part of the verdict: it is fixed here, and concurrency
/// never shows in it.
public struct Catalogue: Sendable {
    /// The stage types in running order.
    public let stages: [any Stage.Type]

    /// A catalogue of stages in running order.
    public init(_ stages: [any Stage.Type]) { self.stages = stages }

    /// The manifests in running order.
    public var manifests: [StageManifest] { stages.map { $0.manifest } }

    /// The declaration of `symbol` with the stage that can find it.
    public func declaration(of symbol: Symbol) -> (stage: StageManifest, declaration: SymbolDeclaration)? {
        for manifest in manifests {
            if let declaration = manifest.symbols.first(where: { $0.symbol == symbol }) {
                return (manifest, declaration)
            }
            if manifest.errorSymbol == symbol { return (manifest, manifest.errorDeclaration) }
        }
        return nil
    }

    /// Every symbol any stage can find, errors included, in catalogue order.
    public var symbols: [SymbolDeclaration] {
        manifests.flatMap { $0.symbols + [$0.errorDeclaration] }
    }
}

extension StageManifest {
    /// The symbol that stands for a failure of the stage itself.
    public var errorDeclaration: SymbolDeclaration {
        SymbolDeclaration(
            errorSymbol, "The \(title) stage failed or passed its deadline; `on_stage_error` says what follows.")
    }
}

/// A stage as the policy sets it up. Its parts are many and never change, and each checkpoint passes all stages: they
/// are shared rather than copied.
final class ConfiguredStage: Sendable {
    let manifest: StageManifest
    let stage: any Stage
    let settings: any StageSettings
    let isEnabled: Bool
    /// The manifest's phases but for those in which the settings leave nothing to do.
    let phases: Set<Phase>
    let exemptions: [Exemption]
    /// The listeners whose sessions it looks at; empty for all.
    let listeners: [ListenerPattern]
    /// Where its settings stand.
    let place: PolicyPlace

    init(
        manifest: StageManifest, stage: any Stage, settings: any StageSettings, isEnabled: Bool, phases: Set<Phase>,
        exemptions: [Exemption], listeners: [ListenerPattern] = [], place: PolicyPlace
    ) {
        (self.listeners, self.place) = (listeners, place)
        (self.manifest, self.stage, self.settings) = (manifest, stage, settings)
        (self.isEnabled, self.phases, self.exemptions) = (isEnabled, phases, exemptions)
    }
}
