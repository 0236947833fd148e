/// Read-only bytes that the system keeps, such as the pages of a file that is mapped into memory: they are shared with
/// all others who have the file, and copied nowhere.
@safe public final class MappedBytes: Sendable {
    // Nobody writes to what is behind it, so threads may share it.
    nonisolated(unsafe) private let start: UnsafeRawPointer
    private let release: @Sendable (UnsafeRawPointer, Int) -> Void

    /// The number of bytes.
    public let count: Int

    /// Takes charge of the `count` bytes at `start`, which stay as they are until `release` is called with both, once.
    @unsafe public init(
        _ start: UnsafeRawPointer, count: Int, release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void
    ) {
        unsafe self.start = unsafe start
        self.count = count
        unsafe self.release = unsafe release
    }

    deinit { unsafe release(start, count) }

    /// Calls `body` with a bounds-checked view of the bytes, valid during the call.
    public func withSpan<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result
    {
        try unsafe body(RawSpan(_unsafeStart: start, byteCount: count))
    }
}

/// What a file holds: bytes that were read, or the file's own pages.
public enum FileContents: Sendable {
    case read(Bytes)
    case mapped(MappedBytes)

    /// The number of bytes.
    public var count: Int {
        switch self {
        case .read(let bytes): bytes.count
        case .mapped(let bytes): bytes.count
        }
    }

    /// Calls `body` with a bounds-checked view of the bytes, valid during the call.
    @inline(__always)
    public func withSpan<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result
    {
        switch self {
        case .read(let bytes): try bytes.withSpan(body)
        case .mapped(let bytes): try bytes.withSpan(body)
        }
    }
}
