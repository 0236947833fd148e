import Values

/// The stretch of a stream that a reader is looking at, addressed by offsets in the stream.
///
/// What is given out as `Bytes` shares the window's storage; growing makes new storage for what is kept and what
/// comes, so nothing given out changes. A window that keeps much grows by half of it, which makes the copying linear.
struct ByteWindow: ~Copyable {
    private var source: ByteSource
    private var storage: [UInt8] = []
    private let chunkSize: Int

    /// The stream offset of the first byte held.
    private(set) var start = 0
    /// Whether nothing comes after what is held.
    private(set) var isAtEnd = false
    /// Why the stream stopped before its end.
    private(set) var failure: ArchiveError?

    init(_ source: consuming ByteSource, chunkSize: Int) {
        self.source = source
        self.chunkSize = chunkSize
    }

    /// The stream offset after the last byte held.
    var end: Int { start + storage.count }

    /// Bytes consumed of the file as stored.
    var bytesRead: Int { source.bytesRead }

    /// How the stream was packed.
    var compression: ByteSource.Compression { source.compression }

    /// Whether the stream is compressed and ended before its end.
    var isCutOff: Bool { source.isCutOff }

    /// Whether the stream failed only after all its content.
    var failedAfterContent: Bool { source.failedAfterContent }

    /// The bytes in `range`, which is clamped to what is held.
    subscript(range: Range<Int>) -> Bytes {
        Bytes(
            storage, in: max(0, range.lowerBound - start)..<max(0, range.lowerBound - start, range.upperBound - start))
    }

    /// The byte at `offset`, or nil when it is not held.
    subscript(offset: Int) -> UInt8? {
        offset >= start && offset < end ? storage[offset - start] : nil
    }

    /// The offset of the first `needle` at or after `offset` among what is held.
    func firstIndex(of needle: StaticString, from offset: Int) -> Int? {
        unsafe storage.span.bytes.firstIndex(of: needle, from: max(0, offset - start)).map { $0 + start }
    }

    /// The offset of the first `byte` within `range` among what is held.
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        guard range.lowerBound >= start else { return nil }
        return unsafe storage.span.bytes.firstIndex(of: byte, in: range.lowerBound - start..<range.upperBound - start)
            .map { $0 + start }
    }

    /// Reads more, letting go of what lies before `offset`. False when nothing more comes.
    mutating func grow(keeping offset: Int) -> Bool {
        guard !isAtEnd else { return false }
        let held = storage
        let dropped = min(max(0, offset - start), held.count)
        let kept = held.count - dropped
        var wanted = max(chunkSize, kept / 2)
        if source.compression == .none, let total = source.totalBytes, total > source.offset {
            // One byte more than the file has left, so that its end is seen in the same call.
            wanted = min(wanted, total - source.offset + 1)
        }
        storage = unsafe [UInt8](unsafeUninitializedCapacity: kept + wanted) { buffer, count in
            let buffer = UnsafeMutableRawBufferPointer(buffer)
            unsafe held.withUnsafeBytes {
                unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[dropped...]))
            }
            count = kept
            do throws(ArchiveError) {
                while count < kept + wanted {
                    let received = try unsafe source.fill(UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                    guard received > 0 else {
                        isAtEnd = true
                        break
                    }
                    count += received
                }
            } catch {
                failure = error
                isAtEnd = true
            }
        }
        start += dropped
        return storage.count > kept
    }
}
