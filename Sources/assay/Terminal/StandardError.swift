import Glibc

/// Standard error, for messages and progress.
enum StandardError {
    /// Whether a person is watching.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// The width of the terminal, in characters; 80 where it does not tell.
    static var columns: Int {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes `text` at once.
    static func write(_ text: String) {
        var output = FileOutput(descriptor: STDERR_FILENO, name: "standard error")
        output.append(Array(text.utf8))
        // Nobody is left to tell when standard error itself fails.
        try? output.flush()
    }
}
