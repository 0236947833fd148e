import Screening
import State
import Values

/// Which addresses people have fetched their mail from, as state keeps it.
///
/// Time is cut into spans as long as a login counts, and each span has an entry for an address: the first login within
/// it is when the entry was made, and it ends when the last one does. Whether there was a login in the time before any
/// moment, and whose, can so be told later too, when a replay asks about last month.
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
        let (key, name) = (key(client, span(time)), MailboxLogins.shown(user))
        var value = name
        if let known = try await state.get(key, at: time) {
            var logins = Span(known)
            logins.add(name, at: time, apart: window / 4)
            value = logins.text
        }
        try await state.put(key, value, expires: time + window, at: time)
    }

    /// The login that lets `client` send at `now`; nil where there is none.
    func last(from client: IPAddress, in state: any StateStore, at now: Timestamp) async throws -> Login? {
        let span = span(now)
        for start in [span, span - window] {
            guard let entry = try await state.get(key(client, start), at: now) else { continue }
            let logins = Span(entry).logins
            guard let place = logins.lastIndex(where: { $0.time <= now }) else { continue }
            let (user, time) = logins[place]
            let isLast = place == logins.count - 1
            return Login(user: user, time: time, expires: isLast ? entry.expires : time + window)
        }
        return nil
    }

    /// The logins of a span, as its entry keeps them: who was first, then when and who of those that came later. Names
    /// have no spaces.
    struct Span {
        private(set) var logins: [(user: String, time: Timestamp)]

        /// How many are kept.
        private static let most = 8

        init(_ entry: StateEntry) {
            let words = entry.value.split(separator: " ").map(String.init)
            logins = [(words.first ?? entry.value, entry.created)]
            for place in stride(from: 1, to: words.count - 1, by: 2) {
                guard let time = Int64(words[place]) else { continue }
                logins.append((words[place + 1], Timestamp(milliseconds: time)))
            }
        }

        var text: String {
            logins.dropFirst().reduce(logins[0].user) { "\($0) \($1.time.milliseconds) \($1.user)" }
        }

        /// Adds a login; one of the same user soon after another tells nothing new.
        mutating func add(_ user: String, at time: Timestamp, apart: Duration) {
            if let last = logins.last, last.user == user, time.since(last.time) < apart { return }
            logins.append((user, time))
            if logins.count > Span.most { logins.remove(at: 1) }
        }
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
