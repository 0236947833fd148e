import Glibc
import Reports

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

    /// Writes lines for people at once. Whatever they quote, from mail, DNS answers or the command line, is shown and
    /// cannot act on a terminal.
    static func write(_ text: String) { draw(TerminalText.safe(lines: text)) }

    /// Writes `text` as it is, which must hold nothing from outside.
    static func draw(_ text: String) {
        var output = FileOutput(descriptor: STDERR_FILENO, name: "standard error")
        output.append(Array(text.utf8))
        // Nobody is left to tell when standard error itself fails.
        try? output.flush()
    }
}
