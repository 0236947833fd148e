import Proxy
import Screening
import Values

/// `assayd --check`: looks at everything that serving needs, and tells of each thing how it is.
struct StartCheck {
    let service: Service
    let files: [String]

    /// Throws what would keep the agent from serving.
    func run() async throws(StartError) {
        let settings = try service.settings(isCheck: true)
        let log = Log.standardError
        log.write("\(files.joined(separator: ", ")): the policy is good, and the files that it names can be read")
        for warning in settings.warnings { log.note(warning, at: Service.now, .warning) }
        let agent = settings.agent
        try service.settle(agent)
        if let user = agent.operation.user { log.write("agent.user: runs as \(user)") }
        for (key, path) in Service.folders(of: agent) { log.write("agent.\(key): \(path) can be written") }
        if let model = agent.autoLearn?.model { log.write("agent.auto_learn.model: \(model) can be written") }
        log.write("state: \(await AgentState.standing(of: settings.configuration.policy.state))")
        if let pool = settings.configuration.nextHop {
            let hops = await pool.probe(within: .seconds(5))
            for (server, obstacle) in hops {
                log.write("agent.next_hop: \(server) \(obstacle ?? "takes mail")")
            }
            if hops.allSatisfy({ $0.obstacle != nil }) {
                throw StartError(.unavailable, ["agent.next_hop: none of the servers takes mail now"])
            }
        }
        log.write("\(files.joined(separator: ", ")): assayd can serve by this policy")
    }
}
