import DNS
import Mail
import Policy
import PublicSuffix
import Screening
import Values

/// Finds mail of senders that are welcome, where the mail is shown to be theirs: From is what anybody can write.
public struct WelcomeList: Stage {
    static let welcome: Symbol = "SENDER_WELCOME"
    static let unproven: Symbol = "SENDER_WELCOME_UNPROVEN"

    public static let manifest = StageManifest(
        id: "welcome-list", title: "Welcome List",
        summary: "Counts in favour of listed senders whose mail is authenticated.",
        phases: [.message], after: ["spf", "dkim", "dmarc"],
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                welcome, "The sender in From is on the welcome list, and the mail is shown to be theirs.", weight: -8000
            ),
            SymbolDeclaration(
                unproven, "The sender in From is on the welcome list, and nothing shows that the mail is theirs."),
        ])

    /// The senders, and what they have to show.
    public struct Settings: StageSettings {
        let senders: [Placed<SenderPattern>]
        let index: SenderIndex
        let wantsAuthentication: Bool
        let skipsSpamFilter: Bool

        public init(from reader: inout PolicyReader) {
            let named = reader.values(
                "senders", default: [], expecting: SenderPattern.expecting, "Senders in From that are welcome.",
                parse: { SenderPattern($0) })
            let listed = reader.lists(
                "files", expecting: SenderPattern.expecting,
                "Files of further such senders, one a line; # starts a comment.", parse: { SenderPattern($0) })
            wantsAuthentication = reader.flag(
                "if_authenticated", default: true,
                "Whether SPF, DKIM or DMARC has to show that the mail is the sender's; without, anybody can write the name."
            )
            skipsSpamFilter = reader.flag(
                "skip_spam_filter", default: false, "Whether the stages that look for spam leave such mail unchecked.")
            senders = named + listed
            index = SenderIndex(senders.map(\.value))
        }
    }

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    public var idlePhases: Set<Phase> { settings.senders.isEmpty ? WelcomeList.manifest.phases : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(_, let message) = checkpoint else { return .nothing }
        // RFC 5322 §3.6.2 lets From name several; whom such a message is from nobody can say.
        let mailboxes = message.fromMailboxes
        guard mailboxes.count == 1, let address = SenderAddress(mailboxes[0]),
            let entry = settings.index.matches(address).first.map({ settings.senders[$0] })
        else { return .nothing }
        var evidence: Evidence = [
            "sender": .text(address.text), "entry": .text(entry.value.description),
            "listed_at": .text(entry.place.description),
        ]
        if settings.wantsAuthentication {
            guard let proof = WelcomeList.proof(of: address.domain, surroundings.earlier) else {
                return StageReport(findings: [Finding(WelcomeList.unproven, evidence)])
            }
            evidence.add("authenticated_by", .text(proof))
        }
        var report = StageReport(findings: [Finding(WelcomeList.welcome, evidence)])
        if settings.skipsSpamFilter {
            report.effects = [
                .exempt(stages: VBRStage.spamFilters, reason: "on the welcome list: \(entry.value.description)")
            ]
        }
        return report
    }

    /// What shows that mail is from `domain`: an identifier that passed and is aligned with it (RFC 7489 §3.1, relaxed).
    static func proof(of domain: String, _ earlier: EarlierFindings) -> String? {
        if earlier.contains(DMARCStage.pass) { return "dmarc" }
        guard let author = DomainName(domain) else { return nil }
        let list = PublicSuffixList.builtIn
        let organization = list.organizationalDomain(of: author)
        for (symbol, method) in [(DKIMStage.pass, "dkim"), (SPFStage.pass, "spf")] {
            let isAligned = earlier.findings.contains { finding in
                guard finding.symbol == symbol,
                    case .text(let text) = finding.evidence.items.first(where: { $0.key == "domain" })?.value,
                    let name = DomainName(text)
                else { return false }
                return list.organizationalDomain(of: name) == organization
            }
            if isAligned { return method }
        }
        return nil
    }
}
