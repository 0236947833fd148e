import CZstd

/// Zstandard frames, one after another (RFC 8878); skippable frames are passed over.
final class ZstdDecoder: StreamDecoder {
    private let context: OpaquePointer
    private let windowLog: Int
    private(set) var isAtStreamEnd = true
    /// What is left to come of the frame's content, where its header says how much there is.
    private var contentLeft: UInt64?
    private var atFrameStart = true

    /// Makes a decoder that holds at most a window of 2^`windowLog` bytes; nil when memory is short.
    init?(windowLog: Int) {
        guard let context = ZSTD_createDCtx() else { return nil }
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowLog))
        self.context = context
        self.windowLog = windowLog
    }

    deinit { ZSTD_freeDCtx(context) }

    var isContentComplete: Bool { isAtStreamEnd || atFrameStart || contentLeft == 0 }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodeStep {
        if atFrameStart, input.count >= 18 {
            // RFC 8878 §3.1.1: a frame header has at most 18 bytes, magic number included.
            let size = ZSTD_getFrameContentSize(input.baseAddress, input.count)
            contentLeft = size < UInt64.max - 1 ? size : nil
        }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = ZSTD_decompressStream(context, &target, &source)
        let step = DecodeStep(consumed: source.pos, produced: target.pos, failure: nil)
        if let left = contentLeft { contentLeft = left >= UInt64(step.produced) ? left - UInt64(step.produced) : nil }
        if ZSTD_isError(result) != 0 { return failed(step, result) }
        if result == 0 {
            isAtStreamEnd = true
            atFrameStart = true
            contentLeft = nil
        } else if step.consumed > 0 || step.produced > 0 {
            isAtStreamEnd = false
            if step.produced > 0 || contentLeft != nil { atFrameStart = false }
        }
        return step
    }

    private func failed(_ step: DecodeStep, _ result: Int) -> DecodeStep {
        var step = step
        step.failure =
            if ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge {
                "the zstd window is larger than 2^\(windowLog) bytes; "
                    + "decompress it first (zstd -d --long=31) and read the result"
            } else if atFrameStart, isAtStreamEnd {
                "bytes that are no zstd frame follow the last one"
            } else {
                "the zstd stream is corrupt (\(String(cString: ZSTD_getErrorName(result))))"
            }
        return step
    }
}
