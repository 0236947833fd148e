import Glibc
import Screening
import Synchronization
import Values

/// Keeps a message that is being received: in memory up to a size, then in a file without a name, which is gone
/// whatever becomes of this process.
final class FileSpool: MessageSpool {
    private struct Contents {
        var memory: [UInt8] = []
        var file: Int32 = -1
        var fileSize = 0
    }

    private let folder: String
    private let memoryLimit: Int
    private let metrics: ServiceMetrics?
    private let contents = Mutex(Contents())

    /// A spool whose file is made in `folder`; up to `memoryLimit` octets stay in memory.
    init(folder: String, memoryLimit: Int, metrics: ServiceMetrics? = nil) {
        (self.folder, self.memoryLimit, self.metrics) = (folder, memoryLimit, metrics)
    }

    deinit { discard() }

    func append(_ bytes: Bytes) -> Bool {
        contents.withLock { contents in
            if contents.memory.isEmpty { contents.memory = bytes.array } else { contents.memory += bytes }
            guard contents.memory.count > memoryLimit else { return true }
            if contents.file < 0 { contents.file = FileSpool.namelessFile(in: folder) }
            guard contents.file >= 0, FileSpool.write(contents.memory, to: contents.file) else { return false }
            contents.fileSize += contents.memory.count
            metrics?.noteSpooled(contents.memory.count)
            contents.memory = []
            return true
        }
    }

    func take() -> Bytes? {
        contents.withLock { contents in
            defer { clear(&contents) }
            guard contents.file >= 0 else { return Bytes(contents.memory) }
            guard let written = FileSpool.read(contents.fileSize, from: contents.file) else { return nil }
            return Bytes(written + contents.memory)
        }
    }

    func discard() { contents.withLock { clear(&$0) } }

    private func clear(_ contents: inout Contents) {
        if contents.file >= 0 { close(contents.file) }
        if contents.fileSize > 0 { metrics?.noteSpooled(-contents.fileSize) }
        contents = Contents()
    }

    private static func namelessFile(in folder: String) -> Int32 {
        var path = Array("\(folder)/assayd-XXXXXX".utf8CString)
        let file = unsafe mkstemp(&path)
        guard file >= 0 else { return -1 }
        unsafe unlink(path)
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        return file
    }

    /// Writes all of `bytes`; false when that cannot be done.
    static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }

    /// The first `size` bytes of a file; nil when there are not so many.
    static func read(_ size: Int, from file: Int32) -> [UInt8]? {
        var position = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while position < size {
                let got = unsafe pread(
                    file, buffer.baseAddress.map { unsafe $0 + position }, size - position, off_t(position))
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                position += got
            }
            count = position
        }
        return position == size ? bytes : nil
    }
}
