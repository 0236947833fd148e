import Archives
import Cryptography
import Glibc
import Policy
import Proxy
import Screening
import Stages
import Synchronization
import Values

/// What rules want done about messages once their fate is settled: kept and done as long as the service runs.
final class AgentActions: Sendable {
    private struct Running {
        let queue: ActionQueue
        let task: Task<Void, Never>
    }

    private let running = Mutex<Running?>(nil)
    /// Runs programs, those that conditions ask too.
    let programs = ProgramLauncher()

    /// The means that a policy gives. Throws what keeps one from being used.
    func means(
        _ policy: ScreeningPolicy, _ nextHop: NextHopPool, hostname: String
    ) throws(StartError) -> ActionMeans {
        let settings = policy.settings(of: ContentFilter.self)
        if let place = settings?.laterAction, policy.agent.actions.folder == nil {
            throw StartError(
                .policy,
                [
                    "\(place): notes, web calls and programs wait in a folder until they are done: set agent.actions"
                ])
        }
        let services = settings?.webhooks ?? []
        var client = WebhookClient(tls: try AgentActions.connector(services))
        for service in services {
            guard let secret = service.secretFile else { continue }
            let path = PolicyFiles.path(of: secret.value, namedAt: secret.place)
            let contents: Bytes
            do { contents = try PolicySource.secret(in: path, limit: 1 << 16) } catch { throw StartError(error) }
            let code = Array(contents.array.prefix { $0 != .lf && $0 != .cr })
            guard !code.isEmpty else { throw StartError(.badData, ["\(path): there is no secret in it"]) }
            client.secrets[service.name] = code
        }
        return ActionMeans(
            programs: programs, webhooks: client, nextHop: nextHop, hostname: hostname, clock: { Service.now })
    }

    /// Programs of rules that cannot be run as things are.
    static func warnings(of policy: ScreeningPolicy) -> [String] {
        (policy.settings(of: ContentFilter.self)?.programFiles ?? []).compactMap { name, path, place in
            guard unsafe access(path, X_OK) != 0 else { return nil }
            let reason = unsafe String(cString: strerror(errno))
            return "\(place): the program \"\(name)\" cannot be run: \(path): \(reason)"
        }
    }

    /// Goes on with what waits in the folder of `agent`, and takes more, by these means from now on; nil where the policy
    /// names no folder. Another folder takes a restart.
    func queue(_ agent: AgentSettings, _ means: ActionMeans, _ metrics: ServiceMetrics) -> ActionQueue? {
        running.withLock { running in
            if let running {
                running.queue.use(means)
                return running.queue
            }
            guard let folder = agent.actions.folder else { return nil }
            let queue = ActionQueue(
                folder: folder, limit: agent.actions.limit, patience: agent.actions.patience, means: means,
                clock: { Service.now },
                onFault: { reason in
                    metrics.note(.action)
                    Log.standardError.note(reason, at: Service.now, .warning)
                })
            running = Running(queue: queue, task: Task { await queue.run() })
            return queue
        }
    }

    /// Does nothing more; what is not done waits in its folder.
    func stop() {
        running.withLock { running in
            running?.task.cancel()
            running = nil
        }
    }

    /// Certificates of web services are always verified: what is told of mail is nobody else's business.
    private static func connector(_ services: [ContentWebhook]) throws(StartError) -> TLSConnector? {
        guard services.contains(where: { $0.url.hasPrefix("https:") }) else { return nil }
        guard let authorities = CertificateStore.system() else {
            throw StartError(.noInput, ["the system's authorities cannot be read; web services need them"])
        }
        do throws(TLSFault) {
            return try TLSConnector(authorities: authorities, clock: { Service.now })
        } catch {
            throw StartError(.badData, ["web services: \(error)"])
        }
    }
}
