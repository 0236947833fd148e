import Screening
import State
import Values

/// Which addresses people have fetched their mail from, as state keeps it.
///
/// Time is cut into spans as long as a login counts, and each span has an entry for an address: the first login within
/// it is when the entry was made, and it ends when the last one does. Whether there was a login in the time before any
/// moment can so be told later too, when a replay asks about last month.
public struct MailboxLogins: Sendable {
    /// How long a login counts.
    public let window: Duration

    /// Logins that count for `window`.
    public init(window: Duration) { self.window = max(.seconds(1), window) }

    /// A login that counts.
    struct Login: Sendable {
        let user: String
        let time: Timestamp
        let expires: Timestamp
    }

    /// Remembers that `user` fetched mail from `client` at `time`. Logins have to be told in the order of their times.
    public func note(
        _ user: String, from client: IPAddress, at time: Timestamp, in state: any StateStore
    ) async throws {
        try await state.put(key(client, span(time)), MailboxLogins.shown(user), expires: time + window, at: time)
    }

    /// The login that lets `client` send at `now`; nil where there is none.
    func last(from client: IPAddress, in state: any StateStore, at now: Timestamp) async throws -> Login? {
        let span = span(now)
        for start in [span, span - window] {
            guard let entry = try await state.get(key(client, start), at: now), entry.created <= now else { continue }
            return Login(user: entry.value, time: entry.created, expires: entry.expires)
        }
        return nil
    }

    private func span(_ time: Timestamp) -> Timestamp {
        let length = window.milliseconds
        let rest = time.milliseconds % length
        return Timestamp(milliseconds: time.milliseconds - (rest < 0 ? rest + length : rest))
    }

    private func key(_ client: IPAddress, _ start: Timestamp) -> StateKey {
        StateKey("pop-before-smtp", "login", client.description, start.rfc3339)
    }

    /// A name as it may be kept: whoever logs in chooses it.
    private static func shown(_ user: String) -> String {
        let visible = user.unicodeScalars.lazy.filter { $0.properties.generalCategory != .control && $0 != " " }
        let text = String(String.UnicodeScalarView(visible.prefix(200)))
        return text.isEmpty ? "(not named)" : text
    }
}
