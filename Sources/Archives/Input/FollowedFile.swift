import Glibc
import Values

/// A log that is read as it is written: through rotation by renaming, through truncation, and from where it was read
/// last when this program begins again, also where that has been compressed since.
public final class FollowedFile {
    /// Where a file was read to.
    public struct Position: Equatable, Sendable {
        /// The device that the file is on.
        public let device: UInt64
        /// The file's number on its device.
        public let inode: UInt64
        /// How many bytes of it have been read.
        public var offset: Int64
        /// A digest of the file's beginning, as many bytes as it says: a new file may have the old one's number.
        public var head: Head

        /// A digest of so many bytes.
        public struct Head: Equatable, Sendable {
            /// How many bytes.
            public var count: Int
            /// Their digest.
            public var digest: UInt64

            init(count: Int, digest: UInt64) { (self.count, self.digest) = (count, digest) }

            /// That of all of `bytes` (FNV-1a): it tells files apart, and keeps nothing secret.
            init(of bytes: some Collection<UInt8>) {
                let digest = bytes.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
                self.init(count: bytes.count, digest: digest)
            }
        }

        /// The position in one line of text.
        public var text: String { "\(device):\(inode):\(offset):\(head.count):\(head.digest)" }

        init(device: UInt64, inode: UInt64, offset: Int64, head: Head) {
            (self.device, self.inode, self.offset, self.head) = (device, inode, offset, head)
        }

        /// Reads what `text` gives; nil when it is none.
        public init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 5, let device = UInt64(parts[0]), let inode = UInt64(parts[1]),
                let offset = Int64(parts[2]), let count = Int(parts[3]), let digest = UInt64(parts[4]), offset >= 0,
                (0...Position.longestHead).contains(count)
            else { return nil }
            self.init(device: device, inode: inode, offset: offset, head: Head(count: count, digest: digest))
        }

        static let longestHead = 256
    }

    /// What a look at the file gave.
    public enum Look: Sendable {
        /// Bytes that follow those before.
        case bytes([UInt8])
        /// Nothing new.
        case nothing
        /// The file ends here: what follows is from the beginning of another, or of this one.
        case restarted
        /// The file is not there, or cannot be read.
        case away(String)
    }

    private let path: String
    private var descriptor: Int32 = -1
    /// The file that was read last, where it has been compressed since.
    private var packed: PackedLog?
    /// Where the next byte is; nil as long as there is no file.
    public private(set) var position: Position?
    /// Whether reading began within a line.
    public private(set) var beganWithinLine = false
    private var isFirst: Bool

    /// How the names of logs end that have been compressed.
    private static let packings = [".gz", ".zst", ".xz", ".bz2"]

    /// How much is read of a log that was never read before.
    static let firstLook: Int64 = 1 << 20

    /// A log at `path`, read on from `position`: in the file that is there, or in the one that it has been renamed to
    /// since. Without a position, its last part is read.
    public init(path: String, from position: Position?) {
        (self.path, isFirst) = (path, position == nil)
        if let position { resume(position) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private func resume(_ old: Position) {
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        let folder = String(path[..<cut]) + "/"
        let base = path[path.index(after: cut)...]
        let renamed = (FolderNames.of(folder) ?? []).filter { $0.hasPrefix(base) && $0 != base }.map { folder + $0 }
        for candidate in [path] + renamed.prefix(1000) {
            let opened = unsafe open(candidate, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard opened >= 0 else { continue }
            if let found = FollowedFile.identity(of: opened), found.device == old.device, found.inode == old.inode,
                found.size >= old.offset, FollowedFile.head(of: opened, count: old.head.count) == old.head
            {
                (descriptor, position) = (opened, old)
                return
            }
            close(opened)
        }
        for candidate in renamed.prefix(1000) where FollowedFile.packings.contains(where: candidate.hasSuffix) {
            var info = stat()
            guard unsafe stat(candidate, &info) == 0, info.st_mode & S_IFMT == S_IFREG,
                let found = PackedLog(path: candidate, from: old)
            else { continue }
            (packed, position) = (found, old)
            return
        }
    }

    /// Reads on, at most `maximum` bytes.
    public func look(maximum: Int = 256 << 10) -> Look {
        if let packed { return look(into: packed) }
        if descriptor < 0 {
            if let reason = begin() { return .away(reason) }
        }
        guard var position else { return .nothing }
        var buffer = [UInt8](repeating: 0, count: maximum)
        let count = unsafe pread(descriptor, &buffer, maximum, Int(position.offset))
        if count > 0 {
            position.offset += Int64(count)
            let headCount = Int(min(position.offset, Int64(Position.longestHead)))
            if position.head.count < headCount { position.head = FollowedFile.head(of: descriptor, count: headCount) }
            self.position = position
            return .bytes(Array(buffer[..<count]))
        }
        if count < 0 { return .away(FollowedFile.reason) }
        return atEnd(position)
    }

    private func look(into packed: PackedLog) -> Look {
        var fault: ArchiveError?
        do throws(ArchiveError) {
            if let bytes = try packed.next() {
                position?.offset += Int64(bytes.count)
                return .bytes(bytes)
            }
        } catch { fault = error }
        (self.packed, position, isFirst) = (nil, nil, false)
        return fault.map { .away($0.description) } ?? .restarted
    }

    /// Whether the file has been truncated, or another has taken its place.
    private func atEnd(_ position: Position) -> Look {
        guard let own = FollowedFile.identity(of: descriptor) else { return .away(FollowedFile.reason) }
        if own.size < position.offset {
            self.position = Position(
                device: own.device, inode: own.inode, offset: 0, head: Position.Head(count: 0, digest: 0))
            return .restarted
        }
        var info = stat()
        // A log that has been renamed and has no successor yet is written still.
        guard unsafe stat(path, &info) == 0 else { return .nothing }
        if UInt64(info.st_dev) == own.device, UInt64(info.st_ino) == own.inode { return .nothing }
        close(descriptor)
        (descriptor, self.position, isFirst) = (-1, nil, false)
        return .restarted
    }

    /// Opens the file that is there; why it cannot be, where it cannot.
    private func begin() -> String? {
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { return FollowedFile.reason }
        var info = stat()
        guard unsafe fstat(opened, &info) == 0, info.st_mode & S_IFMT == S_IFREG,
            let found = FollowedFile.identity(of: opened)
        else {
            close(opened)
            return "no regular file"
        }
        let start = isFirst ? max(0, found.size - FollowedFile.firstLook) : 0
        (beganWithinLine, isFirst, descriptor) = (start > 0, false, opened)
        position = Position(
            device: found.device, inode: found.inode, offset: start, head: Position.Head(count: 0, digest: 0))
        return nil
    }

    private static var reason: String { unsafe String(cString: strerror(errno)) }

    private static func identity(of descriptor: Int32) -> (device: UInt64, inode: UInt64, size: Int64)? {
        var info = stat()
        guard unsafe fstat(descriptor, &info) == 0 else { return nil }
        return (UInt64(info.st_dev), UInt64(info.st_ino), Int64(info.st_size))
    }

    /// The digest of the first `count` bytes, or of as many as there are.
    private static func head(of descriptor: Int32, count: Int) -> Position.Head {
        var buffer = [UInt8](repeating: 0, count: max(1, count))
        let read = max(0, unsafe pread(descriptor, &buffer, count, 0))
        return Position.Head(count: count, digest: Position.Head(of: buffer[..<min(read, count)]).digest)
    }
}
