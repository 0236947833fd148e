import Authentication
import DNS
import Mail
import Policy
import Screening
import Values

/// Asks certifiers that the policy trusts whether they vouch for the authenticated domain of a message (RFC 5518), and
/// names the certifiers of our own domains in outgoing mail.
public struct VBRStage: Stage {
    static let pass: Symbol = "VBR_PASS"
    static let fail: Symbol = "VBR_FAIL"
    static let temperror: Symbol = "VBR_TEMPERROR"
    static let unauthenticated: Symbol = "VBR_UNAUTHENTICATED"

    public static let manifest = StageManifest(
        id: "vbr", title: "Certification",
        summary: "Asks trusted certifiers whether they vouch for the authenticated domain of a message.",
        phases: [.message],
        after: ["spf", "dkim"],
        needs: .dns,
        exemptions: [.authenticated, .trusted, .lan],
        symbols: [
            SymbolDeclaration(pass, "A trusted certifier vouches for the message.", weight: -3000),
            SymbolDeclaration(
                fail, "The message names a trusted certifier that does not vouch for it, or contradicts itself.",
                weight: 500),
            SymbolDeclaration(temperror, "What a trusted certifier says could not be had for now."),
            SymbolDeclaration(
                unauthenticated, "The message asks for certification of a domain that neither SPF nor DKIM passes for."),
        ],
        runsWhenExempt: true)

    /// The stages that look for spam.
    static let spamFilters = ["heuristics", "bayes", "uribl", "spam-trap"]

    let settings: Settings
    private let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> {
        settings.trustedCertifiers.isEmpty && settings.insertions.isEmpty ? VBRStage.manifest.phases : []
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(let transaction, let message) = checkpoint else { return .nothing }
        if let exemption = surroundings.exemption {
            var report =
                settings.trustedCertifiers.isEmpty ? StageReport.nothing : StageReport.notEvaluated(exemption)
            if !site.isRelayed(transaction.session) { report.effects = insertion(into: message, transaction) }
            return report
        }
        guard !settings.trustedCertifiers.isEmpty, message.header.contains("VBR-Info") else { return .nothing }
        let outcome = await VBRCheck.evaluate(
            message.header, identities: VBRStage.identities(surroundings.earlier),
            undecided: surroundings.earlier.findings.filter { VBRStage.undecided.contains($0.symbol) }.compactMap(
                \.domain),
            trusting: settings.asksUnnamed
                ? .preferred(settings.trustedCertifiers) : .listed(settings.trustedCertifiers),
            dns: surroundings.dns, maximumLookups: settings.maximumLookups)
        if outcome.reason == .unauthenticated, let method = VBRStage.unevaluated(surroundings.earlier) {
            return .notEvaluated("\(method) was not evaluated", detail: outcome.info?.domain.relativeText)
        }
        return report(outcome)
    }

    private func report(_ outcome: VBROutcome) -> StageReport {
        guard let result = outcome.result else {
            let wanted = outcome.unrecorded.map(\.description).joined(separator: ", ")
            return .notEvaluated("unrecorded DNS", detail: wanted)
        }
        let evidence = VBRStage.evidence(outcome)
        switch result {
        case .pass:
            var report = StageReport(findings: [Finding(VBRStage.pass, evidence)])
            if settings.skipsSpamFilter, let certifier = outcome.certifier {
                let reason = "vouched for by \(certifier.relativeText)"
                report.effects.append(.exempt(stages: VBRStage.spamFilters, reason: reason))
            }
            return report
        case .fail: return StageReport(findings: [Finding(VBRStage.fail, evidence)])
        case .temperror: return StageReport(findings: [Finding(VBRStage.temperror, evidence)])
        case .none:
            // A field that cannot be read, or names nobody who counts here, says nothing.
            guard outcome.reason == .unauthenticated else { return .nothing }
            return StageReport(findings: [Finding(VBRStage.unauthenticated, evidence)])
        }
    }

    private static func evidence(_ outcome: VBROutcome) -> Evidence {
        var evidence: Evidence = [:]
        evidence.add("domain", (outcome.info?.domain.relativeText).map(EvidenceValue.text))
        evidence.add("type", (outcome.info?.content).map(EvidenceValue.text))
        evidence.add("certifier", (outcome.certifier?.relativeText).map(EvidenceValue.text))
        evidence.add("authenticated_by", (outcome.method?.rawValue).map(EvidenceValue.text))
        evidence.add("reason", (outcome.reason?.rawValue).map(EvidenceValue.text))
        evidence.add("certifiers", (outcome.info?.certifiers.map(\.relativeText)).map(EvidenceValue.list))
        if !outcome.exchanges.isEmpty { evidence.add("dns", .answers(outcome.exchanges)) }
        evidence.add("field", outcome.fieldRange.map(EvidenceValue.span))
        return evidence
    }
}

extension VBRStage {
    /// The domains that earlier stages found to answer for the message, each with the symbol that says so.
    private static let methods: [Symbol: VBRIdentity.Method] = [
        DKIMStage.pass: .dkim, SPFStage.pass: .spf, SPFStage.heloPass: .spfHelo,
    ]

    private static func identities(_ earlier: EarlierFindings) -> [VBRIdentity] {
        earlier.findings.compactMap { finding in
            guard let method = methods[finding.symbol], let domain = finding.domain else { return nil }
            return VBRIdentity(domain, by: method)
        }
    }

    private static let undecided = [DKIMStage.temperror, SPFStage.temperror, SPFStage.heloTemperror]

    private static let dkimSymbols = DKIMStage.manifest.symbols.map(\.symbol)
    private static let spfSymbols = [
        SPFStage.pass, SPFStage.fail, SPFStage.softfail, SPFStage.neutral, SPFStage.none, SPFStage.permerror,
        SPFStage.temperror,
    ]

    /// The method that said nothing at all of the message, by which the domain may yet be authenticated.
    private static func unevaluated(_ earlier: EarlierFindings) -> String? {
        [("DKIM", dkimSymbols), ("SPF", spfSymbols)].first { !$0.1.contains(where: earlier.contains) }?.0
    }

    /// The field that outgoing mail of a domain of ours gets: that of the author's domain, else of the reverse-path's.
    private func insertion(into message: Message, _ transaction: Transaction) -> [Effect] {
        guard !settings.insertions.isEmpty, !message.header.contains("VBR-Info") else { return [] }
        let domains = message.fromMailboxes.map(\.domain) + [transaction.reversePath.value?.domain].compactMap(\.self)
        for domain in domains.lazy.compactMap({ VBRInfo.domain($0) }) {
            if let info = settings.insertions.first(where: { $0.domain == domain }) {
                return [.addHeader(name: "VBR-Info", value: info.fieldValue)]
            }
        }
        return []
    }
}

extension Finding {
    /// The domain in the evidence.
    fileprivate var domain: String? {
        guard case .text(let domain) = evidence.items.first(where: { $0.key == "domain" })?.value else { return nil }
        return domain
    }
}
