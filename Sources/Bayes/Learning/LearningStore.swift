import Glibc
import Values

/// What was learned, on disk: the model, beside it the record of what it was made of (`.learned`) and the file that
/// learners take turns by (`.lock`).
///
/// Several may learn at once: each adds its messages to the record while it has the lock, and makes the model of all that
/// stand there, so nothing is lost whoever comes last. The model takes its name when it is complete; who reads it sees
/// the old one or the new one.
public final class LearningStore {
    /// Why the store cannot be used.
    public struct Fault: Error, Sendable, CustomStringConvertible {
        /// Whether the data is bad rather than the disk.
        public let isBadData: Bool
        public let description: String
    }

    /// How models of all versions begin.
    private static let beginning = Array(BayesModel.magic.prefix(12))
    /// How many messages are remembered; beyond them the first learned give way.
    public static let capacity = 50_000

    /// The model's path.
    public let path: String
    private var log = LearningLog()
    /// How many messages the model was made of that is there.
    private var modelCount = 0
    private var inode: UInt = 0

    private var logPath: String { path + ".learned" }

    public init(path: String) { self.path = path }

    /// What the store holds.
    public struct Status: Sendable, Hashable {
        public let ham: Int
        public let spam: Int
        public let bytes: Int
        /// Why nothing can be learned: the record lacks what the model was made of. Nil when it does not.
        public let shortage: String?
    }

    /// What the store holds now.
    public func status() throws(Fault) -> Status {
        try withLock(mayBeShort: true) { () throws(Fault) in
            let spam = log.messages.values.count { $0.message.label == .spam }
            return Status(
                ham: log.messages.count - spam, spam: spam, bytes: log.length, shortage: shortage?.description)
        }
    }

    /// Whether learning is refused, for want of a place to write or because another file has the model's name; told
    /// before the work.
    public func prepare() throws(Fault) { try withLock { () throws(Fault) in } }

    /// Adds messages to the record; what became of each, in order. The model follows with `refit`.
    public func add(_ messages: [LearnedMessage]) throws(Fault) -> [LearningLog.Outcome] {
        try withLock { () throws(Fault) in
            var outcomes: [LearningLog.Outcome] = []
            var records: [UInt8] = []
            var fresh: [MessageDigest: MailLabel] = [:]
            for message in messages {
                var outcome = log.outcome(of: message.digest, as: message.label)
                // The same message twice in what is added.
                if let label = fresh[message.digest] { outcome = label == message.label ? .known : .moved }
                outcomes.append(outcome)
                guard outcome != .known else { continue }
                fresh[message.digest] = message.label
                records += LearningLog.record(of: message)
            }
            try append(records)
            return outcomes
        }
    }

    /// Adds those of the messages that are not known, whatever as: what people said stands. How many there were.
    public func addUnknown(_ messages: [LearnedMessage]) throws(Fault) -> Int {
        try withLock { () throws(Fault) in
            var records: [UInt8] = []
            var fresh: Set<MessageDigest> = []
            for message in messages where log.messages[message.digest] == nil && fresh.insert(message.digest).inserted {
                records += LearningLog.record(of: message)
            }
            try append(records)
            return fresh.count
        }
    }

    /// Takes messages out of the record; whether each was there, in order.
    public func forget(_ digests: [MessageDigest]) throws(Fault) -> [Bool] {
        try withLock { () throws(Fault) in
            var known: Set<MessageDigest> = []
            var records: [UInt8] = []
            var results: [Bool] = []
            for digest in digests {
                let isKnown = log.messages[digest] != nil && known.insert(digest).inserted
                results.append(isKnown)
                if isKnown { records += LearningLog.record(forgetting: digest) }
            }
            try append(records)
            return results
        }
    }

    /// Makes the model of all that was learned.
    public func refit() throws(Fault) {
        try withLock { () throws(Fault) in
            var messages = log.inOrder
            if messages.count > LearningStore.capacity || log.records > 2 * messages.count + 1_000 {
                messages = Array(messages.suffix(LearningStore.capacity))
                var contents = LearningLog.head
                for message in messages { contents += LearningLog.record(of: message) }
                try replace(logPath, contents)
                (log, inode) = (LearningLog(), 0)
                try catchUp()
            }
            try replace(path, BayesLearner.model(of: messages))
        }
    }

    // MARK: - Files

