import Reports

/// One line of output that may hold text from outside.
enum TerminalLine {
    /// The line without anything that could act on a terminal.
    static func safe(_ line: String) -> String { TerminalText.safe(line, limit: 4000) }
}
