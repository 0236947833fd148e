import Screening
import State
import Values

extension DynamicScreen {
    /// Who is counted and banned.
    enum Subject {
        case network(String)
        case account(String)

        /// How entries of state name it.
        private var words: (sort: String, name: String) {
            switch self {
            case .network(let network): ("network", network)
            case .account(let account): ("account", account)
            }
        }

        var name: String { words.name }

        /// An entry about it.
        func key(_ kind: String) -> StateKey { StateKey("dynamic-screen", kind, words.sort, words.name) }

        /// An entry about how often it does something.
        func key(_ kind: String, _ behaviour: Behaviour) -> StateKey {
            StateKey("dynamic-screen", kind, behaviour.rawValue, words.sort, words.name)
        }

        /// It as evidence tells of it.
        var evidence: Evidence {
            switch self {
            case .network(let network): ["network": .text(network)]
            case .account(let account): ["account": .text(account)]
            }
        }
    }

    /// Something that is counted, and how much of it is too much.
    struct Tally {
        let behaviour: Behaviour
        let subject: Subject
        let limit: Int

        init(_ behaviour: Behaviour, of subject: Subject, _ limit: Int) {
            (self.behaviour, self.subject, self.limit) = (behaviour, subject, limit)
        }

        var counter: StateKey { subject.key("count", behaviour) }
        var sessions: StateKey { subject.key("sessions", behaviour) }
    }

    /// Where others count what a client does, by its address or the network of 64 bits where it is of IPv6: the stage of
    /// spam traps their hits, the follower of logs the log-ins that failed elsewhere.
    static func told(_ behaviour: Behaviour) -> String? {
        switch behaviour {
        case .spamTraps: "spam-trap"
        case .failedAuthentications: "auth-failure"
        case .connections, .unknownRecipients, .resets, .simultaneous, .protocolErrors: nil
        }
    }

    /// Counts one more, and bans whoever has come to the limit.
    func count(
        _ tally: Tally, _ session: Session, into report: inout StageReport, in surroundings: Surroundings
    ) async throws {
        let (state, now) = (surroundings.state, surroundings.now)
        let count = try await state.increment(tally.counter, by: 1, window: settings.window, at: now)
        let sessions = try await note(session.id, under: tally.sessions, isFirst: count == 1, in: surroundings)
        guard count >= tally.limit else { return }
        let began = try await state.get(tally.counter, at: now)?.created ?? now
        try await ban(
            tally, Grounds(tally.behaviour, count, in: now.since(began), sessions), into: &report, surroundings)
        try await forget(tally.behaviour, of: tally.subject, in: surroundings)
    }

    /// Adds a session to those that are counted together; all of them that are kept.
    private func note(
        _ session: String, under key: StateKey, isFirst: Bool, in surroundings: Surroundings
    ) async throws -> [String] {
        let (state, now) = (surroundings.state, surroundings.now)
        let name = Grounds.plain(session)
        var sessions: [String] = []
        if !isFirst, let known = try await state.get(key, at: now) {
            sessions = known.value.split(separator: ",").map(String.init)
            if sessions.last == name { return sessions }
        }
        sessions = (sessions.filter { $0 != name } + [name]).suffix(Grounds.mostSessions)
        try await state.put(key, sessions.joined(separator: ","), expires: now + settings.window, at: now)
        return sessions
    }

    func forget(_ behaviour: Behaviour, of subject: Subject, in surroundings: Surroundings) async throws {
        let tally = Tally(behaviour, of: subject, 0)
        try await surroundings.state.remove(tally.counter, at: surroundings.now)
        try await surroundings.state.remove(tally.sessions, at: surroundings.now)
    }

