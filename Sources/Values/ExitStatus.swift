/// The exit codes of the programs, those of sysexits(3) but for the first.
public enum ExitStatus: Int32, Sendable {
    /// Nothing failed: what was compared differs, as diff(1) says it.
    case differs = 1
    case usage = 64
    case badData = 65
    case noInput = 66
    case unavailable = 69
    case inputOutput = 74
    case policy = 78
}
