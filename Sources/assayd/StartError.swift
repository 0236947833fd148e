import Archives
import Resolver

/// What keeps the agent from serving: messages for standard error and an exit code of sysexits(3).
struct StartError: Error {
    /// The exit codes.
    enum Code: Int32, Sendable {
        case usage = 64
        case badData = 65
        case noInput = 66
        case unavailable = 69
        case inputOutput = 74
        case policy = 78
    }

    let code: Code
    let messages: [String]

    init(_ code: Code, _ messages: [String]) { (self.code, self.messages) = (code, messages) }

    init(_ error: ArchiveError) {
        let code: Code =
            switch error.code {
            case .noSuchInput, .inaccessible: .noInput
            case .unreadable: .inputOutput
            case .damaged, .notMail, .messageTooLarge: .badData
            }
        self.init(code, [error.description])
    }

    init(_ error: DNSSourceError) {
        switch error {
        case .malformed: self.init(.usage, [error.description])
        case .noNameServer, .unresolvable: self.init(.unavailable, [error.description])
        case .unreadable(let cause): self.init(cause)
        case .tooLarge, .unusable: self.init(.badData, [error.description])
        }
    }
}
