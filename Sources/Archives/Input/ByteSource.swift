import Values

/// Reads a file or standard input front to back, decompressing what its first bytes show to be zstd, gzip,
/// xz or bzip2.
///
/// Memory is constant: one input buffer and, for zstd and xz, the window, for bzip2 a block. A stream that turns out
/// corrupt or cut off gives everything before that point, then one error.
public struct ByteSource: ~Copyable {
    /// How the bytes are packed, found by content.
    public enum Compression: String, Sendable, Hashable {
        case none, zstd, gzip, xz, bzip2
    }

    /// The name used in errors.
    public let name: String
    /// How the bytes are packed; `.none` until the first read.
    public private(set) var compression = Compression.none
    /// Bytes delivered, decompressed.
    public private(set) var offset = 0
    /// The size of the file as stored; nil for a pipe.
    public let totalBytes: Int?

    private let input: FileInput
    private let windowLog: Int
    private let inputSize: Int
    /// What was read of standard input before this.
    private let begun: [UInt8]
    private var decoder: (any StreamDecoder)?
    private var buffer: [UInt8] = []
    private var unread = 0..<0
    private var received = 0
    private var isStarted = false
    private var inputEnded = false
    private var failure: ArchiveError?
    /// Whether a compressed stream ended before its end.
    private(set) var isCutOff = false

    /// Opens the file at `path`.
    public init(path: String, options: ArchiveOptions = ArchiveOptions()) throws(ArchiveError) {
        self.init(try FileInput(path: Array(path.utf8), name: path), options: options)
    }

    /// Reads standard input.
    public init(standardInput options: ArchiveOptions) {
        self.init(FileInput(standardInputNamed: "-"), options: options)
    }

    init(_ input: FileInput, options: ArchiveOptions) {
        self.input = input
        self.name = input.name
        self.totalBytes = input.size
        self.windowLog = options.maximumWindowLog
        self.inputSize = min(options.chunkSize, 128 << 10)
        begun = input.isStandard ? options.begun : []
        received = begun.count
    }

    /// Bytes consumed of the file as stored.
    public var bytesRead: Int { received - unread.count }

    /// Whether the content of the stream is known to be all there although it failed: only its checksum or what
    /// follows it was wrong.
    var failedAfterContent: Bool { failure != nil && (decoder?.isContentComplete ?? false) }

    /// The next `maximum` bytes, fewer only where the stream ends or fails; nil at the end.
    public mutating func next(maximum: Int = 256 << 10) throws(ArchiveError) -> Bytes? {
        var thrown: ArchiveError?
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: max(1, maximum)) { buffer, count in
            let buffer = UnsafeMutableRawBufferPointer(buffer)
            do throws(ArchiveError) {
                while count < buffer.count {
                    let received = try unsafe fill(UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                    guard received > 0 else { break }
                    count += received
                }
            } catch {
                thrown = error
            }
        }
        // What came before a failure is given first; the failure stays and is thrown by the next call.
        if let thrown, chunk.isEmpty { throw thrown }
        return chunk.isEmpty ? nil : Bytes(chunk)
    }

    /// Writes the next bytes to the start of `output`, which must have room; 0 only at the end.
    mutating func fill(_ output: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        if let failure { throw failure }
        do {
            if !isStarted { try start() }
            let count = unsafe decoder == nil ? try copy(to: output) : try decompress(to: output)
            offset += count
            return count
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func start() throws(ArchiveError) {
        isStarted = true
        // Enough for any magic number, and for a zstd frame header with the size of its content.
        buffer = begun + [UInt8](repeating: 0, count: max(0, 18 - begun.count))
        unread = 0..<begun.count
        while unread.count < buffer.count, try receive() {}
        let head = buffer[unread]
        if head.starts(with: [0x1F, 0x8B]) {
            compression = .gzip
            decoder = GzipDecoder()
        } else if head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
            compression = .xz
            decoder = XZDecoder()
        } else if BZip2Decoder.isBegun(head) {
            compression = .bzip2
            decoder = BZip2Decoder()
        } else if head.count >= 4,
            head.dropFirst().starts(with: [0xB5, 0x2F, 0xFD]) && head.first == 0x28
                || head.dropFirst().starts(with: [0x2A, 0x4D, 0x18]) && (head.first ?? 0) & 0xF0 == 0x50
        {
            // RFC 8878 §3.1.1 and §3.1.2: the magic numbers of a frame and of a skippable frame.
            compression = .zstd
            decoder = ZstdDecoder(windowLog: windowLog)
        } else {
            return
        }
        guard decoder != nil else {
            throw ArchiveError(.unreadable, file: name, message: "not enough memory for the decompressor")
        }
        buffer = Array(head) + [UInt8](repeating: 0, count: max(inputSize, head.count) - head.count)
        unread = 0..<head.count
    }

    /// Reads more of the file behind what is unread; false at its end.
    private mutating func receive() throws(ArchiveError) -> Bool {
        guard !inputEnded else { return false }
        if unread.isEmpty { unread = 0..<0 }
        let input = self.input
        let position = received
        let start = unread.upperBound
        var thrown: ArchiveError?
        let count = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
            do throws(ArchiveError) {
                return try unsafe input.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]), offset: position)
            } catch {
                thrown = error
                return 0
            }
        }
        if let thrown { throw thrown }
        received += count
        unread = unread.lowerBound..<start + count
        inputEnded = count == 0
        return count > 0
    }

    private mutating func copy(to output: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        guard unread.isEmpty else {
            let count = min(unread.count, output.count)
            let taken = unread.prefix(count)
            unsafe buffer.withUnsafeBytes {
                unsafe output.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[taken]))
            }
            unread = taken.upperBound..<unread.upperBound
            return count
        }
        let count = try unsafe input.read(into: output, offset: offset)
        received += count
        return count
    }

    private mutating func decompress(to output: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        guard let decoder else { return 0 }
        var idle = 0
        while true {
            if unread.isEmpty { _ = try receive() }
            let unread = self.unread
            let step = unsafe buffer.withUnsafeBytes {
                unsafe decoder.decode(UnsafeRawBufferPointer(rebasing: $0[unread]), into: output)
            }
            self.unread = unread.lowerBound + step.consumed..<unread.upperBound
            if let reason = step.failure {
                let error = damage(at: offset + step.produced, reason)
                guard step.produced > 0 else { throw error }
                failure = error
                return step.produced
            }
            if step.produced > 0 { return step.produced }
            idle = step.consumed > 0 ? 0 : idle + 1
            if self.unread.isEmpty, inputEnded {
                guard !decoder.isAtStreamEnd else { return 0 }
                isCutOff = true
                throw damage(
                    at: offset,
                    "the \(compression.rawValue) stream ends before its end; get the file anew, this one is cut off")
            }
            guard idle < 8 else { throw damage(at: offset, "the \(compression.rawValue) stream makes no progress") }
        }
    }

    private func damage(at offset: Int, _ reason: String) -> ArchiveError {
        ArchiveError(
            .damaged, file: name, offset: offset, compressedOffset: bytesRead,
            message: reason)
    }
}
