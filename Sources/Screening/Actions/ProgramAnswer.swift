/// What became of a program that was to be run.
public enum ProgramAnswer: Sendable, Hashable {
    /// It ended by itself, with this code.
    case exited(Int)
    /// It was ended by a signal.
    case killed(signal: Int)
    /// It did not end in time, and was made to.
    case timedOut
    /// It could not be run.
    case failed(String)
    /// Nobody runs programs here, as in a replay: what it would have said is not known.
    case notRun(String)

    /// The exit code; nil where the program gave none.
    public var exitCode: Int? {
        if case .exited(let code) = self { code } else { nil }
    }

    /// What became of it, in words.
    public var text: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .killed(let signal): "ended by signal \(signal)"
        case .timedOut: "not done in time"
        case .failed(let reason): reason
        case .notRun(let reason): reason
        }
    }
}
