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

    /// What 1 means, where a command compares: the pages that have it.
    private static let differences: [String: String] = [
        "assay-replay": "With --as-recorded: a verdict is not as it was recorded.",
        "assay-diff": "A condition of --fail-if holds.",
        "assay-evidence-verify": "Something is not as it was exported.",
    ]

    /// The codes of a page.
    static func codes(of page: String) -> [(code: Int, meaning: String)] {
        guard let meaning = differences[page] else { return all }
        return [all[0], (1, meaning)] + all.dropFirst()
    }
}
