import Authentication
import DNS
import Mail
import Policy
import Screening
import Values

/// Validates the chain that forwarders left in a message (RFC 8617): what they say of the message they received, and
/// whether forwarders that the policy trusts say it.
public struct ARCStage: Stage {
    static let pass: Symbol = "ARC_PASS"
    static let fail: Symbol = "ARC_FAIL"
    static let trusted: Symbol = "ARC_TRUSTED"

    public static let manifest = StageManifest(
        id: "arc", title: "ARC",
        summary: "Validates the chain of those who forwarded a message, and what trusted ones among them found.",
        phases: [.message],
        needs: .dns,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                pass, "The chain is whole. Who sealed it may be anybody: it says nothing good by itself."),
            // RFC 8617 §5.2.2: 5.7.29. By default a broken chain counts as none (§7.2).
            SymbolDeclaration(
                fail, "The chain is broken, for good.", reply: ReplyText(50, 7, 29, "ARC validation failed")),
            SymbolDeclaration(
                trusted, "The chain is whole, and who sealed it last is trusted to tell what they received."),
        ])

    /// Whom the site trusts.
    public struct Settings: StageSettings {
        let trustedSealers: [Placed<HostPattern>]
        let maximumSets: Int

        public init(from reader: inout PolicyReader) {
            let sealers = reader.values(
                "trusted_sealers", default: [], expecting: HostPattern.expecting,
                "Domains whose seals are believed; .example.org stands for all domains below.",
                parse: { HostPattern($0) })
            let listed = reader.lists(
                "trusted_sealer_files", expecting: HostPattern.expecting, "Files of further such domains, one a line.",
                parse: { HostPattern($0) })
            trustedSealers = sealers + listed
            maximumSets = reader.integer(
                "maximum_sets", default: 50, in: 1...50, "Chains of more sets fail; each can cost two DNS questions.")
        }
    }

    let settings: Settings
    private let options: ARCOptions

    public init(settings: Settings, site: Site) {
        self.settings = settings
        options = ARCOptions(maximumSets: settings.maximumSets)
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(_, let message) = checkpoint else { return .nothing }
        let outcome = await ARCValidator.validate(
            message, dns: surroundings.dns, now: surroundings.now, options: options)
        switch outcome.status {
        case ARCStatus.none?: return .nothing
        case nil:
            return .notEvaluated(
                "unrecorded DNS", detail: outcome.unrecorded.map(\.description).joined(separator: ", "))
        case .fail?: return StageReport(findings: [Finding(ARCStage.fail, ARCStage.evidence(outcome))])
        case .pass?:
            var findings = [Finding(ARCStage.pass, ARCStage.evidence(outcome))]
            if let evidence = trust(outcome, message) { findings.append(Finding(ARCStage.trusted, evidence)) }
            return StageReport(findings: findings)
        }
    }

    private static func evidence(_ outcome: ARCOutcome) -> Evidence {
        var evidence: Evidence = [:]
        evidence.add("sealer", outcome.hops.last?.domain.map(EvidenceValue.text))
        evidence.add("instance", .number(outcome.instance))
        evidence.add("reason", outcome.reason.map(EvidenceValue.text))
        evidence.add("oldest_pass", outcome.oldestPass.map(EvidenceValue.number))
        if !outcome.hops.isEmpty { evidence.add("hops", .list(outcome.hops.map(\.line))) }
        evidence.add(answers: outcome.answersUsed)
        return evidence
    }
}

extension ARCHop {
    /// The hop in a line, as long as a person may want to read.
    fileprivate var line: String {
        var line = "\(instance) \(domain ?? "?"): cv=\(chainValue ?? "?"), message \(messageSignature.text)"
        if let reason = messageSignature.reason { line += " (\(reason))" }
        line += ", chain \(seal.text)"
        if let reason = seal.reason { line += " (\(reason))" }
        return line + ", said: " + results.prefix(500)
    }
}
