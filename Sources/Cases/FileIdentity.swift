import Glibc

/// What a file is, by its first bytes.
enum FileIdentity {
    case empty
    /// An SQLite database.
    case database
    case other

    /// What lies at `path`; nil when nothing does.
    init?(_ path: String) throws(CaseError) {
        var status = stat()
        // What is read of a pipe is lost to whoever is to read it.
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            self = .other
            return
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw CaseError(.inputOutput, path, unsafe "cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let magic = Array("SQLite format 3\0".utf8)
        var head = [UInt8](repeating: 0, count: magic.count)
        let count = unsafe Glibc.read(descriptor, &head, head.count)
        self = count == 0 ? .empty : count == magic.count && head == magic ? .database : .other
    }
}
