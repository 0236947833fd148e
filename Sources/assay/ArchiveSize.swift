import Archives
import Glibc

/// What the archives of a replay take on disk: what its progress is measured by.
enum ArchiveSize {
    /// The bytes of all files under `paths`; nil when standard input is among them or nothing is known.
    static func total(of paths: [String]) -> Int? {
        var total = 0
        for path in paths {
            guard path != "-", let size = size(of: path, depth: 0) else { return nil }
            total += size
        }
        return total
    }

    private static func size(of path: String, depth: Int) -> Int? {
        var status = stat()
        // Below the top no link is followed: links to folders could be walked in circles.
        guard unsafe (depth == 0 ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        if status.st_mode & S_IFMT == S_IFREG { return Int(status.st_size) }
        guard status.st_mode & S_IFMT == S_IFDIR, depth < 16, let names = FolderNames.of(path) else { return nil }
        var total = 0
        for name in names { total += size(of: path + "/" + name, depth: depth + 1) ?? 0 }
        return total
    }
}