    /// Bans the subject, unless it is already.
    private func ban(
        _ tally: Tally, _ grounds: Grounds, as symbol: Symbol = DynamicScreen.limit, into report: inout StageReport,
        _ surroundings: Surroundings
    ) async throws {
        let (state, now) = (surroundings.state, surroundings.now)
        let key = tally.subject.key("ban")
        if try await state.get(key, at: now) != nil { return }
        let number = try await state.increment(
            tally.subject.key("bans"), by: 1, window: settings.remembers, at: now)
        let length = length(ofBan: number)
        let (entry, isNew) = try await state.insertIfAbsent(key, grounds.text, expires: now + length, at: now)
        guard isNew else { return }
        var evidence = tally.subject.evidence
        grounds.add(to: &evidence)
        evidence.add("limit", .number(tally.limit))
        evidence.add("window", .duration(settings.window))
        evidence.add("ban", .number(number))
        evidence.add("since", .text(StateMeaning.time(entry.created)))
        evidence.add("until", .text(StateMeaning.time(entry.expires)))
        report.findings.append(Finding(symbol, evidence, scope: .session))
    }

    /// How long the `number`th ban lasts.
    func length(ofBan number: Int) -> Duration {
        let (first, growth) = (settings.ban.milliseconds, settings.growth.milliseconds)
        // A ban is a year at most, so that no product is out of range.
        let more = growth * Int64(min(max(number - 1, 0), 100_000))
        return .milliseconds(min(first + more, settings.longest.milliseconds))
    }

    /// Whether the subject is banned; the finding that says so goes into `report`.
    func noteBan(
        of subject: Subject, into report: inout StageReport, in surroundings: Surroundings
    ) async throws -> Bool {
        guard let entry = try await surroundings.state.get(subject.key("ban"), at: surroundings.now) else {
            return false
        }
        var evidence = subject.evidence
        Grounds(text: entry.value)?.add(to: &evidence)
        evidence.add("since", .text(StateMeaning.time(entry.created)))
        evidence.add("until", .text(StateMeaning.time(entry.expires)))
        let symbol = if case .account = subject { DynamicScreen.accountBarred } else { DynamicScreen.banned }
        report.findings.append(Finding(symbol, evidence, scope: .session))
        return true
    }

    /// Bans a client of which others have counted too much.
    func noteTold(
        _ behaviour: Behaviour, _ subject: Subject, _ client: IPAddress, _ session: Session,
        as symbol: Symbol = DynamicScreen.limit, into report: inout StageReport, in surroundings: Surroundings
    ) async throws {
        guard let limit = settings.limits[behaviour], let kind = DynamicScreen.told(behaviour) else { return }
        let (state, now) = (surroundings.state, surroundings.now)
        var names = [client.description]
        if !client.isV4, let wide = IPNetwork(client, prefixLength: 64) { names.append(wide.description) }
        let network = settings.network(of: client)
        if !names.contains(network) { names.append(network) }
        for name in names {
            let key = StateKey("dynamic-screen", kind, name)
            guard let hits = try await state.get(key, at: now) else { continue }
            let count = StateCount.value(hits.value)
            guard count >= limit else { continue }
            let grounds = Grounds(behaviour, count, in: now.since(hits.created), [Grounds.plain(session.id)])
            try await ban(Tally(behaviour, of: subject, limit), grounds, as: symbol, into: &report, surroundings)
            return try await state.remove(key, at: now)
        }
    }

    /// A connection began: it counts for as long as it is there, and no longer than a process that forgot it lets it.
    func enter(
        _ session: Session, _ subject: Subject, into report: inout StageReport, in surroundings: Surroundings
    ) async throws {
        guard let limit = settings.limits[.simultaneous] else { return }
        let (state, now) = (surroundings.state, surroundings.now)
        let tally = Tally(.simultaneous, of: subject, limit)
        _ = try await state.insertIfAbsent(
            DynamicScreen.open(session), subject.name, expires: now + DynamicScreen.longestSession, at: now)
        let count = try await state.increment(tally.counter, by: 1, window: DynamicScreen.longestSession, at: now)
        let sessions = try await note(session.id, under: tally.sessions, isFirst: count == 1, in: surroundings)
        guard count >= limit else { return }
        try await ban(tally, Grounds(.simultaneous, count, in: .zero, sessions), into: &report, surroundings)
    }

