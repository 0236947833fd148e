import Glibc
import Mail
import NIOPosix
import Screening
import Synchronization
import Values

/// A folder of messages kept aside: each a file `ID.eml` as the client sent it, and a file `ID.json` with its envelope
/// and all that was found and ruled.
public final class QuarantineFolder: MessageStore {
    private let path: String
    private let count = Mutex(0)

    /// The folder at `path`, which has to be there.
    public init(path: String) { self.path = path }

    /// Why messages could not be kept in the folder at `path`; nil when they can.
    public static func obstacle(at path: String) -> String? {
        guard unsafe access(path, W_OK | X_OK) == 0 else { return unsafe String(cString: strerror(errno)) }
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return unsafe String(cString: strerror(errno)) }
        close(folder)
        return nil
    }

    public func keep(_ delivery: Delivery) async -> String? {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let id = QuarantineFolder.name(delivery.transaction.session.id, number)
        let message = delivery.message.bytes.array
        let description = Array(QuarantineFolder.json(delivery, id: id).text.utf8) + [.lf]
        // Waiting for a disk holds up no other session.
        return try? await NIOThreadPool.singleton.runIfActive {
            self.write(message, description, id: id) ? id : nil
        }
    }

    /// A name without anything that means something in a path.
    private static func name(_ session: String, _ number: Int) -> String {
        "\(session.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })-\(number)"
    }

    private static func json(_ delivery: Delivery, id: String) -> JSON {
        let transaction = delivery.transaction
        var record = TransactionRecord(
            source: transaction.session.id, session: transaction.session, judgement: delivery.judgement)
        record.time = .observed(delivery.time)
        record.reversePath = transaction.reversePath
        record.recipients = transaction.recipients.map(\.path)
        record.describe(delivery.message)
        let taken = delivery.accepted.filter(transaction.recipients.indices.contains).map {
            JSON(transaction.recipients[$0].path.value?.address)
        }
        return .object([
            "id": .string(id), "time": .string(delivery.time.rfc3339),
            "mail_from": JSON(transaction.reversePath.value?.address), "rcpt_to": .array(taken), "record": record.json,
        ])
    }

    /// Writes the message, then its description under a passing name, whose renaming is what makes the entry one: a
    /// power cut leaves either all of it or nothing that counts.
    private func write(_ message: [UInt8], _ description: [UInt8], id: String) -> Bool {
        let (content, draft, final) = ("\(path)/\(id).eml", "\(path)/\(id).json.part", "\(path)/\(id).json")
        guard QuarantineFolder.file(message, at: content) else { return false }
        guard QuarantineFolder.file(description, at: draft), unsafe rename(draft, final) == 0, syncFolder() else {
            for leftover in [content, draft, final] { unsafe unlink(leftover) }
            return false
        }
        return true
    }

    /// A new file on the disk; nothing is left of it when it cannot be had whole.
    private static func file(_ bytes: [UInt8], at path: String) -> Bool {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return false }
        let isWritten = FileSpool.write(bytes, to: file) && fsync(file) == 0
        guard close(file) == 0, isWritten else {
            unsafe unlink(path)
            return false
        }
        return true
    }

    private func syncFolder() -> Bool {
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        // Some file systems cannot, and say EINVAL.
        return fsync(folder) == 0 || errno == EINVAL
    }
}
