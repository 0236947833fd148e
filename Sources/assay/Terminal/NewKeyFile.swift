import Glibc
import Values

/// A file that only its owner can read, complete on disk before anybody relies on it.
enum NewKeyFile {
    /// Throws a `Failure` when no key is to be written to `path`: something else than a file is there, or a file and
    /// not `replaces`.
    static func check(_ path: String, replaces: Bool) throws {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw FileOutput.failure(path)
        }
        let kind: String? =
            switch status.st_mode & S_IFMT {
            case S_IFREG: nil
            case S_IFDIR: "a folder"
            case S_IFLNK: "a symbolic link"
            case S_IFIFO: "a named pipe"
            case S_IFSOCK: "a socket"
            default: "a device"
            }
        if let kind {
            throw Failure(
                .inputOutput, TerminalLine.safe("\(path): is \(kind), not a file; a key is written to a file alone"))
        }
        if !replaces { throw taken(path) }
    }

    private static func taken(_ path: String) -> Failure {
        Failure(
            .inputOutput,
            TerminalLine.safe("\(path): is there already; --force replaces it, and the key in it is lost"))
    }

    /// Writes `text` to `path` with mode 0600. A file that is there stays as it is, unless `replaces`; then it is
    /// replaced whole. Throws a `Failure`.
    static func write(_ text: String, to path: String, replaces: Bool) throws {
        try check(path, replaces: replaces)
        let target = replaces ? path + ".part" : path
        if replaces { unsafe unlink(target) }
        let descriptor = unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw taken(target) }
            throw FileOutput.failure(target)
        }
        do {
            // The process's mask may take more away, never add.
            guard fchmod(descriptor, 0o600) == 0 else { throw FileOutput.failure(target) }
            var output = FileOutput(descriptor: descriptor, name: target)
            output.append(text)
            try output.flush()
            guard fsync(descriptor) == 0, close(descriptor) == 0 else { throw FileOutput.failure(target) }
            if replaces, unsafe rename(target, path) != 0 { throw FileOutput.failure(path) }
            try syncFolder(of: path)
        } catch {
            unsafe unlink(target)
            throw error
        }
    }

    /// Makes the name last as the contents do.
    private static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileOutput.failure(folder) }
        defer { close(descriptor) }
        // Some file systems cannot, and say EINVAL.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileOutput.failure(folder) }
    }
}
