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

    /// A bar for archives of `totalBytes` bytes together, where that is known.
    init(totalBytes: Int?) { self.totalBytes = totalBytes }

    /// Redraws the bar, five times a second at most.
    mutating func show(_ progress: Progress) {
        guard isShown else { return }
        let now = ContinuousClock.now
        guard started.duration(to: now) > .seconds(1) else { return }
        if let drawn, drawn.duration(to: now) < .milliseconds(200) { return }
        drawn = now
        // A line that wraps could not be drawn over.
        let line = line(progress, elapsed: started.duration(to: now)).prefix(StandardError.columns - 1)
        StandardError.draw("\r\u{1B}[K" + line)
    }

    /// Takes the bar off the screen.
    mutating func clear() {
        if drawn != nil { StandardError.draw("\r\u{1B}[K") }
        drawn = nil
    }

    private func line(_ progress: Progress, elapsed: Duration) -> String {
        let seconds = max(Double(elapsed.milliseconds) / 1000, 0.001)
        let rate =
            "\(Int(Double(progress.messages) / seconds)) messages/s, \(megabytes(Double(progress.bytes) / seconds)) MB/s"
        guard let totalBytes, totalBytes > 0 else { return "\(progress.messages) messages, \(rate)" }
        let share = min(Double(progress.bytes) / Double(totalBytes), 1)
        let filled = Int(share * 20)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
        let left = share > 0 ? Int(seconds / share - seconds) : 0
        return "\(bar) \(Int(share * 100)) %  \(progress.messages) messages, \(rate), \(clock(left)) left"
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
