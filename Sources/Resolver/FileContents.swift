import Glibc
import Values

/// Whole files of DNS data.
enum FileContents {
    /// Everything in the file at `path`, as it is on disk.
    static func read(_ path: String) throws(DNSSourceError) -> Bytes {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? .noSuchFile(path: path) : .unreadable(path: path, errno: errno)
        }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return Bytes(contents) }
            if count > 0 {
                contents += chunk[..<count]
            } else if errno != EINTR {
                throw .unreadable(path: path, errno: errno)
            }
        }
    }
}
