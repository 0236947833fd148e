import Archives
import Cryptography
import Glibc
import Values

/// The SHA-256 of files as they are stored.
enum FileDigest {
    /// The digest of the file at `path` in hexadecimal, and its size; nil when it cannot be read.
    static func of(_ path: String) -> (sha256: String, size: Int)? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var digest = Digest(.sha256)
        var size = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            digest.update(Bytes(buffer, in: 0..<count))
            size += count
        }
        return (Hexadecimal.text(digest.finalize()), size)
    }

    /// The digest of an archive: of a folder, that of a list of its files, a line each of digest, size and name, in the
    /// order of their names. Nil for standard input, pipes, and what cannot be read.
    static func ofArchive(_ path: String) -> (sha256: String, size: Int)? {
        if path == "-" { return nil }
        guard let names = FolderNames.of(path) else { return isFile(path) ? of(path) : nil }
        var (listing, size): ([UInt8], Int) = ([], 0)
        list(path, names, below: "", depth: 0, into: &listing, &size)
        return (SHA256.hexadecimal(Bytes(listing)), size)
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func list(
        _ path: String, _ names: [String], below name: String, depth: Int, into listing: inout [UInt8],
        _ size: inout Int
    ) {
        guard depth < 32 else { return }
        for entry in names {
            let (full, inner) = (path + "/" + entry, name.isEmpty ? entry : name + "/" + entry)
            var status = stat()
            guard unsafe lstat(full, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                list(full, FolderNames.of(full) ?? [], below: inner, depth: depth + 1, into: &listing, &size)
            } else if let file = of(full) {
                listing += "\(file.sha256) \(file.size) \(inner)\n".utf8
                size += file.size
            }
        }
    }
}
