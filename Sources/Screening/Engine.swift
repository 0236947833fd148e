import Mail
import Policy
import State
import Values

/// Asks every configured stage about a checkpoint, in catalogue order.
public struct Engine: Sendable {
    /// The policy, and what stands ready for judging by it.
    let shared: SharedPolicy
    private var policy: ScreeningPolicy { shared.policy }
    /// The stages that are asked, by the phase's place in a session.
    private let stagesByPhase: [[ConfiguredStage]]
    private let weights: @Sendable (Symbol) -> Int

    /// An engine for the stages that `policy` configures, or those `only` that are named.
    public init(_ policy: ScreeningPolicy, only ids: Set<String>? = nil) {
        let shared = SharedPolicy(policy)
        self.shared = shared
        let rules = shared.rules
        weights = { rules.rule(for: $0)?.weight.value ?? 0 }
        stagesByPhase =
            ids.map { ids in policy.stagesByPhase.map { $0.filter { ids.contains($0.manifest.id) } } }
            ?? policy.stagesByPhase
    }

    /// What one stage made of one checkpoint.
    public struct Outcome: Sendable {
        /// The stage's id.
        public let stage: String
        /// What it reported.
        public var report: StageReport
    }

    /// The outcomes of all stages that look at this checkpoint's phase, in catalogue order. `granted` holds what
    /// earlier effects exempt the session from; what a stage grants now holds for the stages after it. `isRefused` says
    /// that an earlier verdict has ended the matter.
    public func evaluate(
        _ checkpoint: Checkpoint, now: Timestamp, in environment: ScreeningEnvironment, earlier: [Finding],
        granted: GrantedExemptions = GrantedExemptions(), isRefused: Bool = false
    ) async -> [Outcome] {
        let stages = stagesByPhase[checkpoint.phase.order]
        guard !stages.isEmpty else { return [] }
        var granted = granted
        let judge = Judge(shared)
        var isRefused = isRefused
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(stages.count)
        var surroundings = Surroundings(
            now: now, dns: environment.dns(now), state: environment.state ?? AbsentState(),
            earlier: EarlierFindings(earlier, weights: weights), scanner: environment.scanner ?? NoScanner(),
            programs: environment.programs)
        for configured in stages {
            let id = configured.manifest.id
            if let omission = configured.omission(of: checkpoint.session) {
                outcomes.append(Outcome(stage: id, report: .notEvaluated(omission)))
                continue
            }
            let exemption =
                granted.reason(toLeaveOut: id)
                ?? policy.site.exemption(for: checkpoint.session, among: configured.exemptions, granted: granted)
            if let exemption, !configured.manifest.runsWhenExempt {
                outcomes.append(Outcome(stage: id, report: .notEvaluated(exemption)))
                continue
            }
            if isRefused, !configured.manifest.runsWhenRefused {
                outcomes.append(Outcome(stage: id, report: .notEvaluated("refused before")))
                continue
            }
            if configured.manifest.needs.contains(.state), environment.state == nil {
                outcomes.append(Outcome(stage: id, report: .notEvaluated(environment.stateAbsence)))
                continue
            }
            if configured.manifest.needs.contains(.scanner), environment.scanner == nil {
                outcomes.append(Outcome(stage: id, report: .notEvaluated(environment.scannerAbsence)))
                continue
            }
            surroundings.exemption = exemption
            let report = await report(of: configured, on: checkpoint, in: surroundings, timer: environment.timer)
            surroundings.earlier.add(report.findings)
            for effect in report.effects { granted.add(effect) }
            isRefused =
                isRefused
                || report.findings.contains { judge.refuses($0) }
            outcomes.append(Outcome(stage: id, report: report))
        }
        return outcomes
    }

    /// Says for every stage that looks at `phase` that it could not, because the checkpoint never came about.
    public func missed(_ phase: Phase, because reason: String) -> [Outcome] {
        stagesByPhase[phase.order].filter { !$0.stage.quietPhases.contains(phase) }
            .map { Outcome(stage: $0.manifest.id, report: .notEvaluated(reason)) }
    }

    private func report(
        of configured: ConfiguredStage, on checkpoint: Checkpoint, in surroundings: Surroundings,
        timer: any StageTimer
    ) async -> StageReport {
        let stage = configured.stage
        do {
            if timer.isUnlimited { return try await stage.evaluate(checkpoint, in: surroundings) }
            let limit = stage.deadline ?? policy.stageDeadline
            return try await timer.run(stage: configured.manifest.id, limit: limit) {
                // To take a large message apart takes time, and whoever asks has other sessions to see to.
                if case .message(_, let message) = checkpoint, message.bytes.count > 64 << 10 { await Task.yield() }
                return try await stage.evaluate(checkpoint, in: surroundings)
            }
        } catch let error as StateError where policy.state.whenAway != .defer {
            return .notEvaluated("state is not there", detail: error.description)
        } catch let error as StateError {
            return StageReport(findings: [
                Finding(configured.manifest.errorSymbol, [Judge.stateFailure: .text(error.description)])
            ])
        } catch {
            return StageReport(findings: [
                Finding(configured.manifest.errorSymbol, ["error": .text(String(describing: error))])
            ])
        }
    }
}
