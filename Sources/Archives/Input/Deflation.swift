import CZlib
import Values

/// Compresses what is small enough to be held whole.
public enum Deflation {
    /// `bytes` as one gzip member (RFC 1952) without a name or a time, so that the same bytes always give the same; nil
    /// when there is no memory for it.
    public static func gzip(_ bytes: Bytes) -> Bytes? {
        var stream = unsafe z_stream()
        guard unsafe assay_deflate_init_gzip(&stream) == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }
        let input = bytes.array
        guard input.count <= Int(UInt32.max) else { return nil }
        let room = Int(unsafe deflateBound(&stream, UInt(input.count))) + 32
        var result: Int32 = Z_OK
        let output = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            unsafe input.withUnsafeBufferPointer { source in
                unsafe stream.next_in = unsafe source.baseAddress.map { unsafe UnsafeMutablePointer(mutating: $0) }
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = buffer.baseAddress
                unsafe stream.avail_out = UInt32(clamping: room)
                result = unsafe deflate(&stream, Z_FINISH)
                count = Int(UInt32(clamping: room)) - Int(unsafe stream.avail_out)
            }
        }
        return result == Z_STREAM_END ? Bytes(output) : nil
    }
}
