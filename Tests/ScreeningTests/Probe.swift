import DNS
import Mail
import Policy
import SMTP
import Screening
import State
import Testing
import Values

/// A stage that finds what its settings say: in `mail: [PROBE_TAG]` at MAIL, a tag.
struct Probe: Stage {
    static let manifest = StageManifest(
        id: "probe", title: "Probe", summary: "Finds what it is told to find.", phases: Set(Phase.allCases),
        exemptions: [.authenticated, .trusted, .lan],
        symbols: [
            SymbolDeclaration("PROBE_LIGHT", "Weighs a point.", weight: 1000),
            SymbolDeclaration("PROBE_HEAVY", "Weighs as much as a tag takes.", weight: 5000),
            SymbolDeclaration("PROBE_GOOD", "Speaks for the mail.", weight: -2000),
            SymbolDeclaration("PROBE_TAG", "Tags.", action: .tag),
            SymbolDeclaration("PROBE_QUARANTINE", "Keeps aside.", action: .quarantine),
            SymbolDeclaration("PROBE_DEFER", "Defers.", action: .defer),
            SymbolDeclaration(
                "PROBE_REJECT", "Rejects.", weight: 500, action: .reject, reply: ReplyText(53, 7, 9, "Not here")),
            SymbolDeclaration("PROBE_DISCONNECT", "Hangs up.", action: .disconnect),
            SymbolDeclaration("PROBE_DISCARD", "Drops.", action: .discard),
        ])

    struct Settings: StageSettings {
        var symbols: [Phase: [Symbol]] = [:]
        /// Greetings, reverse-paths and recipients that the findings are confined to; empty for all.
        let only: [String]

        init(from reader: inout PolicyReader) {
            for phase in Phase.allCases {
                symbols[phase] = reader.texts(phase.rawValue, default: [], "What to find then.").map {
                    Symbol($0.value)
                }
            }
            only = reader.texts("only", default: [], "What it is confined to.").map(\.value)
        }
    }

    let settings: Settings

    init(settings: Settings, site: Site) { self.settings = settings }

    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        // The end of a connection, which comes to all, is nothing to report.
        if case .observe(_, .closed) = checkpoint { return .nothing }
        let subject: String? =
            switch checkpoint {
            case .helo(let session): session.helo.value
            case .mail(let transaction): transaction.reversePath.value?.address
            case .rcpt(_, let recipient): recipient.path.value?.address
            case .connect, .tls, .auth, .message, .observe: nil
            }
        if let subject, !settings.only.isEmpty, !settings.only.contains(subject) { return .nothing }
        return StageReport(findings: (settings.symbols[checkpoint.phase] ?? []).map { Finding($0) })
    }
}

/// A stage whose work fails at MAIL.
struct Failing: Stage {
    static let manifest = StageManifest(
        id: "failing-stage", title: "Failing", summary: "Fails.", phases: [.mail],
        symbols: [SymbolDeclaration("FAILING_NEVER", "Is never found.")])

    struct Settings: StageSettings { init(from reader: inout PolicyReader) {} }
    struct Mishap: Error, CustomStringConvertible { let description = "the disk is on fire" }

    init(settings: Settings, site: Site) {}

    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        throw Mishap()
    }
}

/// A stage that does not answer at MAIL.
struct Stalling: Stage {
    static let manifest = StageManifest(
        id: "stalling", title: "Stalling", summary: "Never answers.", phases: [.mail],
        symbols: [SymbolDeclaration("STALLING_NEVER", "Is never found.")])

    struct Settings: StageSettings { init(from reader: inout PolicyReader) {} }

    init(settings: Settings, site: Site) {}

    func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        try await Task.sleep(for: .seconds(86_400))
        return .nothing
    }
}

/// A timer whose deadline has passed as soon as a stage makes it wait. It lets no time pass.
struct ImpatientTimer: StageTimer {
    /// The only stage it has no patience with.
    let stage: String

    func run(
        stage: String, limit: Duration, _ work: @Sendable @escaping () async throws -> StageReport
    ) async throws -> StageReport {
        guard stage == self.stage else { return try await work() }
        return try await withThrowingTaskGroup(of: StageReport.self) { group in
            group.addTask { try await work() }
            group.addTask { throw StageDeadlinePassed(limit: limit) }
            defer { group.cancelAll() }
            guard let report = try await group.next() else { return .nothing }
            return report
        }
    }
}

/// The policy that `text` gives for the stages above.
func policy(_ text: String, file: String = "policy") throws -> ScreeningPolicy {
    let (node, syntax) = PolicyDocument.parse(text, file: file)
    let (policy, mistakes) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: probes)
    return try #require(policy, "\(syntax + mistakes)")
}

let probes = Catalogue([Probe.self, Failing.self, Stalling.self])

/// A policy whose probe finds what the lines of `settings` say, the other stages off.
func probing(_ settings: String, _ top: String = "") throws -> ScreeningPolicy {
    try policy(
        """
        version: 1
        \(top)
        stages:
          failing-stage: {enabled: no}
          stalling: {enabled: no}
          probe: {\(settings)}
        """)
}

/// Surroundings without DNS and with fresh memory.
func environment(_ timer: any StageTimer = UnlimitedTime()) -> ScreeningEnvironment {
    ScreeningEnvironment(dns: { _ in DNSZone() }, state: MemoryState(), timer: timer)
}

let noon = Timestamp(seconds: 1_714_564_800)  // 2024-05-01T12:00:00Z
