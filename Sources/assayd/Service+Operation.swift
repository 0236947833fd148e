import Policy
import Proxy
import SMTP
import Screening
import Stages
import Values

extension Service {
    /// The version of this program.
    static let version = "0.1.0"

    /// What the policy says of marks, limits and counting.
    func apply(_ agent: AgentSettings, to configuration: inout ProxyServer.Configuration) {
        let metrics = metrics
        configuration.metrics = metrics
        configuration.limits = ConnectionLimits(agent)
        configuration.smtp.delaysRefusals = agent.enforcement.delaysRefusals
        configuration.edits = MessageEditor(
            agent, hostname: configuration.smtp.hostname, program: "assay \(Service.version)",
            required: configuration.policy.thresholds.first { $0.disposition == .tag }?.score.value)
        configuration.edits.onFault = {
            metrics.note(.signature)
            Log.standardError.note($0, at: Service.now, .warning)
        }
        let learner = learners.learner(agent.autoLearn)
        if let choices = learner?.choices {
            configuration.edits.spamFields?.learning = { choices.choice($0, in: $1).word }
        }
        configuration.onRecord = { record in
            metrics.note(record)
            learner?.note(record, at: Service.now)
            guard Log.standardError.writes(.info) else { return }
            Log.standardError.write(VerdictLine(record, at: Service.now, isShadow: agent.isShadow))
        }
    }

    /// Becomes who the policy says, now that ports are bound and keys are read, and looks whether the folders can be
    /// written as that user. Throws when this cannot be done, and for root without a word of the policy on low ports.
    func settle(_ agent: AgentSettings) throws(StartError) {
        if let identity = try Privileges.identity(agent.operation) {
            if agent.identification == .transparent, identity.userID != 0, Privileges.isRoot {
                throw StartError(
                    .policy,
                    [
                        "agent.identification: transparent takes the capability CAP_NET_ADMIN, which agent.user gives "
                            + "up: start assayd as \(identity.user) with AmbientCapabilities, as assayd(8) shows"
                    ])
            }
            try Privileges.become(identity)
        } else if Privileges.isRoot {
            let hasLowPort = agent.listeners.contains { $0.address.isPrivileged }
            // Whoever tries things out in a container is root and takes high ports; in front of a mail server nobody
            // has to be.
            if hasLowPort {
                throw StartError(
                    .policy,
                    ["agent.user is not set, and assayd does not serve as root: name a user, or root if it has to be"])
            }
            Log.standardError.note("running as root; agent.user would change that", at: Service.now, .warning)
        }
        // As the user that goes on: the files that are made are that user's.
        var problems = StartProblems()
        _ = problems.attempt { () throws(StartError) in try Service.checkFolders(agent) }
        _ = problems.attempt { () throws(StartError) in try Service.checkLearning(agent) }
        try problems.tell()
    }

    /// The folders that the agent keeps messages in, with the keys of the section `agent` that name them.
    static func folders(of agent: AgentSettings) -> [(key: String, path: String)] {
        let folders = [
            ("spool_folder", agent.spoolFolder), ("quarantine", agent.quarantine), ("actions", agent.actions.folder),
            ("record", agent.recording?.folder),
        ]
        return folders.compactMap { key, path in
            guard let path, !path.isEmpty else { return nil }
            return (key, path)
        }
    }

    /// Throws when messages could not be kept where the policy says: every place of which that is so.
    static func checkFolders(_ agent: AgentSettings) throws(StartError) {
        let problems = folders(of: agent).compactMap { key, path in
            QuarantineFolder.obstacle(at: path).map {
                "agent.\(key): \(path): \($0); assayd keeps messages there"
            }
        }
        guard problems.isEmpty else { throw StartError(.inputOutput, problems) }
    }

    /// Throws when what is learned could not be kept where the policy says.
    static func checkLearning(_ agent: AgentSettings) throws(StartError) {
        if let settings = agent.autoLearn { try AutoLearner.check(settings) }
    }

    /// Deletes what a crash has left half written in the quarantine, and what is kept there for too long; brings its
    /// index up to date.
    static func sweep(_ agent: AgentSettings) {
        guard let path = agent.quarantine else { return }
        let folder = QuarantineFolder(path: path, retention: agent.quarantineRetention)
        let count = (try? folder.sweep(at: now)) ?? 0
        if count > 0 { Log.standardError.note("\(path): \(count) half-written files were removed", at: now) }
        folder.tidy(at: now)
    }

    /// Deletes what has been kept in quarantine for long enough, though no further mail comes.
    static func lookAfter(_ folder: @Sendable () -> QuarantineFolder?) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(600))
            guard !Task.isCancelled else { return }
            await folder()?.lookThrough(at: now)
        }
    }

    /// What the pages about the service look at.
    func subject(_ settings: Settings) -> StatusPages.Subject {
        StatusPages.Subject(
            configuration: settings.configuration, quarantine: settings.agent.quarantine,
            spoolFolder: settings.agent.spoolFolder, policyReadAt: Service.now)
    }

    /// The pages about the service where the policy wants them. Throws when their address cannot be bound.
    func status(_ settings: Settings, _ server: ProxyServer) async throws(StartError) -> Status {
        let pages = StatusPages(
            subject(settings), metrics: metrics, version: Service.version, startedAt: Service.now,
            connections: { server.connectionCount }, lostSessions: { [recorders] in recorders.lostSessions })
        guard let address = settings.agent.operation.metrics else { return Status(pages: pages, server: nil) }
        do {
            return Status(pages: pages, server: try await StatusServer.bind(address) { await pages.answer($0) })
        } catch {
            throw StartError(.unavailable, ["agent.metrics: cannot listen on \(address): \(SystemReason.words(error))"])
        }
    }

    /// What is told of the service, and who tells it.
    struct Status: Sendable {
        let pages: StatusPages
        let server: StatusServer?

        /// Serves until cancelled.
        func run() async { await server?.run() }
    }

    /// Tells the service manager that this program is alive, as often as it wants that.
    static func stayAlive(_ manager: ServiceManager, _ server: ProxyServer) async {
        guard let interval = manager.watchdogInterval else { return }
        while !Task.isCancelled {
            // A thread that hangs keeps the sign of life from being given.
            await EventLoops.answer()
            manager.alive()
            manager.status("serving; \(server.connectionCount) connections are open")
            try? await Task.sleep(for: interval)
        }
    }
}

extension ServerAddress {
    /// Whether only root may listen there.
    fileprivate var isPrivileged: Bool {
        switch self {
        case .tcp(_, let port): port < 1024
        case .unix: false
        }
    }
}
