import Mail
import Policy
import Screening
import State
import Values

/// Holds connections to a number of bytes a second, each by itself or several together, and clients to a number of
/// connections and messages in a time.
public struct Throttle: Stage {
    static let slowed: Symbol = "THROTTLE_SLOWED"
    static let connections: Symbol = "THROTTLE_CONNECTIONS"
    static let messages: Symbol = "THROTTLE_MESSAGES"

    public static let manifest = StageManifest(
        id: "throttle", title: "Bandwidth Throttling",
        summary: "Slows connections down, and puts off clients that send too much.",
        phases: [.connect, .mail, .rcpt, .message],
        needs: .state,
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(slowed, "At the rates that hold for it, the message had to wait."),
            SymbolDeclaration(
                connections, "The client has connected too often.", action: .defer,
                reply: ReplyText(21, 7, 0, "Too many connections from you, try again later")),
            SymbolDeclaration(
                messages, "The client has sent too many messages.", action: .defer,
                reply: ReplyText(51, 7, 0, "Too many messages from you, try again later")),
        ],
        isEnabledByDefault: false, runsWhenRefused: false)

    let settings: Settings
    let site: Site

    public init(settings: Settings, site: Site) { (self.settings, self.site) = (settings, site) }

    public var idlePhases: Set<Phase> {
        var idle: Set<Phase> = []
        if !settings.hasDomains { idle.insert(.rcpt) }
        if !settings.hasRates { idle.insert(.message) }
        if !settings.hasRates, settings.counts.connections == 0, settings.lanCounts.connections == 0 {
            idle.insert(.connect)
        }
        if !settings.hasDomains, settings.counts.messages == 0, settings.lanCounts.messages == 0 { idle.insert(.mail) }
        return idle
    }

    /// Nothing is slow about what did not come.
    public var quietPhases: Set<Phase> { [.mail, .rcpt, .message] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard let client = checkpoint.session.client.value else { return .notEvaluated("client address not known") }
        if let entry = settings.allow.first(where: { $0.matches(client) }) {
            return .notEvaluated("client on the throttle's allow list", detail: entry.description)
        }
        let isLocal = site.lanNetworks.contains { $0.contains(client) }
        let counts = isLocal ? settings.lanCounts : settings.counts
        switch checkpoint {
        case .connect(let session):
            var report = StageReport(effects: rates(of: client, isLocal, session).map(\.effect))
            try await count(
                client, "connections", limit: counts.connections, Throttle.connections, into: &report, in: surroundings)
            return report
        case .mail(let transaction):
            var report = StageReport.nothing
            if !isLocal, let domain = transaction.reversePath.value?.domain {
                report.effects = rates(of: domain).map(\.effect)
            }
            try await count(
                client, "messages", limit: counts.messages, Throttle.messages, into: &report, in: surroundings)
            return report
        case .rcpt(_, let recipient):
            guard !isLocal, let domain = recipient.path.value?.domain else { return .nothing }
            return StageReport(effects: rates(of: domain).map(\.effect))
        case .message(let transaction, let message):
            var rates = rates(of: client, isLocal, transaction.session)
            if !isLocal {
                for domain in domains(of: transaction) { rates += self.rates(of: domain) }
            }
            return try await pass(message.bytes.count, at: rates, in: surroundings)
        case .helo, .tls, .auth, .observe: return .nothing
        }
    }

    /// A rate that a session is held to.
    struct Rate {
        /// What shares it; nil where the session has it alone.
        let name: String?
        let bytesPerSecond: Int

        var effect: Effect {
            name.map { .shareRate(name: $0, bytesPerSecond: bytesPerSecond) }
                ?? .limitRate(bytesPerSecond: bytesPerSecond)
        }
    }

    private func rates(_ rates: Rates, of name: String) -> [Rate] {
        (rates.session > 0 ? [Rate(name: nil, bytesPerSecond: rates.session)] : [])
            + (rates.shared > 0 ? [Rate(name: name, bytesPerSecond: rates.shared)] : [])
    }

    /// What a session of `client` is held to from its beginning.
    private func rates(of client: IPAddress, _ isLocal: Bool, _ session: Session) -> [Rate] {
        if isLocal { return rates(settings.lan, of: "lan") }
        var all = rates(settings.service, of: "service")
        let network = settings.networks.filter { $0.member.contains(client) }
            .max { $0.member.prefixLength < $1.member.prefixLength }
        if let network { all += rates(network.rates, of: "network \(network.member)") }
        for group in settings.listeners where group.member.matches(session) {
            all += rates(group.rates, of: "listener \(group.member.text)")
        }
        return all
    }

    /// What a session is held to that has mail from or to `domain`.
    private func rates(of domain: String) -> [Rate] {
        guard settings.hasDomains else { return [] }
        let domain = HostName.canonical(domain)
        return settings.domains.filter { $0.member == domain }.flatMap { rates($0.rates, of: "domain \(domain)") }
    }

    private func domains(of transaction: Transaction) -> [String] {
        guard settings.hasDomains else { return [] }
        var seen: Set<String> = []
        let paths = [transaction.reversePath] + transaction.recipients.map(\.path)
        return paths.compactMap { $0.value?.domain.map { HostName.canonical($0) } }.filter { seen.insert($0).inserted }
    }

    private func count(
        _ client: IPAddress, _ what: String, limit: Int, _ symbol: Symbol, into report: inout StageReport,
        in surroundings: Surroundings
    ) async throws {
        guard limit > 0 else { return }
        let prefix = client.isV4 ? settings.prefixV4 : settings.prefixV6
        let network = prefix < client.bitWidth ? IPNetwork(client, prefixLength: prefix)?.description : nil
        let who = network ?? client.description
        let count = try await surroundings.state.increment(
            StateKey("throttle", what, who), by: 1, window: settings.window, at: surroundings.now)
        guard count > limit else { return }
        let evidence: Evidence = [
            "network": .text(who), what: .number(count), "limit": .number(limit),
            "window": .duration(settings.window),
        ]
        report.findings.append(Finding(symbol, evidence, scope: what == "messages" ? .transaction : .session))
    }

    /// How long a message takes at the rates that hold for it: what a second's worth is exceeded by has to wait, behind
    /// what others still have to send where a rate is shared.
    private func pass(_ octets: Int, at rates: [Rate], in surroundings: Surroundings) async throws -> StageReport {
        let (state, now) = (surroundings.state, surroundings.now)
        var slowest: (rate: Rate, wait: Int64)?
        for rate in rates {
            let own = Int64(octets) * 1000 / Int64(rate.bytesPerSecond)
            var queue: Int64 = 0
            if let name = rate.name {
                let key = StateKey("throttle", "busy", name)
                if let entry = try await state.get(key, at: now), let until = Int64(entry.value) {
                    // A clock that was set back leaves nobody waiting for hours.
                    queue = min(max(0, until &- now.milliseconds), Throttle.longestQueue)
                }
                let end = now + .milliseconds(min(queue + own, Throttle.longestQueue))
                try await state.put(key, String(end.milliseconds), expires: end + .seconds(1), at: now)
            }
            let wait = max(0, queue + own - 1000)
            if wait > slowest?.wait ?? 0 { slowest = (rate, wait) }
        }
        guard let (rate, wait) = slowest else { return .nothing }
        return StageReport(findings: [
            Finding(
                Throttle.slowed,
                [
                    "octets": .number(octets), "bytes_per_second": .number(rate.bytesPerSecond),
                    "shared_by": .text(rate.name ?? "session"), "wait": .duration(.milliseconds(wait)),
                ])
        ])
    }

    private static let longestQueue: Int64 = 3_600_000
}

/// What is counted and what is under way, for people.
extension Throttle: TellsState {
    public static func meaning(of held: HeldEntry, _ settings: Settings) -> StateMeaning? {
        let (parts, entry) = (held.key.parts, held.entry)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "connections", "messages":
            let count = StateCount.value(entry.value)
            let what = count == 1 ? String(parts[0].dropLast()) : parts[0]
            return StateMeaning(
                kind: "counter",
                text: "\(parts[1]): \(count) \(what) since \(StateMeaning.time(entry.created)), counted until "
                    + StateMeaning.time(entry.expires),
                fields: ["network": .string(parts[1]), "counted": .string(parts[0]), "count": .integer(count)])
        case "rate":
            let count = StateCount.value(entry.value)
            return StateMeaning(
                kind: "rate",
                text: "\(parts[1]): \(count) bytes since \(StateMeaning.time(entry.created))",
                fields: ["rate": .string(parts[1]), "octets": .integer(count)])
        case "busy":
            guard let until = Int64(entry.value) else { return nil }
            return StateMeaning(
                kind: "busy",
                text: "\(parts[1]) busy until \(StateMeaning.time(Timestamp(milliseconds: until)))",
                fields: ["rate": .string(parts[1])])
        default: return nil
        }
    }
}
