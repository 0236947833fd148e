import Glibc
import Replay
import Values

/// A line on standard error that says how far a replay is, how fast, and how long it will take; only on a terminal,
/// and only once it takes longer than a second.
struct ProgressBar {
    private let isShown = StandardError.isTerminal
    private let started = ContinuousClock.now
    private var drawn: ContinuousClock.Instant?
    private let totalBytes: Int?
    private let countsMessages: Bool

    /// A bar for archives of `totalBytes` bytes together, where that is known. Of logs, only bytes are counted. With
    /// `goesOn` the same command takes up a work that Ctrl-C stopped, which is told then.
    init(totalBytes: Int? = nil, countsMessages: Bool = true, goesOn: Bool = false) {
        (self.totalBytes, self.countsMessages) = (totalBytes, countsMessages)
        if isShown { ProgressBar.tidyWhenInterrupted(goesOn) }
    }

    /// Redraws the bar, five times a second at most.
    mutating func show(_ progress: Progress) {
        let bar = self
        show { bar.line(progress, elapsed: $0) }
    }

    /// Redraws the line, as that of so many things done.
    mutating func show(_ done: Int, of all: Int, _ what: String) {
        show { _ in "\(done) of \(all) \(what)" }
    }

    private mutating func show(_ text: (_ elapsed: Duration) -> String) {
        guard isShown else { return }
        let now = ContinuousClock.now
        guard started.duration(to: now) > .seconds(1) else { return }
        if let drawn, drawn.duration(to: now) < .milliseconds(200) { return }
        drawn = now
        // A line that wraps could not be drawn over.
        let line = text(started.duration(to: now)).prefix(StandardError.columns - 1)
        StandardError.draw("\r\u{1B}[K" + line)
    }

    /// Takes the bar off the screen.
    mutating func clear() {
        if drawn != nil { StandardError.draw("\r\u{1B}[K") }
        drawn = nil
    }

    /// Ends the line and says what became of the work, before the signal does what it does.
    private static func tidyWhenInterrupted(_ goesOn: Bool) {
        // A handler takes nothing along: there is one for each word.
        if goesOn {
            _ = signal(SIGINT) { number in
                ProgressBar.leave("\r\u{1B}[Kstopped; the same command goes on from here\n")
                _ = signal(number, SIG_DFL)
                _ = raise(number)
            }
        } else {
            _ = signal(SIGINT) { number in
                ProgressBar.leave("\r\u{1B}[Kstopped\n")
                _ = signal(number, SIG_DFL)
                _ = raise(number)
            }
        }
    }

    /// Writes by the system's call alone, as a handler of signals has to.
    private static func leave(_ text: StaticString) {
        _ = unsafe Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    private func line(_ progress: Progress, elapsed: Duration) -> String {
        let seconds = max(Double(elapsed.milliseconds) / 1000, 0.001)
        let speed = "\(megabytes(Double(progress.bytes) / seconds)) MB/s"
        let rate = countsMessages ? "\(Int(Double(progress.messages) / seconds)) messages/s, \(speed)" : speed
        let done = countsMessages ? "\(progress.messages) messages" : "\(megabytes(Double(progress.bytes))) MB"
        guard let totalBytes, totalBytes > 0 else { return "\(done), \(rate)" }
        let share = min(Double(progress.bytes) / Double(totalBytes), 1)
        let filled = Int(share * 20)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
        let left = share > 0 ? Int(seconds / share - seconds) : 0
        return "\(bar) \(Int(share * 100)) %  \(done), \(rate), \(clock(left)) left"
    }

    private func megabytes(_ bytes: Double) -> String {
        let tenths = Int(bytes / 100_000)
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func clock(_ seconds: Int) -> String {
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}
