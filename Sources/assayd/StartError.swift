import Archives
import Resolver
import Values

/// What keeps the agent from serving: messages for standard error and an exit code.
struct StartError: Error {
    let code: ExitStatus
    let messages: [String]

    init(_ code: ExitStatus, _ messages: [String]) { (self.code, self.messages) = (code, messages) }

    init(_ error: ArchiveError) { self.init(error.code.exitStatus, [error.description]) }

    init(_ error: DNSSourceError) { self.init(error.exitStatus, [error.description]) }
}
