import Archives
import Values

extension DNSSourceError {
    /// How a program ends that cannot go on without the source.
    public var exitStatus: ExitStatus {
        switch self {
        case .malformed: .usage
        case .noNameServer, .unresolvable: .unavailable
        case .unreadable(let cause): cause.code.exitStatus
        case .tooLarge, .unusable: .badData
        }
    }
}
