import Mail
import Policy
import Screening
import State
import Values

/// Requires authentication where the policy does, and holds those who have authenticated to their own addresses.
public struct SMTPAuthentication: Stage {
    static let authenticated: Symbol = "SMTP_AUTHENTICATED"
    static let required: Symbol = "SMTP_AUTH_REQUIRED"
    static let mismatch: Symbol = "SMTP_AUTH_MISMATCH"
    static let fromMismatch: Symbol = "SMTP_AUTH_FROM_MISMATCH"
    static let mechanism: Symbol = "SMTP_AUTH_MECHANISM"
    static let plaintext: Symbol = "SMTP_AUTH_PLAINTEXT"
    static let failed: Symbol = "SMTP_AUTH_FAILED"

    public static let manifest = StageManifest(
        id: "smtp-auth", title: "SMTP Authentication",
        summary: "Requires authentication where the policy does, and holds users to their own addresses.",
        phases: [.auth, .mail, .rcpt, .message],
        after: ["trusted-hosts", "lan-ips", "pop-before-smtp"],
        exemptions: [.trusted, .lan, .mailboxLogin],
        symbols: [
            SymbolDeclaration(authenticated, "The client authenticated."),
            SymbolDeclaration(
                required, "Authentication is required for the sender or at the listener, and there was none.",
                // RFC 4954 §6.
                action: .reject, reply: ReplyText(30, 7, 0, "Authentication required")),
            SymbolDeclaration(
                mismatch, "The reverse-path is not an address of the user who authenticated.",
                action: .reject, reply: ReplyText(53, 7, 1, "This sender address is not yours")),
            SymbolDeclaration(
                fromMismatch, "The From field names an address that is not the user's who authenticated.",
                action: .reject, reply: ReplyText(50, 7, 1, "The From field names an address that is not yours")),
            SymbolDeclaration(
                mechanism, "The client authenticated by a mechanism that the policy does not list.",
                // RFC 4954 §6.
                action: .reject, reply: ReplyText(34, 7, 9, "Authentication mechanism is too weak")),
            SymbolDeclaration(
                plaintext, "The client sent its password in clear, without TLS.",
                // RFC 4954 §6.
                action: .reject,
                reply: ReplyText(38, 7, 11, "Encryption required for requested authentication mechanism")),
            SymbolDeclaration(failed, "The mail server behind did not accept the client's credentials."),
        ],
        isEnabledByDefault: false, runsWhenExempt: true)

