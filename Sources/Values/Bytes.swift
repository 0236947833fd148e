/// An immutable run of bytes that shares its storage with the buffer it was cut from.
///
/// Messages, header fields and MIME parts are all `Bytes` of one buffer: slicing copies nothing, and offsets are
/// always relative to the value at hand, starting at zero.
public struct Bytes: Sendable, RandomAccessCollection {
    @usableFromInline let storage: [UInt8]
    @usableFromInline let lower: Int

    /// The number of bytes.
    public let count: Int

    /// Wraps a whole array without copying it.
    @inlinable
    public init(_ storage: [UInt8]) {
        self.storage = storage
        self.lower = 0
        self.count = storage.count
    }

    /// Wraps part of an array without copying it; `range` is clamped to the array.
    @inlinable
    public init(_ storage: [UInt8], in range: Range<Int>) {
        let range = range.clamped(to: 0..<storage.count)
        self.storage = storage
        self.lower = range.lowerBound
        self.count = range.count
    }

    /// The UTF-8 bytes of `string`.
    public init(_ string: some StringProtocol) {
        self.init(Array(string.utf8))
    }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }

    @inlinable
    public subscript(position: Int) -> UInt8 {
        precondition(position >= 0 && position < count, "byte offset out of bounds")
        return storage[lower + position]
    }

    /// The bytes in `range`, sharing this value's storage; `range` is clamped to the value.
    @inlinable
    public subscript(range: Range<Int>) -> Bytes {
        let range = range.clamped(to: 0..<count)
        return Bytes(storage, in: lower + range.lowerBound..<lower + range.upperBound)
    }

    /// Calls `body` with a bounds-checked view of the bytes, valid during the call.
    @inlinable
    public func withSpan<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result
    {
        try unsafe body(storage.span.bytes.extracting(lower..<lower + count))
    }

    /// Lets the standard library copy the bytes whole rather than one by one.
    @inlinable
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try unsafe storage.withUnsafeBufferPointer {
            try unsafe body(UnsafeBufferPointer(rebasing: $0[lower..<lower + count]))
        }
    }

    /// The bytes as an array of their own.
    @inlinable
    public var array: [UInt8] {
        lower == 0 && count == storage.count ? storage : Array(storage[lower..<lower + count])
    }

    /// The bytes read as UTF-8, each ill-formed sequence replaced by U+FFFD.
    @inlinable
    public var lossyString: String {
        String(decoding: storage[lower..<lower + count], as: UTF8.self)
    }

    /// Where `other`, a slice of the same buffer, starts relative to this value.
    @inlinable
    public func offset(of other: Bytes) -> Int { other.lower - lower }
}

extension [UInt8] {
    /// Appends bytes, copied whole.
    @inlinable
    public static func += (array: inout [UInt8], bytes: Bytes) {
        array.append(contentsOf: bytes.storage[bytes.lower..<bytes.lower + bytes.count])
    }

    /// The array with bytes appended, copied whole.
    @inlinable
    public static func + (array: [UInt8], bytes: Bytes) -> [UInt8] {
        var sum: [UInt8] = []
        sum.reserveCapacity(array.count + bytes.count)
        sum += array
        sum += bytes
        return sum
    }
}

extension Bytes: Hashable {
    public static func == (left: Bytes, right: Bytes) -> Bool {
        left.count == right.count && left.withSpan { a in right.withSpan { b in a.isEqual(to: b) } }
    }

    public func hash(into hasher: inout Hasher) {
        withSpan { span in unsafe span.withUnsafeBytes { unsafe hasher.combine(bytes: $0) } }
    }
}

extension Bytes: CustomStringConvertible {
    /// The bytes read as UTF-8, for messages to people.
    public var description: String { lossyString }
}
