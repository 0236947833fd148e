import Glibc
import Values

/// Files mapped into memory: read as they are looked at, and shared with whoever else has them.
public enum FileMapping {
    /// The regular file at `path`, mapped, when it begins with `head` and has at most `limit` bytes; nil otherwise, and
    /// where the system cannot map it: it is to be read then, which says what is wrong with it.
    ///
    /// A file that is mapped must not be cut short in its place, since its pages would be gone. What takes its name is
    /// another file, and leaves it whole.
    public static func of(_ path: String, beginningWith head: [UInt8], limit: Int) -> MappedBytes? {
        let descriptor = unsafe Array(path.utf8).withUnsafeCString { unsafe open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let count = Int(status.st_size)
        guard count > 0, count >= head.count, count <= limit,
            let start = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), unsafe start != MAP_FAILED
        else { return nil }
        let bytes = unsafe MappedBytes(start, count: count) { start, count in
            unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
        }
        return bytes.withSpan { $0.starts(with: head) } ? bytes : nil
    }
}

extension RawSpan {
    fileprivate func starts(with head: [UInt8]) -> Bool {
        byteCount >= head.count && head.indices.allSatisfy { self[$0] == head[$0] }
    }
}