    let settings: Settings
    let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> {
        var idle: Set<Phase> = settings.matchesFrom ? [] : [.message]
        if !settings.isForLocalSenders || !settings.sparesLocalRecipients { idle.insert(.rcpt) }
        return idle
    }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        switch checkpoint {
        case .auth(let session, let attempt): return await self.attempt(attempt, session, surroundings)
        case .mail(let transaction): return mail(transaction, surroundings)
        case .rcpt(let transaction, let recipient): return rcpt(transaction, recipient, surroundings)
        case .message(let transaction, let message): return header(of: message, transaction)
        case .connect, .helo, .tls, .observe: return .nothing
        }
    }

    private func attempt(
        _ attempt: AuthenticationAttempt, _ session: Session, _ surroundings: Surroundings
    ) async -> StageReport {
        var evidence: Evidence = ["mechanism": .text(attempt.mechanism)]
        evidence.add("identity", attempt.identity.map(EvidenceValue.text))
        var report = StageReport(findings: [
            Finding(
                attempt.succeeded ? SMTPAuthentication.authenticated : SMTPAuthentication.failed, evidence,
                scope: .session)
        ])
        report.findings += weaknesses(of: attempt.mechanism, session, evidence)
        return report
    }

    /// What the rules for mechanisms say of one that the client used.
    private func weaknesses(of mechanism: String, _ session: Session, _ evidence: Evidence) -> [Finding] {
        var findings: [Finding] = []
        let name = mechanism.uppercased()
        if !settings.mechanisms.isEmpty, !settings.mechanisms.contains(name) {
            findings.append(Finding(SMTPAuthentication.mechanism, evidence, scope: .session))
        }
        if settings.requiresTLS, ["PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"].contains(name),
            case .plain = TLSStage.protection(session)
        {
            findings.append(Finding(SMTPAuthentication.plaintext, evidence, scope: .session))
        }
        return findings
    }

    private func mail(_ transaction: Transaction, _ surroundings: Surroundings) -> StageReport {
        let session = transaction.session
        if let identity = session.authenticated.value {
            return sender(transaction, identity, surroundings)
        }
        guard let requirement = requirement(transaction) else { return .nothing }
        return report(requirement, transaction, surroundings)
    }

    /// A user's mail: the reverse-path has to be theirs where the policy says so. What an archived message tells of the
    /// authentication is told too, since there was no AUTH to see.
    private func sender(
        _ transaction: Transaction, _ identity: String, _ surroundings: Surroundings
    ) -> StageReport {
        let session = transaction.session
        var report = StageReport()
        if case .reconstructed = session.authenticated {
            report.findings.append(
                Finding(
                    SMTPAuthentication.authenticated,
                    ["identity": .text(identity), "from": .text(session.authenticated.provenance)], scope: .session))
            if settings.requiresTLS, case .plain(let type?) = TLSStage.protection(session) {
                report.findings.append(
                    Finding(
                        SMTPAuthentication.plaintext, ["identity": .text(identity), "with": .text(type)],
                        scope: .session))
            }
        }
        guard settings.matchesMail else { return report }
        guard let path = transaction.reversePath.value else {
            report.notEvaluated.append(.init("reverse-path not known"))
            return report
        }
        // RFC 5321 §4.5.5: notifications have the null reverse-path, those of users' programs too.
        if let address = SenderAddress(path), !settings.owners.owns(address, identity, site) {
            report.findings.append(
                Finding(
                    SMTPAuthentication.mismatch, ["identity": .text(identity), "sender": .text(path.address)]))
        }
        return report
    }

    private func rcpt(
        _ transaction: Transaction, _ recipient: Recipient, _ surroundings: Surroundings
    ) -> StageReport {
        let session = transaction.session
        guard session.authenticated.value == nil, !surroundings.earlier.contains(SMTPAuthentication.required),
            let sender = transaction.reversePath.value, site.isLocal(sender, in: session)
        else { return .nothing }
        guard let to = recipient.path.value else { return .notEvaluated("recipient not known") }
        if site.isLocal(to, in: session) { return .nothing }
        return report(
            ["required_of": .text("local sender"), "sender": .text(sender.address), "recipient": .text(to.address)],
            transaction, surroundings)
    }

    /// What requires authentication whoever the mail is to; nil where nothing does.
    private func requirement(_ transaction: Transaction) -> Evidence? {
        let session = transaction.session
        if let listener = settings.listeners.first(where: { $0.value.matches(session) }) {
            return [
                "required_of": .text("listener"), "entry": .text(listener.value.text),
                "listed_at": .text(listener.place.description),
            ]
        }
        guard let sender = transaction.reversePath.value, !sender.isNull, site.isLocal(sender, in: session) else {
            return nil
        }
        let local = sender.localPart.asciiLowercased
        if let entry = settings.privileged.first(where: { $0.value.asciiLowercased == local }) {
            return [
                "required_of": .text("privileged sender"), "sender": .text(sender.address),
                "entry": .text(entry.value), "listed_at": .text(entry.place.description),
            ]
        }
        guard settings.isForLocalSenders, !settings.sparesLocalRecipients else { return nil }
        return ["required_of": .text("local sender"), "sender": .text(sender.address)]
    }

    private func report(
        _ requirement: Evidence, _ transaction: Transaction, _ surroundings: Surroundings
    ) -> StageReport {
        if let exemption = surroundings.exemption { return .notEvaluated(exemption) }
        guard transaction.session.isKnownUnauthenticated else { return .notEvaluated("authentication not known") }
        return StageReport(findings: [Finding(SMTPAuthentication.required, requirement)])
    }

    private func header(of message: Message, _ transaction: Transaction) -> StageReport {
        guard let identity = transaction.session.authenticated.value else { return .nothing }
        for field in message.header.all("From").prefix(10) {
            for mailbox in AddressList(field.rawValue).mailboxes.prefix(100) {
                guard let address = SenderAddress(mailbox), !settings.owners.owns(address, identity, site) else {
                    continue
                }
                return StageReport(findings: [
                    Finding(
                        SMTPAuthentication.fromMismatch,
                        [
                            "identity": .text(identity), "from": .text(mailbox.address), "bytes": .span(field.range),
                        ])
                ])
            }
        }
        return .nothing
    }
}
