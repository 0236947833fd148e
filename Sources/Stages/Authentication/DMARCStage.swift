import Authentication
import DNS
import Mail
import Policy
import PublicSuffix
import Screening
import Values

/// Checks whether SPF or DKIM vouches for the author's domain, and what its owner asks for when neither does
/// (RFC 7489). It goes by what the stages `spf`, `dkim` and `arc` found, and asks DNS for policies alone.
public struct DMARCStage: Stage {
    static let pass: Symbol = "DMARC_PASS"
    static let fail: Symbol = "DMARC_FAIL"
    static let quarantine: Symbol = "DMARC_QUARANTINE"
    static let reject: Symbol = "DMARC_REJECT"
    static let restored: Symbol = "DMARC_RESTORED"
    static let none: Symbol = "DMARC_NONE"
    static let temperror: Symbol = "DMARC_TEMPERROR"
    static let permerror: Symbol = "DMARC_PERMERROR"
    static let unreadable: Symbol = "DMARC_UNREADABLE"
    static let multipleFrom: Symbol = "DMARC_MULTIPLE_FROM"
    static let noFrom: Symbol = "DMARC_NO_FROM"

    public static let manifest = StageManifest(
        id: "dmarc", title: "DMARC",
        summary: "Checks that the domain shown in From is authenticated.",
        phases: [.message],
        after: ["spf", "dkim", "arc"],
        needs: .dns,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(pass, "SPF or DKIM vouches for the author's domain.", weight: -200),
            SymbolDeclaration(
                fail, "Neither SPF nor DKIM vouches for the author's domain, which asks for nothing to be done.",
                weight: 500),
            SymbolDeclaration(
                quarantine, "Neither SPF nor DKIM vouches for the author's domain, which asks for quarantine.",
                weight: 3000, action: .quarantine),
            // RFC 7372 §3.3: 5.7.26 when several authentication checks failed.
            SymbolDeclaration(
                reject, "Neither SPF nor DKIM vouches for the author's domain, which asks for rejection.",
                weight: 5000, action: .reject,
                reply: ReplyText(50, 7, 26, "DMARC validation failed for the domain in From")),
            SymbolDeclaration(
                restored, "DMARC fails here and passed at a trusted sealer, which forwarded the message (RFC 8617)."),
            SymbolDeclaration(none, "The author's domain publishes no DMARC policy."),
            SymbolDeclaration(temperror, "DMARC could not be evaluated for now."),
            SymbolDeclaration(
                permerror,
                "The author's domain publishes a DMARC record that cannot be used."),
            // RFC 7489 §6.6.1 has messages rejected whose author cannot be told; one must not get round a domain's
            // policy by hiding who it is from. No honest message has that much header.
            SymbolDeclaration(
                unreadable,
                "The header, or From in it, is too large to be read whole: who the message is from cannot be told.",
                weight: 5000, action: .reject,
                reply: ReplyText(50, 7, 26, "The header is too large to tell whom the message is from")),
            SymbolDeclaration(
                multipleFrom, "The message names authors of several domains, or has several From fields.",
                weight: 1000),
            SymbolDeclaration(noFrom, "The message names no author whose domain could be checked.", weight: 1000),
        ])

    /// How policies are found, and what excuses a failure.
    public struct Settings: StageSettings {
        /// How the organizational domain is found.
        public enum Discovery: String, Sendable, CaseIterable {
            /// By the Public Suffix List (RFC 7489).
            case publicSuffix = "public-suffix"
            /// By asking up the tree (RFC 9989).
            case treeWalk = "tree-walk"
        }

        let discovery: Discovery
        let honoursARC: Bool
        let forwarders: [AddressPattern]
        let list: PublicSuffixList

        public init(from reader: inout PolicyReader) {
            discovery = reader.choice(
                "discovery", default: Discovery.publicSuffix,
                "How the organizational domain is found: public-suffix (RFC 7489), or tree-walk (RFC 9989).")
            honoursARC = reader.flag(
                "honour_arc", default: true,
                "Whether a failure is excused by a trusted sealer at which DMARC passed.")
            forwarders = reader.values(
                "forwarders", default: [],
                expecting: "an address, a CIDR network, a range a-b, or an address with * and ?",
                "Hosts, such as those of mailing lists, that forward mail and so fail DMARC rightly: not checked.",
                parse: { AddressPattern($0) }
            ).map(\.value)
            let named = reader.file(
                "public_suffix_list",
                "A file in the form of publicsuffix.org that counts instead of the list that libpsl was made with.")
            list = named.flatMap { Settings.list($0, notingIn: &reader) } ?? .builtIn
        }

        private static func list(
            _ file: Placed<(path: String, contents: Bytes)>, notingIn reader: inout PolicyReader
        ) -> PublicSuffixList? {
            if let list = PublicSuffixList(contentsOf: file.value.contents) { return list }
            reader.report("the file of 'public_suffix_list' is no public suffix list", at: file.place)
            return nil
        }
    }

    let settings: Settings
    private let options: DMARCOptions

    public init(settings: Settings, site: Site) {
        self.settings = settings
        options = DMARCOptions(
            discovery: settings.discovery == .treeWalk ? .treeWalk : .publicSuffix(settings.list))
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(let transaction, let message) = checkpoint else { return .nothing }
        if let client = transaction.session.client.value,
            let entry = settings.forwarders.first(where: { $0.matches(client) })
        {
            return .notEvaluated("client forwards mail to our users", detail: entry.description)
        }
        let query = DMARCQuery(
            message, identifiers: DMARCStage.identifiers(transaction, message, surroundings.earlier))
        var report = StageReport()
        if query.author.domains.isEmpty, !query.author.isUnreadable {
            var evidence: Evidence = ["fields": .number(query.author.fieldCount)]
            let unusable = query.author.unusable.filter { !$0.isEmpty }
            if !unusable.isEmpty { evidence.add("unusable", .list(unusable)) }
            report.findings.append(Finding(DMARCStage.noFrom, evidence))
            return report
        }
        let outcome = await DMARCCheck.evaluate(query, dns: surroundings.dns, options: options)
        if !query.author.domains.isEmpty, !query.author.isSingular {
            var evidence: Evidence = [
                "fields": .number(query.author.fieldCount),
                "domains": .list(query.author.domains.map(\.relativeText)),
            ]
            if !query.author.unusable.isEmpty { evidence.add("unusable", .list(query.author.unusable)) }
            report.findings.append(Finding(DMARCStage.multipleFrom, evidence))
        }
        guard let result = outcome.result else {
            report.notEvaluated.append(omission(outcome))
            return report
        }
        report.findings.append(finding(result, outcome, surroundings.earlier))
        return report
    }

    private func omission(_ outcome: DMARCOutcome) -> StageReport.Omission {
        if !outcome.unrecorded.isEmpty {
            return StageReport.Omission(
                "unrecorded DNS", detail: outcome.unrecorded.map(\.description).joined(separator: ", "))
        }
        return StageReport.Omission("SPF or DKIM not evaluated", detail: outcome.reasons.last)
    }

    private func finding(
        _ result: DMARCResult, _ outcome: DMARCOutcome, _ earlier: EarlierFindings
    ) -> Finding {
        var evidence = DMARCStage.evidence(outcome)
        // RFC 8617 §7.2.1: an intact chain whose sealers are trusted may override the failure.
        if result == .fail, settings.honoursARC, let chain = earlier.first("ARC_TRUSTED"),
            chain.evidence.text("dmarc") == DMARCResult.pass.rawValue
        {
            evidence.add("sealer", chain.evidence.text("sealer").map(EvidenceValue.text))
            return Finding(DMARCStage.restored, evidence)
        }
        switch result {
        case .pass: return Finding(DMARCStage.pass, evidence)
        case .none: return Finding(DMARCStage.none, evidence)
        case .temperror: return Finding(DMARCStage.temperror, evidence)
        case .permerror:
            return Finding(outcome.isUnreadable ? DMARCStage.unreadable : DMARCStage.permerror, evidence)
        case .fail:
            switch outcome.disposition {
            case .none: return Finding(DMARCStage.fail, evidence)
            case .quarantine: return Finding(DMARCStage.quarantine, evidence)
            case .reject: return Finding(DMARCStage.reject, evidence)
            }
        }
    }

    private static func evidence(_ outcome: DMARCOutcome) -> Evidence {
        var evidence: Evidence = [:]
        evidence.add("domain", outcome.domain.map { .text($0.relativeText) })
        evidence.add("policy_domain", outcome.policyDomain.map { .text($0.relativeText) })
        evidence.add("record", outcome.record.map { .text($0.text) })
        if let policy = outcome.deciding?.policy, let tag = outcome.deciding?.policyTag {
            evidence.add("policy", .text(policy.rawValue))
            evidence.add("policy_from", .text(tag))
            evidence.add("disposition", .text(outcome.disposition.rawValue))
        }
        if outcome.record != nil {
            evidence.add("aligned_spf", .flag(outcome.isSPFAligned))
            evidence.add("aligned_dkim", .flag(outcome.isDKIMAligned))
            if !outcome.identifiers.isEmpty {
                evidence.add("identifiers", .list(outcome.identifiers.prefix(20).map(\.description)))
            }
        }
        if !outcome.reasons.isEmpty { evidence.add("reason", .list(outcome.reasons)) }
        if !outcome.answersUsed.isEmpty { evidence.add("dns", .answers(outcome.answersUsed)) }
        return evidence
    }
}
