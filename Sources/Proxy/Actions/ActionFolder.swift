import Archives
import Glibc
import Synchronization
import Values

/// The folder where promised actions lie until they are done: each a file `ID.json`, with the message in `ID.eml` where
/// it takes that. One that is given up stays as `ID.failed` for whoever looks after it.
struct ActionFolder: Sendable {
    /// Its path.
    let path: String

    /// The largest description; it holds texts that a policy and a message have written.
    private static let descriptionLimit = 1 << 20
    private static let messageLimit = 2 << 30

    /// Writes an action so that it outlives a power cut; why it cannot be, else nil.
    func keep(_ action: PromisedAction, message: Bytes?) -> String? {
        if let message, let fault = write(message.array, as: "\(action.id).eml") { return fault }
        let draft = "\(action.id).part"
        if let fault = write(action.text, as: draft) { return fault }
        guard unsafe rename(file(draft), file("\(action.id).json")) == 0 else { return reason(errno) }
        return sync()
    }

    /// The actions that lie here, in the order in which they were promised, and how many files are none.
    func actions() -> (actions: [PromisedAction], unreadable: [String]) {
        var actions: [PromisedAction] = []
        var unreadable: [String] = []
        for name in FolderNames.of(path) ?? [] where name.hasSuffix(".json") {
            if let text = contents(of: name, limit: ActionFolder.descriptionLimit), let action = PromisedAction(text) {
                actions.append(action)
            } else {
                unreadable.append(name)
            }
        }
        return (actions.sorted { ($0.time, $0.id) < ($1.time, $1.id) }, unreadable)
    }

    /// The message that an action takes; nil when it cannot be had.
    func message(of id: String) -> Bytes? {
        contents(of: "\(id).eml", limit: ActionFolder.messageLimit).map { Bytes($0) }
    }

    /// Deletes what is done.
    func remove(_ id: String) {
        for ending in ["json", "eml"] { unsafe unlink(file("\(id).\(ending)")) }
    }

    /// Puts aside what is given up.
    func setAside(_ id: String) { unsafe rename(file("\(id).json"), file("\(id).failed")) }

    private func file(_ name: String) -> String { "\(path)/\(name)" }

    private func contents(of name: String, limit: Int) -> [UInt8]? {
        do throws(ArchiveError) {
            var source = try ByteSource(path: file(name))
            return try source.contents(limit: limit)?.array
        } catch {
            return nil
        }
    }

    private func write(_ bytes: [UInt8], as name: String) -> String? {
        let path = file(name)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return reason(errno) }
        errno = 0
        var fault: String?
        if !FileSpool.write(bytes, to: descriptor) || fsync(descriptor) != 0 {
            fault = reason(errno == 0 ? EIO : errno)
        }
        if close(descriptor) != 0, fault == nil { fault = reason(errno) }
        if fault != nil { unsafe unlink(path) }
        return fault
    }

    /// Puts the names in the folder on the disk.
    private func sync() -> String? {
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return reason(errno) }
        defer { close(folder) }
        // Some file systems cannot, and say EINVAL.
        return fsync(folder) == 0 || errno == EINVAL ? nil : reason(errno)
    }

    private func reason(_ code: Int32) -> String { unsafe "\(path): \(String(cString: strerror(code)))" }
}
