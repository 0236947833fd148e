import Authentication
import DNS
import Mail
import Policy
import Screening
import Values

/// Asks for a set on top of the chain of messages that go on to other sites (RFC 8617 §5.1), so that their receivers
/// learn what was found here, before the message was forwarded.
public struct ARCSealStage: Stage {
    static let sealed: Symbol = "ARC_SEALED"

    public static let manifest = StageManifest(
        id: "arc-seal", title: "ARC sealing",
        summary: "Seals the chain of messages that are forwarded, with what was found of them here.",
        phases: [.message],
        after: ["spf", "dkim", "arc"],
        exemptions: [.authenticated, .trusted],
        symbols: [SymbolDeclaration(sealed, "The message goes on with a set of ours.")])

    /// Which messages are sealed, and whose seal it is.
    public struct Settings: StageSettings {
        /// Which messages are sealed.
        public enum Scope: String, Sendable, CaseIterable {
            /// Those with a recipient whose domain is not a local one.
            case forwarded
            /// All.
            case all
        }

        let domain: String?
        let selector: String
        /// The file of the private key, which whoever carries the effect out reads.
        public let key: String?
        let scope: Scope

        public init(from reader: inout PolicyReader) {
            let given = reader.optionalValue(
                "domain", expecting: "a domain name such as example.org",
                "The domain that seals; without one nothing is sealed.",
                parse: { DKIMSigner.domain($0)?.relativeText })
            let place = reader.place(of: "selector")
            selector = reader.text("selector", default: "", "The selector of the key.")
            key = reader.optionalText("key", "The file of the private key.")
            scope = reader.choice(
                "messages", default: Scope.forwarded,
                "Which messages are sealed: forwarded (a recipient's domain is not local) or all.")
            domain = given?.value
            if given != nil, DKIMSigner.selector(selector) == nil {
                reader.report("sealing needs the 'selector' of the key", at: place.isBuiltIn ? reader.place : place)
            }
        }
    }

    let settings: Settings
    private let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> { settings.domain == nil ? ARCSealStage.manifest.phases : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(let transaction, let message) = checkpoint, let domain = settings.domain else {
            return .nothing
        }
        guard settings.scope == .all || transaction.recipients.contains(where: isElsewhere) else { return .nothing }
        guard let authservID = site.authservID else { return .notEvaluated("no authserv_id and no local domain") }
        let chain: ARCStatus
        switch ARCSealStage.chain(message, surroundings.earlier) {
        case .open(let status): chain = status
        case .closed(let reason): return .notEvaluated(reason)
        }
        let found = FoundResults(earlier: surroundings.earlier, transaction: transaction, message: message)
        let results = AuthenticationResults(
            authservID: authservID, results: [.arc(chain.rawValue)] + found.results
        ).value()
        return StageReport(
            findings: [
                Finding(
                    ARCSealStage.sealed,
                    ["domain": .text(domain), "selector": .text(settings.selector), "chain": .text(chain.rawValue)])
            ],
            effects: [
                .sealARC(domain: domain, selector: settings.selector, results: results, chain: chain.rawValue)
            ])
    }

    private func isElsewhere(_ recipient: Recipient) -> Bool {
        guard let domain = recipient.path.value?.domain else { return false }
        return !site.isLocal(domain: domain)
    }

    private static func chain(
        _ message: Message, _ earlier: EarlierFindings
    ) -> Chain {
        if earlier.contains(ARCStage.pass) { return .open(.pass) }
        if let failed = earlier.first(ARCStage.fail) {
            // RFC 8617 §5.1: a chain that has ended is not added to; §4.2.1: fifty sets are the most.
            let reason = failed.evidence.words("reason") ?? ""
            let hasEnded = reason.hasPrefix("chain-failed") || reason == "too-many-sets"
            return hasEnded ? .closed(StageReport.Omission("chain has ended", detail: reason)) : .open(.fail)
        }
        let hasChain = ARCFieldKind.allCases.contains { message.header.contains($0.rawValue) }
        return hasChain ? .closed(StageReport.Omission("chain not validated")) : .open(.none)
    }

    /// Whether a set can be added.
    private enum Chain {
        /// The state in which the chain was found.
        case open(ARCStatus)
        /// Why no set is added.
        case closed(StageReport.Omission)
    }
}

extension Evidence {
    /// The text of the first item called `key`.
    fileprivate func words(_ key: String) -> String? {
        guard case .text(let text)? = items.first(where: { $0.key == key })?.value else { return nil }
        return text
    }
}

/// What earlier stages found of a message, in the words of RFC 8601 §2.7.
private struct FoundResults {
    let earlier: EarlierFindings
    let transaction: Transaction
    let message: Message

    var results: [AuthenticationMethodResult] { [spf].compactMap(\.self) + dkim + [dmarc].compactMap(\.self) }

    private var spf: AuthenticationMethodResult? {
        let found = earlier.findings.filter { $0.symbol.name.hasPrefix("SPF_") }
        guard let finding = found.last(where: { !$0.symbol.name.hasPrefix("SPF_HELO_") }) ?? found.last else {
            return nil
        }
        let isHelo = finding.evidence.words("identity") == SPFQuery.Identity.helo.rawValue
        let prefix = finding.symbol.name.hasPrefix("SPF_HELO_") ? "SPF_HELO_" : "SPF_"
        guard let result = SPFResult(rawValue: finding.symbol.name.dropFirst(prefix.count).asciiLowercased) else {
            return nil
        }
        let address = isHelo ? transaction.session.helo.value : transaction.reversePath.value?.address
        return .spf(
            result, identity: isHelo ? .helo : .mailFrom, address ?? finding.evidence.words("domain") ?? "")
    }

    private var dkim: [AuthenticationMethodResult] {
        let results: [Symbol: String] = [
            "DKIM_PASS": "pass", "DKIM_FAIL": "fail", "DKIM_NEUTRAL": "neutral", "DKIM_PERMERROR": "permerror",
            "DKIM_TEMPERROR": "temperror", "DKIM_POLICY": "policy", "DKIM_NONE": "none",
        ]
        return earlier.findings.compactMap { finding in
            guard let result = results[finding.symbol] else { return nil }
            let evidence = finding.evidence
            return .dkim(
                result, domain: evidence.words("domain"), selector: evidence.words("selector"),
                algorithm: evidence.words("algorithm"))
        }
    }

    private var dmarc: AuthenticationMethodResult? {
        let results: [Symbol: String] = [
            "DMARC_PASS": "pass", "DMARC_FAIL": "fail", "DMARC_QUARANTINE": "fail", "DMARC_REJECT": "fail",
            "DMARC_RESTORED": "fail", "DMARC_NONE": "none", "DMARC_TEMPERROR": "temperror",
            "DMARC_PERMERROR": "permerror",
        ]
        guard let result = earlier.findings.lazy.compactMap({ results[$0.symbol] }).first else { return nil }
        return .dmarc(result, from: message.fromMailboxes.first?.domain)
    }
}
