import Logs
import Mail
import Policy
import Screening
import State
import Values

/// What stages remember of what mail servers' logs tell: the same live, where a log is followed, and where logs are read
/// for a replay.
public struct LogLessons: Sendable {
    private let subjects: Set<LearnSettings.Subject>
    private let site: Site
    private let logins: MailboxLogins
    private let correspondentLifetime: Duration

    private let screen: DynamicScreen.Settings

    /// What stages set up by `policy` remember of these subjects.
    public init(_ policy: ScreeningPolicy, subjects: Set<LearnSettings.Subject>) {
        (self.subjects, site) = (subjects, policy.site)
        logins = MailboxLogins(window: policy.settings(of: POPBeforeSMTP.self)?.window ?? .seconds(1800))
        // Its defaults, where the policy says nothing of it.
        var empty = PolicyReader(nil)
        screen = policy.settings(of: DynamicScreen.self) ?? DynamicScreen.Settings(from: &empty)
        correspondentLifetime = policy.settings(of: Greylist.self)?.lifetime ?? .seconds(864_000)
    }

    /// Remembers an event as of its time, which is not after `latest`. The subject that was learned of; nil where there
    /// was nothing to learn. Events have to be told in the order of their times.
    public func learn(
        _ event: LogEvent, in state: any StateStore, notAfter latest: Timestamp? = nil
    ) async throws -> LearnSettings.Subject? {
        let time = latest.map { min($0, event.time) } ?? event.time
        switch event.kind {
        case .login(let user, let client, _):
            guard subjects.contains(.logins) else { return nil }
            try await logins.note(user, from: client, at: time, in: state)
            return .logins
        case .failure(_, let client, _, let count):
            guard subjects.contains(.failures) else { return nil }
            _ = try await state.increment(failures(client), by: count, window: screen.window, at: time)
            return .failures
        case .delivered(let from, let to, let origin):
            guard subjects.contains(.recipients), isOurs(origin), let sender = SMTPPath(from),
                let recipient = SMTPPath(to), let domain = sender.domain, let elsewhere = recipient.domain,
                site.isLocal(domain: HostName.canonical(domain)), !site.isLocal(domain: HostName.canonical(elsewhere))
            else { return nil }
            try await state.put(
                Greylist.correspondents(outside: Greylist.key(of: recipient), inside: Greylist.key(of: sender)),
                "wrote", expires: time + correspondentLifetime, at: time)
            return .recipients
        }
    }

    /// Where failures are counted that logs tell of, for the stage `dynamic-screen`.
    private func failures(_ client: IPAddress) -> StateKey {
        StateKey("dynamic-screen", "auth-failure", screen.network(of: client))
    }

    /// Whether a message is a user's: anybody may put a local address into a message that only passes through.
    private func isOurs(_ origin: LogEvent.Origin) -> Bool {
        switch origin {
        case .authenticated, .local: true
        case .client(let address): (site.trustedNetworks + site.lanNetworks).contains { $0.contains(address) }
        }
    }
}
