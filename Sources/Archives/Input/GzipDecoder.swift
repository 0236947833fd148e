import CZlib

/// Gzip members, one after another (RFC 1952 §2.2); zero padding after the last is passed over.
@safe final class GzipDecoder: StreamDecoder {
    /// zlib keeps the stream's address, so it stays in one place.
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isAtStreamEnd = true
    private(set) var isContentComplete = true
    private var hasEndedMember = false

    /// Makes a decoder; nil when memory is short.
    init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe assay_inflate_init_gzip(stream) == Z_OK else { return nil }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> DecodeStep {
        var skipped = 0
        if isAtStreamEnd, hasEndedMember {
            while skipped < input.count, unsafe input[skipped] == 0 { skipped += 1 }
            guard skipped < input.count else { return DecodeStep(consumed: skipped, produced: 0) }
            guard unsafe input[skipped] == 0x1F else {
                return DecodeStep(
                    consumed: skipped, produced: 0,
                    failure: "bytes that are no gzip member follow the last one; they were not read")
            }
        }
        let room = min(output.count, Int(UInt32.max))
        let available = min(input.count - skipped, Int(UInt32.max))
        guard room > 0, available > 0 || !isAtStreamEnd else { return DecodeStep(consumed: skipped, produced: 0) }
        let bytes = unsafe input.bindMemory(to: UInt8.self)
        unsafe stream.pointee.next_in = unsafe bytes.baseAddress.map {
            unsafe UnsafeMutablePointer(mutating: $0 + skipped)
        }
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = unsafe output.bindMemory(to: UInt8.self).baseAddress
        unsafe stream.pointee.avail_out = UInt32(room)
        // Z_BLOCK stops after each block, so that the end of the content shows before the checksum is read.
        let result = unsafe inflate(stream, Z_BLOCK)
        var step = unsafe DecodeStep(
            consumed: skipped + available - Int(stream.pointee.avail_in),
            produced: room - Int(stream.pointee.avail_out))
        switch result {
        case Z_STREAM_END:
            (isAtStreamEnd, isContentComplete, hasEndedMember) = (true, true, true)
            unsafe inflateReset(stream)
        case Z_OK, Z_BUF_ERROR:
            if step.consumed > 0 || step.produced > 0 { isAtStreamEnd = false }
            if step.produced > 0 { isContentComplete = false }
            // zlib.h: bit 6 is set in the last block, bit 7 right after a block's end code.
            if unsafe stream.pointee.data_type & 192 == 192 { isContentComplete = true }
        default:
            let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "error \(result)"
            step.failure =
                "the gzip stream is corrupt (\(reason)); "
                + "get the file anew, what came before this place may be wrong in parts"
        }
        return step
    }
}
