import Mail
import Policy
import Screening
import State
import Values

/// Lets clients send from whose address somebody has lately fetched mail, and keeps others from sending to elsewhere in
/// the name of a local domain. Logins are learned from the logs of the server that mail is fetched from.
public struct POPBeforeSMTP: Stage {
    static let login: Symbol = "POP_LOGIN"
    static let required: Symbol = "POP_LOGIN_REQUIRED"

    public static let manifest = StageManifest(
        id: "pop-before-smtp", title: "POP before SMTP",
        summary: "Lets clients send from whose address mail has lately been fetched.",
        phases: [.mail, .rcpt],
        after: ["trusted-hosts"],
        needs: .state,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                login, "A login by POP or IMAP from the client's address is recent enough: the client may send."),
            SymbolDeclaration(
                required,
                "Mail to elsewhere in the name of a local domain comes from an address without a recent login.",
                action: .reject, reply: ReplyText(50, 7, 1, "Fetch your mail before you send, or authenticate")),
        ],
        isEnabledByDefault: false)

    /// How long a login counts, and for what.
    public struct Settings: StageSettings {
        /// How long a login lets its address send.
        public let window: Duration
        let isRequired: Bool

        public init(from reader: inout PolicyReader) {
            window = reader.duration(
                "window", default: .seconds(1800), in: .seconds(60)...(.seconds(86_400)),
                "How long after a login its address may send.")
            isRequired = reader.flag(
                "required", default: true,
                "Whether mail from a local domain to elsewhere is refused without a login; off, logins only exempt from "
                    + "stages that say so, such as relay-control.")
        }
    }

    let settings: Settings
    let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> { settings.isRequired && !site.localDomains.isEmpty ? [] : [.rcpt] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        switch checkpoint {
        case .mail(let transaction):
            guard let client = transaction.session.client.value else {
                return .notEvaluated("client address not known")
            }
            guard
                let login = try await MailboxLogins(window: settings.window)
                    .last(from: client, in: surroundings.state, at: surroundings.now)
            else { return .nothing }
            return POPBeforeSMTP.report(client, login, surroundings.now)
        case .rcpt(let transaction, let recipient):
            return rcpt(transaction, recipient, surroundings)
        case .connect, .helo, .tls, .auth, .message, .observe: return .nothing
        }
    }

    private static func report(_ client: IPAddress, _ login: MailboxLogins.Login, _ now: Timestamp) -> StageReport {
        let age = Duration.milliseconds(max(0, now.since(login.time).milliseconds))
        return StageReport(
            findings: [
                Finding(
                    POPBeforeSMTP.login,
                    [
                        "client": .address(client), "user": .text(login.user),
                        "login": .text(login.time.rfc3339), "age": .duration(age),
                        "until": .text(login.expires.rfc3339),
                    ], scope: .session)
            ],
            effects: [
                .countAs(
                    .mailboxLogin,
                    because: StageReport.Omission(
                        "exempt: login by POP or IMAP", detail: "\(login.user) from \(client)"))
            ])
    }

    private func rcpt(
        _ transaction: Transaction, _ recipient: Recipient, _ surroundings: Surroundings
    ) -> StageReport {
        guard !surroundings.earlier.contains(POPBeforeSMTP.login) else { return .nothing }
        guard let sender = transaction.reversePath.value else { return .notEvaluated("reverse-path not known") }
        guard site.isLocal(sender, in: transaction.session) else { return .nothing }
        guard let to = recipient.path.value else { return .notEvaluated("recipient not known") }
        guard !site.isLocal(to, in: transaction.session), let client = transaction.session.client.value else {
            return .nothing
        }
        return StageReport(findings: [
            Finding(
                POPBeforeSMTP.required,
                ["client": .address(client), "sender": .text(sender.address), "recipient": .text(to.address)])
        ])
    }
}

extension POPBeforeSMTP: TellsState {
    public static func meaning(of held: HeldEntry, _ settings: Settings) -> StateMeaning? {
        guard held.key.parts.count == 3, held.key.parts[0] == "login" else { return nil }
        let (client, entry) = (held.key.parts[1], held.entry)
        let logins = MailboxLogins.Span(entry).logins
        var users: [String] = []
        for login in logins where !users.contains(login.user) { users.append(login.user) }
        let have = users.count > 1 ? "have" : "has"
        return StateMeaning(
            kind: "login",
            text: "\(users.joined(separator: ", ")) \(have) fetched mail from \(client) since "
                + "\(StateMeaning.time(entry.created)), which may send until \(StateMeaning.time(entry.expires))",
            fields: ["client": .string(client), "user": .string(users.last ?? "")])
    }
}
