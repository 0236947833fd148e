import Glibc
import Reports
import Screening
import Synchronization
import Values

/// Lines for whoever watches the agent: one each, whole, and with nothing in them that acts on a terminal.
final class Log: Sendable {
    /// How important a line is.
    typealias Level = AgentSettings.Operation.LogLevel

    /// Standard error.
    static let standardError = Log(descriptor: STDERR_FILENO)

    private struct Settings {
        var form = AgentSettings.Operation.LogForm.text
        var level = Level.info
    }

    private let descriptor: Int32
    private let settings = Mutex(Settings())
    private let turn = Mutex(())

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Goes by these from now on.
    func use(_ form: AgentSettings.Operation.LogForm, from level: Level) {
        settings.withLock { $0 = Settings(form: form, level: level) }
    }

    /// Whether lines of `level` are written.
    func writes(_ level: Level) -> Bool { settings.withLock { level >= $0.level } }

    /// Writes a line as it is. One that cannot be written is lost: mail does not wait for a log.
    func write(_ line: String) {
        let bytes = Array(TerminalText.safe(line, limit: 8000).utf8) + [.lf]
        turn.withLock { _ in
            var written = 0
            while written < bytes.count {
                let count = unsafe bytes.withUnsafeBytes {
                    unsafe Glibc.write(descriptor, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }

    /// Writes a line about the agent itself.
    func note(_ text: String, at now: Timestamp, _ level: Level = .notice) {
        guard writes(level) else { return }
        switch settings.withLock({ $0.form }) {
        case .text: write("\(now.rfc3339) assayd: \(level >= .warning ? "\(level.rawValue): " : "")\(text)")
        case .json:
            write(
                JSON.object([
                    "time": .string(now.rfc3339), "level": .string(level.rawValue),
                    "message": .string(String(text.prefix(4000))),
                ]).text)
        }
    }

    /// Writes the line about a transaction.
    func write(_ line: VerdictLine) {
        guard writes(.info) else { return }
        switch settings.withLock({ $0.form }) {
        case .text: write(line.text)
        case .json: write(line.json.text)
        }
    }
}
