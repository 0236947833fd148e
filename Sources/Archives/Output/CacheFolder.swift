import Glibc
import Values

/// A folder of files that can be made anew at any time: only its owner can write or read there, since what is kept is
/// believed.
public struct CacheFolder: Sendable {
    /// Why a cache is not used, in words.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    public let path: String
    /// How many files are kept; the oldest go first.
    private static let fileLimit = 16

    public init(_ path: String) { self.path = path }

    /// Where caches of this user lie (XDG Base Directory Specification); nil where nothing says.
    public static func ofUser(_ environment: (String) -> String?) -> CacheFolder? {
        if let folder = environment("XDG_CACHE_HOME"), folder.hasPrefix("/") { return CacheFolder(folder + "/assay") }
        if let home = environment("HOME"), home.hasPrefix("/") { return CacheFolder(home + "/.cache/assay") }
        return nil
    }

    /// The contents of the file `name`; nil where there is none.
    public func contents(of name: String, limit: Int) throws(Problem) -> Bytes? {
        guard let folder = try open(creating: false) else { return nil }
        defer { close(folder) }
        let file = unsafe openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw problem("cannot be read: \(CacheFolder.reason())", name) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o022 == 0
        else { throw problem("others than its owner could have written it", name) }
        guard status.st_size <= limit else { throw problem("is larger than \(limit) bytes", name) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe read(file, $0.baseAddress.map { unsafe $0 + count }, $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw problem("cannot be read: \(CacheFolder.reason())", name) }
            if got == 0 { break }
            count += got
        }
        return Bytes(bytes)[0..<count]
    }

    /// Keeps `contents` as the file `name`: readers see the old ones or the new ones, whole.
    public func keep(_ contents: [UInt8], as name: String) throws(Problem) {
        guard let folder = try open(creating: true) else { return }
        defer { close(folder) }
        let draft = ".\(name).\(getpid())"
        _ = unsafe unlinkat(folder, draft, 0)
        let file = unsafe openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw problem("cannot be written: \(CacheFolder.reason())", name) }
        var isWhole = true
        var count = 0
        while count < contents.count {
            let put = unsafe contents.withUnsafeBytes {
                unsafe write(file, $0.baseAddress.map { unsafe $0 + count }, $0.count - count)
            }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else {
                isWhole = false
                break
            }
            count += put
        }
        isWhole = isWhole && fsync(file) == 0
        let failure = CacheFolder.reason()
        close(file)
        guard isWhole, unsafe renameat(folder, draft, folder, name) == 0 else {
            _ = unsafe unlinkat(folder, draft, 0)
            throw problem("cannot be written: \(failure)", name)
        }
        prune(folder, keeping: name)
    }

    /// The folder opened; nil where there is none. One that others could write to is refused.
    private func open(creating isCreated: Bool) throws(Problem) -> Int32? {
        if isCreated {
            if let end = path.lastIndex(of: "/"), end > path.startIndex {
                _ = unsafe mkdir(String(path[..<end]), 0o700)
            }
            _ = unsafe mkdir(path, 0o700)
        }
        let folder = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if folder < 0, errno == ENOENT, !isCreated { return nil }
        guard folder >= 0 else { throw problem("cannot be opened: \(CacheFolder.reason())") }
        var status = stat()
        guard unsafe fstat(folder, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            close(folder)
            throw problem("is not used: it has to belong to the user of this program, mode 0700")
        }
        return folder
    }

    /// Removes the oldest files but for so many.
    private func prune(_ folder: Int32, keeping name: String) {
        guard let names = FolderNames.of(path), names.count > CacheFolder.fileLimit else { return }
        var ages: [(changed: Int, name: String)] = []
        for other in names where other != name {
            var status = stat()
            guard unsafe fstatat(folder, other, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG
            else { continue }
            ages.append((status.st_mtim.tv_sec, other))
        }
        for (_, other) in ages.sorted(by: { ($0.changed, $0.name) < ($1.changed, $1.name) })
            .prefix(max(0, ages.count + 1 - CacheFolder.fileLimit))
        {
            _ = unsafe unlinkat(folder, other, 0)
        }
    }

    private func problem(_ words: String, _ name: String? = nil) -> Problem {
        Problem(description: "the cache \(name.map { "\(path)/\($0)" } ?? path) \(words)")
    }

    private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
