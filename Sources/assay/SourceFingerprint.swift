import Archives
import Cryptography
import Glibc
import Values

/// What tells whether a file or folder has changed: sizes, times of change, and the first bytes of a file.
enum SourceFingerprint {
    /// The fingerprint of what lies at `path`; nil for standard input and pipes, which cannot be read
    /// again.
    static func of(_ path: String) -> String? {
        if path == "-" { return nil }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return "missing" }
        if status.st_mode & S_IFMT == S_IFDIR {
            var listing: [UInt8] = []
            list(path, below: "", depth: 0, into: &listing)
            return "folder:" + SHA256.hexadecimal(Bytes(listing))
        }
        // What is read of a pipe is lost to whoever is to read it.
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        return "\(signature(of: status)):\(head(of: path))"
    }

    private static func signature(of status: stat) -> String {
        "\(status.st_size):\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }

    private static func head(of path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return "unreadable" }
        defer { close(descriptor) }
        var head = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(descriptor, &head, head.count)
        return SHA256.hexadecimal(Bytes(Array(head.prefix(max(0, count)))))
    }

    /// Appends a line for every file under a folder, in the order of their names. As in the archives themselves, no
    /// link to a folder is followed.
    private static func list(_ path: String, below name: String, depth: Int, into listing: inout [UInt8]) {
        guard depth < 32, let names = FolderNames.of(path) else { return }
        for entry in names {
            var status = stat()
            let (full, inner) = (path + "/" + entry, name + "/" + entry)
            guard unsafe lstat(full, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                list(full, below: inner, depth: depth + 1, into: &listing)
            } else {
                listing += "\(inner)\0\(signature(of: status))\n".utf8
            }
        }
    }
}
