import Policy
import Screening
import State
import Values

/// Watches what clients do, and bans for a time those who do too much of it: connect, fail to authenticate, name
/// recipients that nobody knows, start over, break the protocol, or hit spam traps.
public struct DynamicScreen: Stage {
    static let banned: Symbol = "DYNAMIC_SCREEN_BANNED"
    static let limit: Symbol = "DYNAMIC_SCREEN_LIMIT"
    static let trapLimit: Symbol = "DYNAMIC_SCREEN_TRAPS"
    static let accountBarred: Symbol = "DYNAMIC_SCREEN_ACCOUNT"

    public static let manifest = StageManifest(
        id: "dynamic-screen", title: "Dynamic Screen",
        summary: "Bans clients for a time that connect, fail or err too often.",
        phases: [.connect, .auth, .mail, .message, .observe],
        needs: .state,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                banned, "The client is banned.", action: .disconnect,
                reply: ReplyText(54, 7, 1, "Too much went wrong from your address, try another day")),
            SymbolDeclaration(
                limit, "The client did something so often that it is banned.", action: .disconnect,
                reply: ReplyText(54, 7, 1, "Too much went wrong from your address, closing the connection")),
            SymbolDeclaration(
                trapLimit,
                "The client hit spam traps so often that it is banned: not this, but its next mail is refused for it."),
            SymbolDeclaration(
                accountBarred, "The account that the client logs in to is barred after too many failures.",
                action: .disconnect, reply: ReplyText(54, 7, 8, "This account is barred for now")),
        ],
        isEnabledByDefault: false, runsWhenExempt: true)

    let settings: Settings
    private let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> {
        let counts = !settings.limits.isEmpty
        var idle: Set<Phase> = counts ? [] : [.connect, .mail, .observe]
        if settings.limits[.spamTraps] == nil { idle.insert(.message) }
        if !counts, settings.accountFailures == 0 { idle.insert(.auth) }
        return idle
    }

    /// A session that went no further has shown all that is counted.
    public var quietPhases: Set<Phase> { [.mail, .message] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        var report = StageReport.nothing
        if try await isBanned(at: checkpoint, into: &report, in: surroundings) { return report }
        if case .auth(let session, let attempt) = checkpoint, attempt.succeeded {
            return try await loggedIn(to: attempt.identity, session, in: surroundings)
        }
        // A program that tries an old password again and again guesses at nothing.
        if case .auth(_, let attempt) = checkpoint, attempt.isRepeated, !settings.countsRepeated { return report }
        if case .auth(let session, let attempt) = checkpoint, let account = attempt.identity?.asciiLowercased,
            settings.accountFailures > 0, surroundings.exemption == nil, allowance(of: session) == nil
        {
            // Whoever guesses is not to learn from another answer that a guess was right; and what is tried while the
            // account is barred changes nothing.
            if try await !noteBan(of: .account(account), into: &report, in: surroundings) {
                try await count(
                    Tally(.failedAuthentications, of: .account(account), settings.accountFailures), session,
                    into: &report, in: surroundings)
            }
        }
        let session = checkpoint.session
        if case .observe(_, .closed) = checkpoint { try await leave(session, in: surroundings) }
        guard !settings.limits.isEmpty else { return report }
        if let exemption = surroundings.exemption { return report.adding(exemption) }
        guard let client = session.client.value else {
            return report.adding(StageReport.Omission("client address not known"))
        }
        if let entry = allowance(of: session) {
            let reason = StageReport.Omission("client on the allow list of dynamic-screen", detail: entry.description)
            return report.adding(reason)
        }
        // What a banned client does besides changes nothing.
        guard !surroundings.earlier.contains(DynamicScreen.banned), !surroundings.earlier.contains(DynamicScreen.limit)
        else { return report }
        try await look(
            at: checkpoint, of: .network(settings.network(of: client)), client, into: &report, in: surroundings)
        return report
    }

    private func look(
        at checkpoint: Checkpoint, of subject: Subject, _ client: IPAddress, into report: inout StageReport,
        in surroundings: Surroundings
    ) async throws {
        func count(_ behaviour: Behaviour) async throws {
            guard let limit = settings.limits[behaviour] else { return }
            let tally = Tally(behaviour, of: subject, limit)
            try await self.count(tally, checkpoint.session, into: &report, in: surroundings)
        }
        func noteTraps() async throws {
            try await noteTold(
                .spamTraps, subject, client, checkpoint.session, as: DynamicScreen.trapLimit, into: &report,
                in: surroundings)
        }
        switch checkpoint {
        case .connect(let session):
            if try await noteBan(of: subject, into: &report, in: surroundings) { return }
            try await noteTold(.failedAuthentications, subject, client, session, into: &report, in: surroundings)
            try await enter(session, subject, into: &report, in: surroundings)
            try await count(.connections)
        case .mail:
            for behaviour in [Behaviour.spamTraps, .failedAuthentications] {
                try await noteTold(
                    behaviour, subject, client, checkpoint.session, into: &report, in: surroundings)
            }
        case .auth(_, let attempt):
            if !attempt.succeeded { try await count(.failedAuthentications) }
        case .observe(_, let observation):
            switch observation {
            case .reset: try await count(.resets)
            case .protocolError: try await count(.protocolErrors)
            case .unknownRecipient: try await count(.unknownRecipients)
            case .closed: try await noteTraps()
            case .spokeEarly, .tlsFailed: break
            }
        case .message: try await noteTraps()
        case .helo, .tls, .rcpt: break
        }
    }

    /// Whether the client has been banned since it came, in this session or in another: what it does then changes
    /// nothing, and where a ban ends sessions, it ends this one.
    private func isBanned(
        at checkpoint: Checkpoint, into report: inout StageReport, in surroundings: Surroundings
    ) async throws -> Bool {
        let (session, closes) = (checkpoint.session, settings.closesSession.value)
        guard !settings.limits.isEmpty, let client = session.client.value, allowance(of: session) == nil else {
            return false
        }
        switch checkpoint {
        case .auth(_, let attempt) where attempt.succeeded:
            // That it has logged in exempts it, and a guess that was right is not to.
            if !closes || site.trustedNetworks.contains(where: { $0.contains(client) }) { return false }
        case .mail:
            if !closes || surroundings.exemption != nil { return false }
        case .auth, .observe(_, .reset), .observe(_, .protocolError), .observe(_, .unknownRecipient):
            if surroundings.exemption != nil { return false }
        default: return false
        }
        if surroundings.earlier.contains(DynamicScreen.banned) || surroundings.earlier.contains(DynamicScreen.limit) {
            return true
        }
        let subject = Subject.network(settings.network(of: client))
        if closes { return try await noteBan(of: subject, into: &report, in: surroundings) }
        return try await surroundings.state.get(subject.key("ban"), at: surroundings.now) != nil
    }

    /// The client logged in: an account that is barred is no use to it, and one that is not has shown who it is.
    private func loggedIn(
        to identity: String?, _ session: Session, in surroundings: Surroundings
    ) async throws -> StageReport {
        guard settings.accountFailures > 0, let account = identity?.asciiLowercased else { return .nothing }
        // That it has logged in exempts it from what is counted by address alone.
        let isTrusted = session.client.value.map { client in site.trustedNetworks.contains { $0.contains(client) } }
        if allowance(of: session) != nil || (surroundings.exemption != nil && isTrusted ?? false) { return .nothing }
        var report = StageReport.nothing
        let subject = Subject.account(account)
        if try await !noteBan(of: subject, into: &report, in: surroundings) {
            try await forget(.failedAuthentications, of: subject, in: surroundings)
        }
        return report
    }

    /// What the client is on the stage's own allow list by.
    private func allowance(of session: Session) -> AddressPattern? {
        session.client.value.flatMap { client in settings.allow.first { $0.matches(client) } }
    }
}

extension DynamicScreen.Settings {
    /// The network that an address is counted with, as its entries name it.
    func network(of client: IPAddress) -> String {
        let prefix = client.isV4 ? prefixV4 : prefixV6
        guard prefix < client.bitWidth, let network = IPNetwork(client, prefixLength: prefix) else {
            return client.description
        }
        return network.description
    }
}

extension StageReport {
    fileprivate func adding(_ omission: Omission) -> StageReport {
        var report = self
        report.notEvaluated.append(omission)
        return report
    }
}
