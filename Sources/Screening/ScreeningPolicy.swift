import Policy
import State
import Values

/// A policy in force: the site, the stages as configured, and everything the judge weighs by. Each number knows the
/// policy line it comes from.
public struct ScreeningPolicy: Sendable {
    /// What is local and what is trusted.
    public let site: Site
    /// Scores, in thousandths of a point, from which on a message is tagged, quarantined, rejected; nil is never.
    public let thresholds: [Threshold]
    /// What a failing stage leads to.
    public let onStageError: StageErrorHandling
    /// How differing outcomes for the recipients of one message become one reply.
    public let mixedRecipients: MixedRecipients
    /// The longest a stage may take, live.
    public let stageDeadline: Duration
    /// How the policy is served live.
    public let agent: AgentSettings
    /// Where state is kept live.
    public let state: StateSettings
    /// The logs that are followed live.
    public let learn: [LearnSettings]
    /// The settings with their origins, for `assay policy show`.
    public let settings: [PolicySetting]

    /// What is no mistake and can yet have no effect, or not the one it seems to have, for `assay policy check`.
    public let warnings: [PolicyDiagnostic]

    /// Lines that the banner of a session has after its first, as the stages that look at it want it.
    public func bannerLines(for session: Session) -> [String] {
        stages.filter { $0.isEnabled && !$0.phases.isEmpty && $0.omission(of: session) == nil }
            .flatMap(\.settings.bannerLines)
    }

    let stages: [ConfiguredStage]
    /// The enabled stages that look at each phase, by the phase's place in a session, in catalogue order.
    let stagesByPhase: [[ConfiguredStage]]
    let weights: [Symbol: Placed<Int>]
    let actions: [Symbol: Placed<Action>]
    let replies: [Symbol: ReplyText]
    let judging: JudgingRules

    /// A score from which on a disposition applies.
    public struct Threshold: Sendable {
        public let disposition: Disposition
        /// In thousandths of a point.
        public let score: Placed<Int>

        /// A disposition that applies from `score` on.
        public init(disposition: Disposition, score: Placed<Int>) {
            (self.disposition, self.score) = (disposition, score)
        }
    }

    /// What a failing stage leads to.
    public enum StageErrorHandling: String, Sendable, CaseIterable {
        /// The mail goes on; the failure is in the log and in the findings.
        case ignore
        /// The client is asked to come back (451).
        case `defer`
    }

    /// The weight of `symbol` in thousandths of a point.
    public func weight(of symbol: Symbol) -> Placed<Int> {
        weights[symbol] ?? Placed(0, at: .builtIn)
    }

    /// The settings of the stage of this type; nil when the policy's catalogue has no such stage.
    public func settings<S: Stage>(of type: S.Type) -> S.Settings? {
        stages.lazy.compactMap { $0.settings as? S.Settings }.first
    }

    /// What happens on `symbol` besides its weight.
    public func action(of symbol: Symbol) -> Placed<Action> {
        actions[symbol] ?? Placed(.score, at: .builtIn)
    }
}
