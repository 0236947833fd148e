import Mail
import Policy
import Screening
import Values

/// Keeps the server from being a relay for everybody: mail is from here or to here, and at the local domains to and from
/// somebody that there is. Whoever has shown who they are may send anywhere.
public struct RelayControl: Stage {
    static let denied: Symbol = "RELAY_DENIED"
    static let localSender: Symbol = "RELAY_LOCAL_SENDER"
    static let unknownSender: Symbol = "RELAY_UNKNOWN_SENDER"
    static let unknownRecipient: Symbol = "RELAY_UNKNOWN_RECIPIENT"
    static let refusedRecipient: Symbol = "RELAY_REFUSED_RECIPIENT"
    static let routed: Symbol = "RELAY_ROUTED_PATH"

    public static let manifest = StageManifest(
        id: "relay-control", title: "Relay Control",
        summary: "Refuses mail that is neither from nor to a local address, and local addresses that there are not.",
        phases: [.mail, .rcpt, .observe],
        after: ["trusted-hosts", "lan-ips", "pop-before-smtp"],
        exemptions: [.authenticated, .trusted, .lan, .mailboxLogin],
        symbols: [
            SymbolDeclaration(
                denied, "The mail is neither from nor to a local address.", action: .reject,
                reply: ReplyText(50, 7, 1, "Relaying denied")),
            SymbolDeclaration(
                localSender,
                "Somebody who has not shown who they are writes to elsewhere in the name of a local address. The stage "
                    + "`smtp-auth` refuses that."),
            SymbolDeclaration(
                unknownSender, "The reverse-path is of a local domain, and there is no such address.", action: .reject,
                reply: ReplyText(50, 1, 0, "There is no such sender here")),
            SymbolDeclaration(
                unknownRecipient, "The recipient is of a local domain, and there is no such address.",
                action: .reject, reply: ReplyText(50, 1, 1, "There is no such recipient here")),
            SymbolDeclaration(
                refusedRecipient, "The mail server behind says that there is no such recipient."),
            SymbolDeclaration(
                routed,
                "A path asks to hand the mail on to another host: a source route, a percent hack, a bang path or an "
                    + "address within an address.",
                action: .reject, reply: ReplyText(50, 7, 1, "Mail is not routed through this server")),
        ],
        isEnabledByDefault: false)

    /// What is refused, and who there is.
    public struct Settings: StageSettings {
        let refusesRelaying: Bool
        let refusesRoutes: Bool
        let checksSenders: Bool
        let checksRecipients: Bool
        let known: KnownAddresses
        let aliases: SenderIndex

        public init(from reader: inout PolicyReader) {
            refusesRelaying = reader.flag(
                "refuse_relaying", default: true, "Whether mail is looked at that is neither from nor to here.")
            refusesRoutes = reader.flag(
                "refuse_routes", default: true,
                "Whether paths are looked at that name another way than their domain's. RFC 5321 has servers pass over "
                    + "source routes; who sends one today looks for an open relay.")
            checksSenders = reader.flag(
                "check_senders", default: true,
                "Whether a reverse-path of a local domain has to be a known address, where addresses are listed.")
            checksRecipients = reader.flag(
                "check_recipients", default: true,
                "Whether a recipient of a local domain has to be a known address, where addresses are listed.")
            known = KnownAddresses(from: &reader)
            aliases = SenderIndex(
                reader.values(
                    "aliases", default: [], expecting: SenderPattern.expecting,
                    "Addresses elsewhere that count as local ones: mail from and to them is no relaying.",
                    parse: { SenderPattern($0) }
                ).map(\.value))
        }
    }

    let settings: Settings
    let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> { site.localDomains.isEmpty ? RelayControl.manifest.phases : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        switch checkpoint {
        case .mail(let transaction): mail(transaction)
        case .rcpt(let transaction, let recipient): rcpt(transaction, recipient)
        case .observe(_, .unknownRecipient(let address)):
            StageReport(findings: [
                Finding(RelayControl.refusedRecipient, ["recipient": .text(address)], scope: .session)
            ])
        case .connect, .helo, .tls, .auth, .message, .observe: .nothing
        }
    }

    private func mail(_ transaction: Transaction) -> StageReport {
        guard let path = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
        if settings.refusesRoutes, !path.sourceRoute.isEmpty {
            return RelayControl.routed(path, .sourceRoute)
        }
        guard settings.checksSenders, !settings.known.isEmpty, let sender = SenderAddress(path),
            site.isLocal(path, in: transaction.session), !settings.known.contains(sender)
        else { return .nothing }
        return StageReport(findings: [Finding(RelayControl.unknownSender, ["sender": .text(path.address)])])
    }

    private func rcpt(_ transaction: Transaction, _ recipient: Recipient) -> StageReport {
        guard let path = recipient.path.value else { return .notEvaluated("recipient not known") }
        let session = transaction.session
        let address = SenderAddress(path)
        let isLocal = site.isLocal(path, in: session)
        // One that somebody has listed is meant as it is, whatever characters it has.
        let isListed = isLocal && !settings.known.isEmpty && address.map(settings.known.contains) ?? false
        if settings.refusesRoutes, !isListed || !path.sourceRoute.isEmpty, let form = RoutedPath(path) {
            return RelayControl.routed(path, form)
        }
        if isLocal {
            guard settings.checksRecipients, !settings.known.isEmpty, !isListed, !path.isPostmaster else {
                return .nothing
            }
            return StageReport(findings: [
                Finding(RelayControl.unknownRecipient, ["recipient": .text(path.address)])
            ])
        }
        guard settings.refusesRelaying else { return .nothing }
        if let address, !settings.aliases.matches(address).isEmpty { return .nothing }
        guard let sender = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
        if let from = SenderAddress(sender), !settings.aliases.matches(from).isEmpty { return .nothing }
        let symbol = site.isLocal(sender, in: session) ? RelayControl.localSender : RelayControl.denied
        var evidence: Evidence = [:]
        evidence.add("client", session.client.value.map(EvidenceValue.address))
        evidence.add("sender", .text(sender.isNull ? "<>" : sender.address))
        evidence.add("recipient", .text(path.address))
        return StageReport(findings: [Finding(symbol, evidence)])
    }

    private static func routed(_ path: SMTPPath, _ form: RoutedPath) -> StageReport {
        var evidence: Evidence = ["path": .text(path.address), "form": .text(form.rawValue)]
        if !path.sourceRoute.isEmpty { evidence.add("route", .list(path.sourceRoute.prefix(10).map { $0 })) }
        return StageReport(findings: [Finding(routed, evidence)])
    }
}

extension SMTPPath {
    /// RFC 5321 §4.5.1: the one mailbox that needs no domain.
    fileprivate var isPostmaster: Bool { domain == nil && localPart.equalsIgnoringASCIICase("postmaster") }
}
