import DNS
import Glibc
import Policy
import Proxy
import Resolver
import SMTP
import Scanners
import Screening
import Stages
import State
import Synchronization
import Values

/// The agent while it serves.
struct Service {
    private let source: PolicySource
    private let dns: String
    private let sessions = SessionNumbers(start: Service.now)
    private let state = AgentState()
    /// Which servers behind have failed a handshake lately: of use to this process alone.
    private let retries = MemoryState()
    let recorders = Recorders()
    let learners = AutoLearners()
    private let followers = LogFollowers()
    private let scanners = LiveScanners { Log.standardError.note($0, at: Service.now, .warning) }
    private let actions = AgentActions()
    /// The files that the policy in force is made of.
    var watchedFiles: WatchedFiles { source.watched }
    /// Counts what is done; a new policy leaves the counts.
    let metrics = ServiceMetrics()

    /// The most oddities of a policy that are told in the log.
    private static let mostWarnings = 20

    /// What a policy comes to.
    struct Settings: Sendable {
        let agent: AgentSettings
        var configuration: ProxyServer.Configuration
        /// By what means the actions of rules are done.
        let means: ActionMeans
        /// What whoever runs the agent should know.
        var warnings: [String] = []
    }

    /// An agent that serves by `files` and asks `dns`.
    init(files: [String], dns: String) { (source, self.dns) = (PolicySource(files: files), dns) }

    /// The time of day.
    static var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Serves until told to stop. Throws what keeps it from beginning.
    func run() async throws(StartError) {
        let log = Log.standardError
        // Before the first connection, so that no signal is lost.
        let signals = Signals([SIGTERM, SIGINT, SIGHUP])
        _ = signal(SIGPIPE, SIG_IGN)
        let manager = ServiceManager()
        var settings = try settings()
        log.use(settings.agent.operation.log, from: settings.agent.operation.logLevel)
        let server = try await bind(settings)
        let status = try await status(settings, server)
        try settle(settings.agent)
        // As the user that goes on: what it makes is that user's.
        try openState(for: &settings)
        // A listing takes its time on a large server, so only where it is of use.
        if DynamicScreen.countsConnections(under: settings.configuration.policy) { await state.forgetConnections() }
        settings.configuration.later = actions.queue(settings.agent, settings.means, metrics)
        server.use(settings.configuration)
        Service.sweep(settings.agent)
        for warning in settings.warnings { log.note(warning, at: Service.now, .warning) }
        let places = Service.places(of: settings.agent)
        let hops = settings.agent.nextHop.map(\.description).joined(separator: ", ")
        log.note("listening on \(places) for \(hops)\(settings.agent.isShadow ? ", in shadow" : "")", at: Service.now)
        async let serving: Void = server.run()
        async let _ = status.run()
        async let _ = Service.stayAlive(manager, server)
        manager.ready("listening on \(places)")
        await followers.use(settings.configuration.policy, settings.configuration.environment.state)
        let interval = Mutex(settings.agent.operation.listInterval)
        async let _ = watchLists(every: { interval.withLock { $0 } }, reload: signals.pretend)
        let quarantine = Mutex(settings.configuration.store as? QuarantineFolder)
        async let _ = Service.lookAfter { quarantine.withLock { $0 } }
        var current = settings
        for await number in signals.received {
            if number == SIGHUP {
                manager.reloading()
                current = reloaded(current, server)
                await followers.use(current.configuration.policy, current.configuration.environment.state)
                interval.withLock { $0 = current.agent.operation.listInterval }
                quarantine.withLock { $0 = current.configuration.store as? QuarantineFolder }
                status.pages.use(subject(current))
                manager.ready("listening on \(places)")
                continue
            }
            log.note("stopping; \(server.connectionCount) connections are open", at: Service.now)
            status.pages.stop()
            manager.stopping("\(server.connectionCount) connections are open")
            await server.drain(within: current.agent.timeouts.drain)
            break
        }
        await serving
        recorders.finish()
        learners.finish()
        await followers.stop()
        actions.stop()
        await state.close()
        log.note("stopped", at: Service.now)
    }

    private func bind(_ settings: Settings) async throws(StartError) -> ProxyServer {
        let (inherited, unusable) = ListenVariables.sockets()
        for descriptor in unusable {
            Log.standardError.note(
                "descriptor \(descriptor) of LISTEN_FDS is no socket to serve mail at", at: Service.now, .warning)
        }
        do {
            return try await ProxyServer.bind(
                settings.agent.listeners.map(\.address), inherited: inherited, settings.configuration
            ) {
                Log.standardError.note(
                    "the socket of LISTEN_FDS at \($0.address) is none that the policy listens on", at: Service.now,
                    .warning)
            }
        } catch {
            throw StartError(
                .unavailable, ["cannot listen on \(Service.places(of: settings.agent)): \(SystemReason.words(error))"])
        }
    }

    /// Where clients connect, with what is served there where that is not plain SMTP.
    private static func places(of agent: AgentSettings) -> String {
        agent.listeners.map { $0.mode == .smtp ? "\($0.address)" : "\($0.address) (\($0.mode.rawValue))" }
            .joined(separator: ", ")
    }

