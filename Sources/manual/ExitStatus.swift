/// The exit codes of the command line contract, after sysexits(3).
enum ExitStatus {
    static let all: [(code: Int, meaning: String)] = [
        (0, "Done."),
        (64, "The command was called in a way it does not understand."),
        (65, "Some input is damaged or is not what it should be; what could be read was used."),
        (66, "Some input is not there or may not be read."),
        (69, "A service that was asked for is not available."),
        (74, "Reading or writing failed."),
        (78, "The policy has mistakes; each is told on standard error with its file, line and column."),
    ]
}
