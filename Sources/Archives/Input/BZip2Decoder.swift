import CBZip2

/// Streams of bzip2, one after another, as pbzip2 writes them and as files that were put together have them.
@safe final class BZip2Decoder: StreamDecoder {
    /// libbz2's state lies behind the stream, which stays in one place.
    private let stream: UnsafeMutablePointer<bz_stream>
    private(set) var isAtStreamEnd = true
    private(set) var isContentComplete = true
    private var isOpen = false
    private var hasEndedStream = false

    /// Whether a stream begins like this: `BZh`, the size of its blocks, and the mark of a block or of the end, which are
    /// the digits of pi and of its root.
    static func isBegun(_ head: ArraySlice<UInt8>) -> Bool {
        guard head.count >= 10, head.starts(with: "BZh".utf8), (0x31...0x39).contains(head[head.startIndex + 3]) else {
            return false
        }
        let mark = head.dropFirst(4)
        return mark.starts(with: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
            || mark.starts(with: [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
    }

    /// Makes a decoder; nil when memory is short.
    init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: bz_stream())
        guard begin() else { return nil }
    }

    deinit {
        if isOpen { unsafe BZ2_bzDecompressEnd(stream) }
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// A stream takes 3.7 MB at most, whatever it says: the largest block has 900,000 bytes.
    private func begin() -> Bool {
        if isOpen { unsafe BZ2_bzDecompressEnd(stream) }
        unsafe stream.pointee = bz_stream()
        isOpen = unsafe BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK
        return isOpen
    }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodeStep {
        if hasEndedStream, input.count > 0 {
            guard unsafe input[0] == UInt8(ascii: "B"), begin() else {
                return DecodeStep(
                    consumed: 0, produced: 0,
                    failure: "bytes that are no bzip2 stream follow the last one; they were not read")
            }
            hasEndedStream = false
        }
        guard output.count > 0, input.count > 0 || !isAtStreamEnd else { return DecodeStep(consumed: 0, produced: 0) }
        let available = min(input.count, Int(Int32.max))
        let room = min(output.count, Int(Int32.max))
        let bytes = unsafe input.bindMemory(to: CChar.self)
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: bytes.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = unsafe output.bindMemory(to: CChar.self).baseAddress
        unsafe stream.pointee.avail_out = UInt32(room)
        let result = unsafe BZ2_bzDecompress(stream)
        var step = unsafe DecodeStep(
            consumed: available - Int(stream.pointee.avail_in), produced: room - Int(stream.pointee.avail_out))
        switch result {
        case BZ_STREAM_END:
            (isAtStreamEnd, isContentComplete, hasEndedStream) = (true, true, true)
        case BZ_OK:
            if step.consumed > 0 || step.produced > 0 { isAtStreamEnd = false }
            if step.produced > 0 { isContentComplete = false }
        case BZ_MEM_ERROR: step.failure = "not enough memory for the decompressor"
        default:
            step.failure =
                "the bzip2 stream is corrupt (error \(result)); "
                + "get the file anew, what came before this place may be wrong in parts"
        }
        return step
    }
}
