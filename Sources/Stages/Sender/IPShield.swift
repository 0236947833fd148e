import Mail
import Policy
import Screening
import Values

/// Takes mail in the name of a listed domain from the networks listed for it only.
public struct IPShield: Stage {
    static let mismatch: Symbol = "IP_SHIELD_MISMATCH"
    static let mismatchFrom: Symbol = "IP_SHIELD_MISMATCH_FROM"

    private static let words = "Mail in the name of this domain is not taken from your address"

    public static let manifest = StageManifest(
        id: "ip-shield", title: "IP Shield",
        summary: "Takes mail in the name of listed domains from their networks only.",
        phases: [.mail, .rcpt, .message],
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                mismatch, "The reverse-path is of a listed domain, and the client in none of its networks.",
                action: .reject, reply: ReplyText(50, 7, 1, words)),
            SymbolDeclaration(
                mismatchFrom, "The From field names a listed domain, and the client is in none of its networks.",
                action: .reject, reply: ReplyText(50, 7, 1, words)),
        ])

    let settings: Settings
    private let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> {
        guard !settings.entries.isEmpty else { return IPShield.manifest.phases }
        var idle: Set<Phase> = []
        if !settings.checksMail || settings.skipsLocalRecipients { idle.insert(.mail) }
        if !settings.checksMail || !settings.skipsLocalRecipients { idle.insert(.rcpt) }
        if !settings.checksFrom { idle.insert(.message) }
        return idle
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        switch checkpoint {
        case .mail(let transaction):
            return envelope(transaction)
        case .rcpt(let transaction, let recipient):
            guard let path = recipient.path.value else { return .notEvaluated("recipient not known") }
            return site.isLocal(path, in: transaction.session) ? .nothing : envelope(transaction)
        case .message(let transaction, let message):
            return header(of: message, transaction)
        case .connect, .helo, .tls, .auth, .observe: return .nothing
        }
    }

    private func envelope(_ transaction: Transaction) -> StageReport {
        guard let path = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
        guard let domain = path.domain.map({ HostName.canonical($0) }) else { return .nothing }
        return report(on: domain, transaction.session, IPShield.mismatch, [("sender", .text(path.address))])
    }

    private func header(of message: Message, _ transaction: Transaction) -> StageReport {
        let whole = authors(of: message, transaction)
        guard settings.skipsLocalRecipients, !transaction.recipients.isEmpty else { return whole }
        // Of the recipients those may be left that are local.
        var report = StageReport()
        report.notEvaluated = whole.notEvaluated
        for (index, recipient) in transaction.recipients.enumerated() {
            if recipient.path.value.map({ site.isLocal($0, in: transaction.session) }) ?? false { continue }
            report.findings += whole.findings.map { Finding($0.symbol, $0.evidence, scope: .recipient(index)) }
        }
        return report
    }

    /// The first of the authors whose domain is listed without the client's network.
    private func authors(of message: Message, _ transaction: Transaction) -> StageReport {
        var seen: Set<String> = []
        for field in message.header.all("From").prefix(10) {
            // RFC 5322 §3.6.2 allows several authors; honest mail has few.
            for mailbox in AddressList(field.rawValue).mailboxes.prefix(100) {
                let domain = HostName.canonical(mailbox.domain)
                guard !domain.isEmpty, seen.insert(domain).inserted else { continue }
                let report = report(
                    on: domain, transaction.session, IPShield.mismatchFrom,
                    [("from", .text(mailbox.address)), ("bytes", .span(field.range))])
                if report != .nothing { return report }
            }
        }
        return .nothing
    }

    private func report(
        on domain: String, _ session: Session, _ symbol: Symbol, _ claim: [(String, EvidenceValue)]
    ) -> StageReport {
        let entries = settings.entries.filter { $0.value.isAbout(domain, site) }
        guard let first = entries.first else { return .nothing }
        guard let client = session.client.value else { return .notEvaluated("client address not known") }
        // A domain with several entries may send from the networks of each.
        if entries.contains(where: { $0.value.allows(client, site) }) { return .nothing }
        var evidence: Evidence = ["client": .address(client)]
        for (key, value) in claim { evidence.add(key, value) }
        evidence.add("entry", .text(first.value.domain.text))
        evidence.add("networks", .list(first.value.networkTexts(site).prefix(10).map { $0 }))
        evidence.add("listed_at", .text(first.place.description))
        return StageReport(findings: [Finding(symbol, evidence)])
    }
}
