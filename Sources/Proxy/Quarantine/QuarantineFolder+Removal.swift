import Glibc
import Stores
import Values

extension QuarantineFolder {
    /// Deletes an entry, its description first.
    public func delete(_ id: String) async throws(QuarantineError) {
        try await holding(id) { () throws(QuarantineError) in try remove(id) }
    }

    func remove(_ id: String) throws(QuarantineError) {
        let content = try? message(id, findings: false).content
        guard unsafe unlink(file(id, "json")) == 0 else { throw .system(file(id, "json")) }
        for ending in ["eml.zst", "eml", "released"] where unsafe unlink(file(id, ending)) != 0 && errno != ENOENT {
            throw .system(file(id, ending))
        }
        if let content { dropContent(content) }
        _ = syncFolder()
        try? index(makes: false)?.remove([id])
    }

    /// Deletes an entry unless another program is at work on it; whether it did.
    func removeIfFree(_ id: String) -> Bool {
        let name = file(id, "json")
        let file = unsafe open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { try? index(makes: false)?.remove([id]) }
            return errno == ENOENT
        }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { return false }
        do { try remove(id) } catch { return false }
        return true
    }

    /// Deletes what a crash has left half written or half deleted, if it is older than an hour: younger it may be
    /// about to be made whole by somebody else. How many files that were.
    public func sweep(at now: Timestamp) throws(QuarantineError) -> Int {
        let names = try names()
        let whole = Set(names.filter { $0.hasSuffix(".json") }.map { $0.dropLast(5) })
        var count = 0
        for name in names {
            let id: Substring
            if name.hasSuffix(".json.part") {
                id = name.dropLast(10)
            } else if name.hasSuffix(".eml") || name.hasSuffix(".eml.zst") {
                id = name.dropLast(name.hasSuffix(".zst") ? 8 : 4)
                if whole.contains(id) { continue }
            } else if name.hasSuffix(".released") {
                id = name.dropLast(9)
                if whole.contains(id) { continue }
            } else {
                continue
            }
            var status = stat()
            let path = "\(path)/\(name)"
            guard QuarantineFolder.isID(String(id)), unsafe lstat(path, &status) == 0,
                status.st_mode & S_IFMT == S_IFREG, Int64(status.st_mtim.tv_sec) < now.seconds - 3600
            else { continue }
            if unsafe unlink(path) == 0 { count += 1 }
        }
        return count + sweepContent(at: now)
    }
}