    /// The settings of the policy as it is now, in force from the next connection on; where it has mistakes, the ones
    /// that held before.
    private func reloaded(_ old: Settings, _ server: ProxyServer) -> Settings {
        let log = Log.standardError
        do throws(StartError) {
            var new = try settings()
            try openState(for: &new)
            new.configuration.later = actions.queue(new.agent, new.means, metrics)
            server.use(new.configuration)
            log.use(new.agent.operation.log, from: new.agent.operation.logLevel)
            metrics.noteReload(succeeded: true)
            for warning in new.warnings { log.note(warning, at: Service.now, .warning) }
            log.note("the policy was read anew and holds for new connections", at: Service.now)
            if new.agent.listeners.map(\.address) != old.agent.listeners.map(\.address) {
                log.note("the addresses to listen on have changed: that takes a restart", at: Service.now)
            }
            return new
        } catch {
            metrics.noteReload(succeeded: false)
            for message in error.messages { log.note(message, at: Service.now, .error) }
            log.note("the policy was not read anew; the one from before holds", at: Service.now)
            return old
        }
    }

    /// What the policy files come to now. Throws what keeps them from being served by.
    func settings(isCheck: Bool = false) throws(StartError) -> Settings {
        let policy = try source.policy()
        let agent = policy.agent
        var missing: [String] = []
        if agent.listeners.isEmpty { missing.append("agent.listen names no address to listen on") }
        if agent.nextHop.isEmpty { missing.append("agent.next_hop names no mail server to pass mail on to") }
        guard missing.isEmpty else {
            throw StartError(.policy, missing.map { "\(source.files.last ?? "policy"): \($0)" })
        }
        var problems = StartProblems()
        _ = problems.attempt { () throws(StartError) in try Service.checkFolders(agent) }
        let view: @Sendable (Timestamp) -> any DNSView
        do { view = try DNSSource(dns).open(missing: .unrecorded, trustAnchors: nil) } catch { throw StartError(error) }
        var environment = ScreeningEnvironment(dns: view, state: nil, scanner: scanners, timer: WallClockTimer())
        environment.programs = actions.programs
        var configuration = configuration(policy, environment)
        let hostname = configuration.smtp.hostname
        let signer = problems.attempt { () throws(StartError) in try SigningKeys.signer(for: policy) }
        let tls = problems.attempt { () throws(StartError) in try TLSFiles(agent, hostname: hostname) }
        let pool = nextHop(agent, (try? tls.get())?.connector)
        let means = problems.attempt { () throws(StartError) in
            try actions.means(policy, pool, hostname: hostname)
        }
        if isCheck { problems.note(AgentState.obstacle(to: policy.state)) }
        try problems.tell()
        configuration.edits.signer = try signer.get()
        configuration.tls = try tls.get().acceptor
        configuration.nextHop = pool
        var warnings = try tls.get().warnings + AgentActions.warnings(of: policy)
        warnings += policy.warnings.prefix(Service.mostWarnings).map(\.description)
        if agent.quarantine == nil, let place = policy.quarantiningLine {
            warnings.append(
                "\(place): mail goes into quarantine, and agent.quarantine names no folder: the client is asked to try "
                    + "again later, and again")
        }
        return Settings(agent: agent, configuration: configuration, means: try means.get(), warnings: warnings)
    }

    /// Opens what stages remember by. Apart from reading the policy, so that one that is not taken opens nothing.
    private func openState(for settings: inout Settings) throws(StartError) {
        settings.configuration.environment.state = try state.store(
            for: settings.configuration.policy.state, log: .standardError)
    }

    private func configuration(
        _ policy: ScreeningPolicy, _ environment: ScreeningEnvironment
    ) -> ProxyServer.Configuration {
        let agent = policy.agent
        var smtp = ServerConfiguration(hostname: agent.hostname ?? Service.hostname)
        smtp.extensions = ServerExtension.standard + [.chunking]
        smtp.sizeLimit = agent.sizeLimit
        smtp.discipline = agent.bareLineEnds
        smtp.requiresTLSForAuthentication = !agent.authenticatesWithoutTLS
        let sessions = sessions
        var configuration = ProxyServer.Configuration(
            policy: policy, environment: environment, smtp: smtp, clock: { Service.now }, sessionID: { sessions.next() }
        )
        configuration.store = agent.quarantine.map {
            QuarantineFolder(path: $0, retention: agent.quarantineRetention)
        }
        configuration.isShadow = agent.isShadow
        configuration.balancers = agent.balancers
        configuration.expectsProxyHeader = !agent.balancers.isEmpty
        configuration.spoolFolder = agent.spoolFolder
        configuration.spoolMemory = agent.spoolMemory
        configuration.bannerDelay = agent.bannerDelay
        configuration.timeouts.command = agent.timeouts.command
        configuration.timeouts.dataBlock = agent.timeouts.data
        configuration.timeouts.handshake = agent.tls.handshakeTimeout
        configuration.listeners = agent.listeners
        configuration.onFault = { Log.standardError.note($0, at: Service.now) }
        configuration.recorder = agent.recording.map { recorders.recorder($0) }
        apply(agent, to: &configuration)
        return configuration
    }

    private func nextHop(_ agent: AgentSettings, _ connector: TLSConnector?) -> NextHopPool {
        var hops = NextHopConfiguration(agent, tls: connector)
        hops.retry = TLSRetryList(retries, time: agent.nextHopTLS.retry) { Service.now }
        return NextHopPool(hops) { Log.standardError.note($0, at: Service.now) }
    }

    private static var hostname: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? "localhost" : text
    }
}

/// Names for sessions: the time at which the agent began, and a number. They tell nobody anything that a log does not.
final class SessionNumbers: Sendable {
    private let prefix: String
    private let count = Mutex<UInt64>(0)

    init(start: Timestamp) { prefix = String(start.milliseconds, radix: 36) }

    /// A name that no session had before.
    func next() -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return "\(prefix)-\(number)"
    }
}
