import CZstd

/// Zstandard frames, one after another (RFC 8878); skippable frames are passed over.
@safe final class ZstdDecoder: StreamDecoder {
    private let context: OpaquePointer
    private let windowLog: Int
    private(set) var isAtStreamEnd = true
    private(set) var isContentComplete = true
    /// What is left to come of the frame's content, where its header says how much there is.
    private var contentLeft: UInt64?
    private var isAtFrameStart = true
    private var hasEndedFrame = false
    /// How much input the next call can use: up to the end of a block. With more, a failure would also cost the
    /// output of the blocks before it in the same call.
    private var inputHint = ZstdDecoder.firstInput

    /// RFC 8878 §3.1.1: a magic number and the frame header's descriptor.
    private static let firstInput = 5

    /// Makes a decoder that holds at most a window of 2^`windowLog` bytes; nil when memory is short.
    init?(windowLog: Int) {
        guard let context = unsafe ZSTD_createDCtx() else { return nil }
        unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowLog))
        unsafe self.context = unsafe context
        self.windowLog = windowLog
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodeStep {
        if isAtFrameStart {
            // RFC 8878 §3.1.1: a frame header has at most 18 bytes, magic number included.
            let size = unsafe input.count >= 18 ? ZSTD_getFrameContentSize(input.baseAddress, input.count) : .max
            contentLeft = size < UInt64.max - 1 ? size : nil
        }
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: min(input.count, inputHint), pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = unsafe ZSTD_decompressStream(context, &target, &source)
        let step = unsafe DecodeStep(consumed: source.pos, produced: target.pos, failure: nil)
        guard ZSTD_isError(result) == 0 else { return failed(step, result) }
        if step.produced > 0 {
            contentLeft = contentLeft.map { $0 >= UInt64(step.produced) ? $0 - UInt64(step.produced) : 0 }
            isContentComplete = contentLeft == 0
        }
        if result == 0 {
            (isAtStreamEnd, isContentComplete, isAtFrameStart, hasEndedFrame) = (true, true, true, true)
            inputHint = ZstdDecoder.firstInput
        } else if step.consumed > 0 || step.produced > 0 {
            (isAtStreamEnd, isAtFrameStart) = (false, false)
            inputHint = max(1, result)
        }
        return step
    }

    private func failed(_ step: DecodeStep, _ result: Int) -> DecodeStep {
        var step = step
        step.failure =
            if ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge {
                "the zstd window is larger than 2^\(windowLog) bytes; "
                    + "decompress it first (zstd -d --long=31) and read the result"
            } else if isAtStreamEnd, hasEndedFrame {
                "bytes that are no zstd frame follow the last one; they were not read"
            } else {
                unsafe "the zstd stream is corrupt (\(String(cString: ZSTD_getErrorName(result)))); "
                    + "get the file anew, what came before this place may be wrong in parts"
            }
        return step
    }
}
