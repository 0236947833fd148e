import Glibc
import Synchronization
import Values

/// A file of what a program is to scan, which only this user may read.
struct ScanFile: Sendable {
    let path: String

    private static let files = Atomic<UInt64>(0)

    /// Makes a file of `content`.
    init(of content: Bytes, in folder: String) throws(ScannerFault) {
        for _ in 0..<16 {
            let number = ScanFile.files.wrappingAdd(1, ordering: .relaxed).newValue
            let path = "\(folder)/assay-scan-\(getpid())-\(number)"
            let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            if descriptor < 0, errno == EEXIST { continue }
            guard descriptor >= 0 else { throw ScannerFault("\(path): \(systemError(errno))") }
            let failure = ScanFile.write(content, to: descriptor)
            _ = close(descriptor)
            if let failure {
                unsafe unlink(path)
                throw ScannerFault("\(path): \(failure)")
            }
            self.path = path
            return
        }
        throw ScannerFault("\(folder): a file of every name is there already")
    }

    /// What the program has made of it; nil where it is gone, is none any more, or holds more than `limit` bytes.
    func content(limit: Int) -> Bytes? {
        // The program may have put something else in its place.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { _ = close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
            return nil
        }
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while content.count <= limit {
            let count = unsafe read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return Bytes(content) }
            content += piece.prefix(count)
        }
        return nil
    }

    func remove() { unsafe unlink(path) }

    private static func write(_ content: Bytes, to descriptor: Int32) -> String? {
        content.withSpan { span in
            unsafe span.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count {
                    guard let start = bytes.baseAddress else { return nil }
                    let count = unsafe Glibc.write(descriptor, start + done, bytes.count - done)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return systemError(errno) }
                    done += count
                }
                return nil
            }
        }
    }
}

private func systemError(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
