import Glibc
import Values

/// A file in shared memory, for parsers that read files.
struct MemoryFile: Sendable {
    static let shared = MemoryFile()

    private let path = "/dev/shm/assay-fuzz-\(getpid())"

    /// Makes `bytes` the file's whole contents; its path, or nil when it cannot be written.
    func hold(_ bytes: Bytes) -> String? {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let written = bytes.withSpan { span in
            unsafe span.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        }
        return written == bytes.count ? path : nil
    }
}
