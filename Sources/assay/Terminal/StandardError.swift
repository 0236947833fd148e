import Glibc

/// Standard error, for messages and progress.
enum StandardError {
    /// Whether a person is watching.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes `text` at once.
    static func write(_ text: String) {
        var output = FileOutput(descriptor: STDERR_FILENO, name: "standard error")
        output.append(Array(text.utf8))
        // Nobody is left to tell when standard error itself fails.
        try? output.flush()
    }
}
