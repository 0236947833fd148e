import Values

/// Failed authentications by client: who guessed, how often, how fast, whose passwords.
public struct LogAttacks: Sendable {
    /// What a client tried.
    public struct Attacker: Sendable, Hashable {
        /// Its address.
        public let client: String
        /// How often it failed.
        public var count = 0
        /// The names that it tried, a hundred at most.
        public var users: Set<String> = []
        /// When it began and when it failed last.
        public var first: Timestamp?, last: Timestamp?
        /// The most failures within ten minutes.
        public var burst = 0
        var windowStart: Timestamp?
        var inWindow = 0
    }

    private var attackers: [String: Attacker] = [:]
    static let most = 50_000

    init() {}

    mutating func add(_ record: LogRecord) {
        guard let client = record[.client] else { return }
        if attackers[client] == nil, attackers.count >= LogAttacks.most {
            // Those that failed once are forgotten first.
            attackers = attackers.filter { $0.value.count > 1 }
            if attackers.count >= LogAttacks.most { return }
        }
        let time = record.instant?.time
        attackers[client, default: Attacker(client: client)].note(time, record[.user])
    }

    /// The clients that failed most, at least `least` times.
    public func top(_ count: Int, least: Int = 1) -> [Attacker] {
        attackers.values.filter { $0.count >= least }.sorted { ($1.count, $0.client) < ($0.count, $1.client) }
            .prefix(count).map(\.self)
    }

    /// How many clients failed at least five times within ten minutes.
    public var bruteForceCount: Int { attackers.values.count { $0.burst >= 5 } }
}

extension LogAttacks.Attacker {
    mutating func note(_ time: Timestamp?, _ user: String?) {
        count += 1
        if let user, users.count < 100 { users.insert(user) }
        guard let time else { return }
        first = min(first ?? time, time)
        last = max(last ?? time, time)
        if let start = windowStart, time >= start, time.since(start) <= .seconds(600) {
            inWindow += 1
        } else {
            (windowStart, inWindow) = (time, 1)
        }
        burst = max(burst, inWindow)
    }
}
