import Glibc

/// The terminal with a screen of its own and every key handed over at once. However the program ends, by itself, by a
/// signal or by a crash, the terminal is given back as it was.
final class RawTerminal {
    /// What the terminal's settings were, for a signal's handler, which can be given nothing.
    /// A global of this type would get 57 bytes from the compiler, where the system writes 60.
    nonisolated(unsafe) private static let former = UnsafeMutablePointer<termios>.allocate(capacity: 1)
    private static let screenOn: StaticString = "\u{1B}[?1049h\u{1B}[?25l"
    private static let screenOff: StaticString = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"
    private static let endings = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE]
    private var isOn = false

    /// Takes the terminal; nil where input and output are not one.
    init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1,
            unsafe tcgetattr(STDIN_FILENO, RawTerminal.former) == 0
        else { return nil }
        for number in RawTerminal.endings {
            _ = signal(number) { number in
                // Both calls are allowed in a handler (POSIX.1 §2.4.3).
                RawTerminal.giveBack()
                _ = signal(number, SIG_DFL)
                _ = raise(number)
            }
        }
        take()
    }

    deinit { leave() }

    /// Gives the terminal back.
    func leave() {
        guard isOn else { return }
        isOn = false
        RawTerminal.giveBack()
    }

    /// Microseconds in which a process stands still that was told to.
    private static let untilStopped: UInt32 = 50_000

    /// Stops as ^Z does, with all of the job, and takes the terminal again when it goes on. Where no shell could let it go
    /// on, the system does not stop it.
    func suspend() {
        leave()
        // All of the job at once: were it stopped one after another, a shell that sees the first stand still could let the job
        // go on before the last does, which would then stand still for good.
        _ = kill(0, SIGTSTP)
        // Another thread may be the one that is told, and this one would take the terminal before it stands still.
        _ = usleep(RawTerminal.untilStopped)
        take()
    }

    /// Columns and rows.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// What was typed, after at most a fifth of a second; nil when the terminal is gone.
    func typed() -> [UInt8]? {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        let ready = unsafe poll(&input, 1, 200)
        guard ready > 0 else { return ready == 0 || errno == EINTR ? [] : nil }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
        guard count > 0 else { return count < 0 && errno == EINTR ? [] : nil }
        return Array(bytes.prefix(count))
    }

    /// Shows `lines`, one for each row; the first and the last stand out.
    func show(_ lines: [String]) throws {
        var output = FileOutput(descriptor: STDOUT_FILENO, name: "the terminal")
        output.append("\u{1B}[H")
        for (row, line) in lines.enumerated() {
            let standsOut = row == 0 || row == lines.count - 1
            output.append(standsOut ? "\u{1B}[7m\(line)\u{1B}[K\u{1B}[0m" : "\(line)\u{1B}[K")
            if row < lines.count - 1 { output.append("\r\n") }
        }
        output.append("\u{1B}[J")
        try output.flush()
    }

    private func take() {
        var raw = unsafe RawTerminal.former.pointee
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG | IEXTEN)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw)
        RawTerminal.write(RawTerminal.screenOn)
        isOn = true
    }

    private static func giveBack() {
        write(screenOff)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, former)
    }

    private static func write(_ text: StaticString) {
        _ = unsafe Glibc.write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }
}