    /// Does `work` while nobody else learns. Throws where the record lacks what the model was made of, unless it
    /// `mayBeShort`: a model made of such a record would have forgotten what this one knows.
    private func withLock<Value>(mayBeShort: Bool = false, _ work: () throws(Fault) -> Value) throws(Fault) -> Value {
        let lock = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw system(path + ".lock", "cannot be written") }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw system(path + ".lock", "cannot be locked") }
        }
        // What has the model's name and is no model stays as it is.
        let head = try modelHead()
        guard head.isEmpty || head.starts(with: LearningStore.beginning) else {
            throw Fault(isBadData: true, description: "\(path): is there already and is no model; name another file")
        }
        modelCount = BayesModel.messageCount(ofHead: head)
        try catchUp()
        if !mayBeShort, let shortage { throw shortage }
        return try work()
    }

    /// What is wrong with a record that has fewer entries than the model has messages. One that was kept has at least as
    /// many: what is forgotten is an entry more.
    private var shortage: Fault? {
        guard log.records < modelCount else { return nil }
        let kept = log.records == 0 ? "which is not there or empty" : "which has \(log.records) entries"
        return Fault(
            isBadData: true,
            description:
                "\(path): was made of \(modelCount) messages, and what is added to is its record \(logPath), \(kept): "
                + "bring the record back, or remove the model to begin anew")
    }

    /// The beginning of the model's file; empty where there is none.
    private func modelHead() throws(Fault) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw system(path, "cannot be read") }
            return []
        }
        defer { close(file) }
        return unsafe [UInt8](unsafeUninitializedCapacity: BayesModel.headerSize) { buffer, count in
            count = unsafe max(0, read(file, buffer.baseAddress, buffer.count))
        }
    }

    /// Reads what others have added.
    private func catchUp() throws(Fault) {
        let file = unsafe open(logPath, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw system(logPath, "cannot be read") }
            (log, inode) = (LearningLog(), 0)
            return
        }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw system(logPath, "cannot be read") }
        // A compacted record is another file.
        if UInt(status.st_ino) != inode || Int(status.st_size) < log.length {
            (log, inode) = (LearningLog(), UInt(status.st_ino))
        }
        let size = Int(status.st_size) - log.length
        guard size > 0 else { return }
        let start = log.length
        var isShort = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = unsafe pread(file, buffer.baseAddress.map { unsafe $0 + count }, size - count, start + count)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    isShort = got < 0
                    break
                }
                count += got
            }
        }
        if isShort { throw system(logPath, "cannot be read") }
        do throws(BayesModelFault) { try log.read(Bytes(bytes)) } catch {
            throw Fault(isBadData: true, description: "\(logPath): \(error)")
        }
    }

    /// Adds records behind what is sound, so that a record that was cut off is written over.
    private func append(_ records: [UInt8]) throws(Fault) {
        guard !records.isEmpty else { return }
        let file = unsafe open(logPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw system(logPath, "cannot be written") }
        defer { close(file) }
        let start = log.length
        guard ftruncate(file, start) == 0 else { throw system(logPath, "cannot be written") }
        try write(start == 0 ? LearningLog.head + records : records, to: file, at: start, logPath)
        guard fdatasync(file) == 0 else { throw system(logPath, "cannot be written") }
        try catchUp()
    }

    private func replace(_ path: String, _ contents: [UInt8]) throws(Fault) {
        let partial = path + ".part"
        let file = unsafe open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, path == self.path ? 0o644 : 0o600)
        guard file >= 0 else { throw system(partial, "cannot be written") }
        defer { close(file) }
        do throws(Fault) {
            try write(contents, to: file, at: 0, partial)
            guard fsync(file) == 0 else { throw system(partial, "cannot be written") }
            guard unsafe rename(partial, path) == 0 else { throw system(path, "cannot be written") }
        } catch {
            unsafe unlink(partial)
            throw error
        }
    }

    private func write(_ contents: [UInt8], to file: Int32, at start: Int, _ name: String) throws(Fault) {
        var written = 0
        while written < contents.count {
            let count = unsafe contents.withUnsafeBytes { buffer in
                unsafe pwrite(
                    file, buffer.baseAddress.map { unsafe $0 + written }, contents.count - written, start + written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw system(name, "cannot be written")
            }
            written += count
        }
    }

    private func system(_ name: String, _ what: String) -> Fault {
        Fault(isBadData: false, description: unsafe "\(name): \(what): \(String(cString: strerror(errno)))")
    }
}
