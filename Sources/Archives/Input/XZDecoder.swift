import CLZMA

/// Streams of xz, one after another; the zero padding between and behind them is passed over (the .xz format §2.2).
@safe final class XZDecoder: StreamDecoder {
    /// liblzma's state lies behind the stream, which stays in one place.
    private let stream: UnsafeMutablePointer<lzma_stream>
    private(set) var isAtStreamEnd = true
    private(set) var isContentComplete = true
    private var hasEndedStream = false

    /// What a stream may make the decoder hold: the dictionary of `xz -9` has 64 MiB.
    private static let memoryLimit: UInt64 = 256 << 20

    /// Makes a decoder; nil when memory is short.
    init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: assay_lzma_stream())
        guard begin() else { return nil }
    }

    deinit {
        unsafe lzma_end(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    private func begin() -> Bool {
        unsafe lzma_stream_decoder(stream, XZDecoder.memoryLimit, 0) == LZMA_OK
    }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodeStep {
        var skipped = 0
        if isAtStreamEnd, hasEndedStream {
            while skipped < input.count, unsafe input[skipped] == 0 { skipped += 1 }
            guard skipped < input.count else { return DecodeStep(consumed: skipped, produced: 0) }
            guard unsafe input[skipped] == 0xFD, begin() else {
                return DecodeStep(
                    consumed: skipped, produced: 0,
                    failure: "bytes that are no xz stream follow the last one; they were not read")
            }
            hasEndedStream = false
        }
        let available = input.count - skipped
        guard output.count > 0, available > 0 || !isAtStreamEnd else {
            return DecodeStep(consumed: skipped, produced: 0)
        }
        let bytes = unsafe input.bindMemory(to: UInt8.self)
        unsafe stream.pointee.next_in = unsafe bytes.baseAddress.map { unsafe $0 + skipped }
        unsafe stream.pointee.avail_in = available
        unsafe stream.pointee.next_out = unsafe output.bindMemory(to: UInt8.self).baseAddress
        unsafe stream.pointee.avail_out = output.count
        let result = unsafe lzma_code(stream, LZMA_RUN)
        var step = unsafe DecodeStep(
            consumed: skipped + available - stream.pointee.avail_in,
            produced: output.count - stream.pointee.avail_out)
        switch result {
        case LZMA_STREAM_END:
            (isAtStreamEnd, isContentComplete, hasEndedStream) = (true, true, true)
        case LZMA_OK, LZMA_BUF_ERROR:
            if step.consumed > skipped || step.produced > 0 { isAtStreamEnd = false }
            if step.produced > 0 { isContentComplete = false }
        case LZMA_MEMLIMIT_ERROR:
            step.failure = "the xz stream needs more than 256 MiB; decompress it first (unxz) and read the result"
        case LZMA_MEM_ERROR: step.failure = "not enough memory for the decompressor"
        default:
            step.failure =
                "the xz stream is corrupt (error \(result.rawValue)); "
                + "get the file anew, what came before this place may be wrong in parts"
        }
        return step
    }
}
