import Glibc
import Reports
import Synchronization
import Values

/// Lines for whoever watches the agent: one each, whole, and with nothing in them that acts on a terminal.
final class Log: Sendable {
    /// Standard error.
    static let standardError = Log(descriptor: STDERR_FILENO)

    private let descriptor: Int32
    private let turn = Mutex(())

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Writes a line. One that cannot be written is lost: mail does not wait for a log.
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
    func note(_ text: String, at now: Timestamp) { write("\(now.rfc3339) assayd: \(text)") }
}
