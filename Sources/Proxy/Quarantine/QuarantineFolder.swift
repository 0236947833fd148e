import Archives
import Glibc
import Mail
import NIOPosix
import Screening
import Synchronization
import Values

/// A folder of messages kept aside. Of each there is a file `ID.eml.zst`, the message as the client sent it, compressed
/// with Zstandard, and a file `ID.json` with its envelope and all that was found and ruled. `ID.released` tells what was
/// sent on since.
///
/// The same message is on the disk once, however often it came: `content/` has it under the digest of its bytes, and the
/// entries' files are links to that. `index.db` is an index of all entries, which is made anew where it is missing.
///
/// The description is what makes an entry: it appears at once and whole, after the message, and goes first when the
/// entry is deleted. Whoever lists the folder meanwhile sees an entry or none.
public final class QuarantineFolder: MessageStore {
    /// The folder's path.
    public let path: String
    /// How long messages stay, and how many.
    let retention: QuarantineRetention
    private let count = Mutex(0)
    let held = Mutex(HeldIndex())

    /// The folder at `path`, which has to be there.
    public init(path: String, retention: QuarantineRetention = QuarantineRetention()) {
        (self.path, self.retention) = (path, retention)
    }

    /// Why messages could not be kept in the folder at `path`; nil when they can.
    public static func obstacle(at path: String) -> String? {
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 { close(folder) }
        guard folder >= 0, unsafe access(path, W_OK | X_OK) == 0 else {
            return unsafe String(cString: strerror(errno))
        }
        return nil
    }

    public func keep(_ delivery: Delivery) async -> Keeping {
        await keep(delivery.message.bytes.array, of: delivery, parts: [])
    }

    public func keep(_ parts: SetAsideParts, of delivery: Delivery) async -> Keeping {
        await keep(parts.content.array, of: delivery, parts: parts.parts)
    }

    public func forget(_ id: String) async { _ = removeIfFree(id) }

    private func keep(_ message: [UInt8], of delivery: Delivery, parts: [SetAsideParts.Part]) async -> Keeping {
        // Waiting for a disk holds up no other session.
        let outcome = try? await NIOThreadPool.singleton.runIfActive {
            guard let frame = ZstdFrame.compressed(message) else {
                return Keeping.noRoom("\(self.path): memory is short")
            }
            let digest = QuarantineFolder.digest(of: message)
            guard self.makeRoom(for: frame.count, at: delivery.time) else {
                return Keeping.noRoom("\(self.path): holds as much as agent.quarantine_size lets it")
            }
            // Another process may have taken a name, if it began in the same millisecond.
            for _ in 0..<10 {
                let id = self.nextName(of: delivery.transaction.session.id)
                let description =
                    Array(
                        QuarantineFolder.description(
                            of: delivery, parts, size: message.count, digest: digest, id: id
                        ).text.utf8) + [.lf]
                switch self.write(frame, digest: digest, description, id: id) {
                case EEXIST: continue
                case 0:
                    self.enter(id, description)
                    self.tidy(at: delivery.time)
                    return Keeping.kept(id: id)
                case ENOSPC, EDQUOT, EFBIG: return .noRoom("\(self.path): no room is left")
                case let code: return .failed(unsafe "\(self.path): \(String(cString: strerror(code)))")
                }
            }
            return .failed("\(self.path): no name is free")
        }
        return outcome ?? .failed("\(path): the program is ending")
    }

    private func nextName(of session: String) -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return "\(session.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(100))-\(number)"
    }

    /// The file of an entry that ends in `ending`.
    func file(_ id: String, _ ending: String) -> String { "\(path)/\(id).\(ending)" }

    /// Writes the message, then its description under a passing name, whose renaming is what makes the entry one: a
    /// power cut leaves either all of it or nothing that counts. The system's reason when it cannot be done, else 0.
    private func write(_ frame: [UInt8], digest: String, _ description: [UInt8], id: String) -> Int32 {
        let (draft, final) = (file(id, "json.part"), file(id, "json"))
        let failure = place(frame, digest: digest, id: id)
        guard failure == 0 else { return failure }
        var reason = QuarantineFolder.write(description, to: draft)
        if reason == 0, unsafe rename(draft, final) != 0 { reason = errno }
        if reason == 0 { reason = syncFolder() }
        if reason != 0 {
            for leftover in [final, draft, file(id, "eml.zst")] { unsafe unlink(leftover) }
            dropContent(digest)
        }
        return reason
    }

    /// A new file on the disk; nothing is left of it when it cannot be had whole.
    static func write(_ bytes: [UInt8], to path: String) -> Int32 {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return errno }
        errno = 0
        var reason: Int32 = 0
        if !FileSpool.write(bytes, to: file) || fsync(file) != 0 { reason = errno == 0 ? EIO : errno }
        if close(file) != 0, reason == 0 { reason = errno }
        if reason != 0 { unsafe unlink(path) }
        return reason
    }

    /// Puts the names in the folder on the disk.
    func syncFolder() -> Int32 {
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return errno }
        defer { close(folder) }
        // Some file systems cannot, and say EINVAL.
        return fsync(folder) == 0 || errno == EINVAL ? 0 : errno
    }
}
