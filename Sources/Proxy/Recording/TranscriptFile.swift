import Archives
import Glibc
import Synchronization
import Values

/// A transcript that is being written: frames of Zstandard one after another, each whole on the disk or not there.
final class TranscriptFile: Sendable {
    /// What keeps a transcript from being written.
    struct Fault: Error {
        let reason: String

        init(_ reason: String) { self.reason = reason }

        fileprivate static var system: Fault { unsafe Fault(String(cString: strerror(errno))) }
    }

    /// When the file was begun.
    let opened: Timestamp
    /// Its name without what the kind of file adds.
    let stem: String
    private let folder: String
    private let descriptor: Int32
    private let level: Int32
    private let state = Mutex((size: 0, messages: 0))

    private init(_ descriptor: Int32, _ folder: String, stem: String, level: Int32, opened: Timestamp) {
        (self.descriptor, self.folder, self.level, self.opened) = (descriptor, folder, level, opened)
        self.stem = stem
    }

    deinit { close(descriptor) }

    /// A new file in `folder`, which others cannot read: there is mail in it.
    static func create(in folder: String, level: Int32, at now: Timestamp) -> Result<TranscriptFile, Fault> {
        let time = String(now.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
        for number in 1...9999 {
            let digits = String(number)
            let stem = "\(time)-\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)"
            let descriptor = unsafe open(
                "\(folder)/\(stem)\(TranscriptRetention.suffix)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                0o600)
            if descriptor >= 0 {
                return .success(TranscriptFile(descriptor, folder, stem: stem, level: level, opened: now))
            }
            guard errno == EEXIST else { return .failure(.system) }
        }
        return .failure(Fault("there are too many files of this second"))
    }

    /// Octets written, messages beside it not counted.
    var size: Int { state.withLock { $0.size } }

    /// Whether somebody has removed the file, so that what is written to it is lost.
    var isRemoved: Bool {
        var status = stat()
        return unsafe fstat(descriptor, &status) != 0 || status.st_nlink == 0
    }

    /// Adds `lines` as a frame; why that failed, the file then being what it was before.
    func append(_ lines: [UInt8]) -> Fault? {
        guard !isRemoved else { return Fault("the file was removed") }
        guard let frame = ZstdFrame.compressed(lines, level: level) else { return Fault("not enough memory") }
        return state.withLock { state in
            guard FileSpool.write(frame, to: descriptor) else {
                let fault = Fault.system
                _ = ftruncate(descriptor, off_t(state.size))
                lseek(descriptor, off_t(state.size), SEEK_SET)
                return fault
            }
            state.size += frame.count
            return nil
        }
    }

    /// Writes a message into a file beside this one; its name, or nil when it could not be written.
    func keep(_ message: Bytes) -> String? {
        let number = state.withLock { state in
            state.messages += 1
            return state.messages
        }
        // A name with a dot: who replays the folder reads the message where the transcript has it, and not once more.
        let name = ".\(stem)-m\(number).eml.zst"
        let path = "\(folder)/\(name)"
        guard let frame = ZstdFrame.compressed(message.array, level: level) else { return nil }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return nil }
        let isWritten = FileSpool.write(frame, to: file)
        guard close(file) == 0, isWritten else {
            unsafe unlink(path)
            return nil
        }
        return name
    }
}
