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
        after: ["spf", "dkim", "arc", "dmarc", "authentication-results"],
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

        /// The domain that seals; nil where nothing is sealed.
        public let domain: String?
        /// The selector of the key.
        public let selector: String
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
        var results = AuthenticationResultsStage.results(of: surroundings.earlier.findings, transaction, message)
        // RFC 8617 §4.1.1: a set tells the state of the chain it stands on, also where there was none.
        if !results.contains(where: { $0.method == "arc" }) { results.insert(.arc(chain.rawValue), at: 0) }
        return StageReport(
            findings: [
                Finding(
                    ARCSealStage.sealed,
                    ["domain": .text(domain), "selector": .text(settings.selector), "chain": .text(chain.rawValue)])
            ],
            effects: [
                .sealARC(
                    domain: domain, selector: settings.selector,
                    results: AuthenticationResults(authservID: authservID, results: results).value(),
                    chain: chain.rawValue)
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
