import Proxy
import SMTP
import Screening
import Synchronization
import Values

/// What /metrics, /health and /ready tell.
final class StatusPages: Sendable {
    /// What is looked at: what holds since the policy was read last.
    struct Subject: Sendable {
        var configuration: ProxyServer.Configuration
        var quarantine: String?
        var spoolFolder: String
        var policyReadAt: Timestamp
    }

    private struct State {
        var subject: Subject
        var isStopping = false
        var reached: (at: ContinuousClock.Instant, isReachable: Bool)?
        var isProbing = false
        var use: (at: ContinuousClock.Instant, use: FolderUse?)?
    }

    private let metrics: ServiceMetrics
    private let version: String
    private let startedAt: Timestamp
    private let connections: @Sendable () -> Int
    private let lostSessions: @Sendable () -> Int
    private let state: Mutex<State>

    /// For how long a next hop that was reached counts as reachable, and an attempt to reach one for its outcome.
    private static let (greetingHolds, probeHolds) = (Duration.seconds(30), Duration.seconds(5))
    /// For how long the size of the quarantine is taken to be what it was: counting takes a look at every file.
    private static let useHolds = Duration.seconds(60)

    init(
        _ subject: Subject, metrics: ServiceMetrics, version: String, startedAt: Timestamp,
        connections: @escaping @Sendable () -> Int, lostSessions: @escaping @Sendable () -> Int
    ) {
        self.lostSessions = lostSessions
        (self.metrics, self.version, self.startedAt, self.connections) = (metrics, version, startedAt, connections)
        state = Mutex(State(subject: subject))
    }

    /// Looks at `subject` from now on.
    func use(_ subject: Subject) { state.withLock { $0 = State(subject: subject, isStopping: $0.isStopping) } }

    /// No mail is taken any more.
    func stop() { state.withLock { $0.isStopping = true } }

    /// What is at `path`.
    func answer(_ path: String) async -> StatusServer.Answer? {
        switch path {
        case "/health": return StatusServer.Answer(200, "ok\n")
        case "/ready":
            if state.withLock({ $0.isStopping }) { return StatusServer.Answer(503, "stopping\n") }
            return await isReachable()
                ? StatusServer.Answer(200, "ok\n") : StatusServer.Answer(503, "no mail server behind can be reached\n")
        case "/metrics": return StatusServer.Answer(200, metrics.text(await gauges()))
        default: return nil
        }
    }

    /// Whether a next hop can be reached: what mail has shown lately, else what an attempt shows. Whoever asks often
    /// causes no more attempts than one at a time.
    private func isReachable() async -> Bool {
        if metrics.hasGreetedNextHop(within: StatusPages.greetingHolds) { return true }
        let (known, pool) = state.withLock { state -> (Bool?, NextHopPool?) in
            if let reached = state.reached, state.isProbing || reached.at.duration(to: .now) < StatusPages.probeHolds {
                return (reached.isReachable, nil)
            }
            if state.isProbing { return (false, nil) }
            state.isProbing = true
            return (nil, state.subject.configuration.nextHop)
        }
        if let known { return known }
        let isReachable = await pool?.isReachable(within: .seconds(3)) ?? true
        state.withLock { state in
            state.isProbing = false
            state.reached = (.now, isReachable)
        }
        return isReachable
    }

    private func gauges() async -> ServiceMetrics.Gauges {
        let (subject, known) = state.withLock { ($0.subject, $0.use) }
        var gauges = ServiceMetrics.Gauges()
        (gauges.version, gauges.startedAt, gauges.policyReadAt) = (version, startedAt, subject.policyReadAt)
        (gauges.connections, gauges.lostSessions) = (connections(), lostSessions())
        gauges.isNextHopReachable = await isReachable()
        gauges.spoolFree = FolderUse.free(at: subject.spoolFolder)
        if let path = subject.quarantine {
            gauges.quarantineFree = FolderUse.free(at: path)
            if let known, known.at.duration(to: .now) < StatusPages.useHolds {
                gauges.quarantine = known.use
            } else {
                let use = await FolderUse.measured(path)
                state.withLock { $0.use = (.now, use) }
                gauges.quarantine = use
            }
        }
        return gauges
    }
}