    /// A connection that was counted ended.
    func leave(_ session: Session, in surroundings: Surroundings) async throws {
        guard settings.limits[.simultaneous] != nil else { return }
        let (state, now) = (surroundings.state, surroundings.now)
        let key = DynamicScreen.open(session)
        guard let entry = try await state.get(key, at: now) else { return }
        try await state.remove(key, at: now)
        let tally = Tally(.simultaneous, of: .network(entry.value), 0)
        let left = try await state.increment(tally.counter, by: -1, window: DynamicScreen.longestSession, at: now)
        if left <= 0 { try await state.remove(tally.counter, at: now) }
    }

    /// What the keys of entries about open connections begin with: of those that nobody saw end, as the program was killed
    /// or state was away, nothing is known any more.
    public static let connectionEntries = [
        "dynamic-screen|open|", "dynamic-screen|count|\(Behaviour.simultaneous.rawValue)|",
        "dynamic-screen|sessions|\(Behaviour.simultaneous.rawValue)|",
    ]

    /// Whether `policy` has connections counted that are there at the same time.
    public static func countsConnections(under policy: ScreeningPolicy) -> Bool {
        policy.settings(of: DynamicScreen.self)?.limits[.simultaneous] != nil
    }

    private static func open(_ session: Session) -> StateKey { StateKey("dynamic-screen", "open", session.id) }

    private static let longestSession: Duration = .seconds(3600)
}

extension DynamicScreen {
    /// Why somebody is banned, as an entry keeps it: `unknown-recipients;12;180;session,session`.
    struct Grounds {
        let behaviour: Behaviour
        let count: Int
        let time: Duration
        let sessions: [String]

        /// Sessions that are named at the most.
        static let mostSessions = 5

        init(_ behaviour: Behaviour, _ count: Int, in time: Duration, _ sessions: [String]) {
            (self.behaviour, self.count, self.time) = (behaviour, count, max(.zero, time))
            self.sessions = sessions
        }

        /// Reads what `text` gives; nil when it is none.
        init?(text: String) {
            let parts = text.split(separator: ";", omittingEmptySubsequences: false)
            guard parts.count == 4, let behaviour = Behaviour(rawValue: String(parts[0])), let count = Int(parts[1]),
                let seconds = Int(parts[2]), (0...(86_400 * 366)).contains(seconds)
            else { return nil }
            self.init(behaviour, count, in: .seconds(seconds), parts[3].split(separator: ",").map(String.init))
        }

        var text: String {
            "\(behaviour.rawValue);\(count);\(time.milliseconds / 1000);\(sessions.joined(separator: ","))"
        }

        /// The grounds for people: `12 unknown recipients in 3 min, session a`.
        var words: String {
            let elapsed = behaviour == .simultaneous ? "" : " in \(Grounds.words(time))"
            let named = sessions.isEmpty ? "" : ", session \(sessions.joined(separator: ", "))"
            return behaviour.words(count) + elapsed + named
        }

        private static func words(_ time: Duration) -> String {
            let seconds = time.milliseconds / 1000
            return switch seconds {
            case ..<120: "\(seconds) s"
            case ..<7200: "\(seconds / 60) min"
            case ..<172_800: "\(seconds / 3600) h"
            default: "\(seconds / 86_400) days"
            }
        }

        func add(to evidence: inout Evidence) {
            evidence.add("counted", .text(behaviour.words(count)))
            if behaviour != .simultaneous { evidence.add("within", .duration(time)) }
            evidence.add("sessions", .list(sessions))
        }

        /// The name of a session, whatever it is made of, without what separates names.
        static func plain(_ session: String) -> String {
            if session.utf8.count <= 64, session.utf8.allSatisfy(isPlain) { return session }
            let bytes = session.utf8.prefix(64).map { isPlain($0) ? $0 : UInt8.ascii("_") }
            return String(decoding: bytes, as: UTF8.self)
        }

        private static func isPlain(_ byte: UInt8) -> Bool {
            byte.isAlphanumeric || byte == .hyphen || byte == .dot || byte == .ascii("#") || byte == .ascii("/")
        }
    }
}
