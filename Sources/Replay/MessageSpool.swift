import Archives
import Glibc
import Values

/// A temporary file that a replay needs could not be written or read.
public struct SpoolError: Error, Sendable, CustomStringConvertible {
    /// What failed, in the system's words.
    public let description: String

    fileprivate init(_ action: String) {
        description = unsafe "temporary file: cannot be \(action): \(String(cString: strerror(errno)))"
    }
}

/// Archive entries written to an unlinked temporary file, to be read again in any order: the message, where it came
/// from and its envelope line, which is all that screening looks at.
struct MessageSpool: ~Copyable {
    /// Where an entry lies in the spool.
    struct Place: Comparable, Hashable, Sendable {
        fileprivate let offset: Int
        static func < (left: Place, right: Place) -> Bool { left.offset < right.offset }
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var flushed = 0

    /// An empty spool in `TMPDIR`, or /tmp.
    init() throws {
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/assay-XXXXXX".utf8CString)
        descriptor = unsafe mkstemp(&template)
        guard descriptor >= 0 else { throw SpoolError("created in \(folder)") }
        unsafe unlink(template)
    }

    deinit { close(descriptor) }

    /// Adds an entry.
    mutating func append(_ entry: ArchiveEntry) throws -> Place {
        let place = Place(offset: flushed + buffer.count)
        let source = Array(entry.source.utf8)
        let line = entry.envelopeLine?.bytes
        for number in [entry.message.count, entry.offset, source.count, line?.count ?? -1] {
            unsafe withUnsafeBytes(of: Int64(number)) { unsafe buffer += $0 }
        }
        buffer += source
        if let line { buffer += line }
        entry.message.withSpan { span in unsafe span.withUnsafeBytes { unsafe buffer += $0 } }
        if buffer.count >= 1 << 20 { try flush() }
        return place
    }

    /// Writes out what is buffered; call before the first `entry(at:)`.
    mutating func finishWriting() throws { try flush() }

    /// The entry at `place`.
    func entry(at place: Place) throws -> ArchiveEntry {
        let head = try read(32, at: place.offset)
        func number(_ index: Int) -> Int {
            head[index * 8..<index * 8 + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let (size, offset, sourceCount, lineCount) = (number(0), number(1), number(2), number(3))
        let rest = Bytes(try read(sourceCount + max(lineCount, 0) + size, at: place.offset + 32))
        let messageStart = sourceCount + max(lineCount, 0)
        return ArchiveEntry(
            message: rest[messageStart..<rest.count], source: rest[0..<sourceCount].lossyString, offset: offset,
            envelopeLine: lineCount < 0 ? nil : EnvelopeLine(rest[sourceCount..<messageStart]))
    }

    private mutating func flush() throws {
        var written = 0
        while written < buffer.count {
            let count = unsafe buffer.withUnsafeBytes {
                unsafe pwrite(
                    descriptor, $0.baseAddress.map { unsafe $0 + written }, $0.count - written, flushed + written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SpoolError("written")
            }
            written += count
        }
        flushed += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private func read(_ count: Int, at offset: Int) throws -> [UInt8] {
        var failure: SpoolError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            while initialized < count {
                let got = unsafe pread(
                    descriptor, target.baseAddress.map { unsafe $0 + initialized }, count - initialized,
                    offset + initialized)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    failure = SpoolError("read")
                    return
                }
                initialized += got
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
