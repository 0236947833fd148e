import Glibc
import Values

/// Bytes to descriptor 1.
enum StandardOutput {
    /// Writes all of `bytes`.
    static func write(_ bytes: Bytes) throws {
        try bytes.withSpan { span in
            try unsafe span.withUnsafeBytes { buffer in
                var written = 0
                while written < buffer.count {
                    let count = unsafe Glibc.write(
                        STDOUT_FILENO, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
                    guard count > 0 else {
                        throw Bench.Failure(unsafe "standard output: \(String(cString: strerror(errno)))")
                    }
                    written += count
                }
            }
        }
    }
}
