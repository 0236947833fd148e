import CFileRange
import Glibc
import Synchronization

/// Has what was written to a file written to the disk, a little at a time.
///
/// Whoever asks to be told when the disk has all of a file (fsync) fills its queue with what there is, and a page that
/// somebody has to read meanwhile waits behind that. With this before it there is little left.
final class FileWriteback: Sendable {
    private let path: String
    private let known = Mutex<Int32?>(nil)

    /// Bytes of the file whose written pages the disk gets at once: no more than it writes in a few milliseconds, which is
    /// what somebody who reads waits.
    private static let window = 512 << 10

    /// For the file at `path`, which this process has open.
    init(_ path: String) { self.path = path }

    /// Hands the disk what was written to the file, and waits for it. That the disk has it is not said: what the disk keeps in
    /// memory and what belongs to the file system are left to fsync. So are errors, and all that is left when `isEnough`.
    func writeOut(until isEnough: () -> Bool) {
        guard let (descriptor, size) = descriptor() else { return }
        let flags = UInt32(FILE_RANGE_WAIT_BEFORE | FILE_RANGE_WRITE | FILE_RANGE_WAIT_AFTER)
        for offset in stride(from: 0, to: size, by: FileWriteback.window) {
            if isEnough() || sync_file_range(descriptor, offset, FileWriteback.window, flags) != 0 { return }
        }
    }

    /// A descriptor of the file and its size. It is one that is open already: closing one of its own would end the locks
    /// that this process has on the file (fcntl(2)). One that is closed and given to another file meanwhile does no harm.
    private func descriptor() -> (Int32, Int)? {
        var file = stat()
        guard unsafe stat(path, &file) == 0 else { return nil }
        func isSame(_ descriptor: Int32) -> Bool {
            var other = stat()
            return unsafe fstat(descriptor, &other) == 0 && other.st_dev == file.st_dev && other.st_ino == file.st_ino
        }
        let found = known.withLock { known in
            if known.map(isSame) != true { known = FileWriteback.descriptors().first(where: isSame) }
            return known
        }
        return found.map { ($0, file.st_size) }
    }

    /// All that this process has open.
    private static func descriptors() -> [Int32] {
        guard let directory = unsafe opendir("/proc/self/fd") else { return [] }
        defer { unsafe closedir(directory) }
        var found: [Int32] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let descriptor = Int32(name) { found.append(descriptor) }
        }
        return found
    }
}
