import CZlib
import Values

/// Decompresses what is small enough to be held whole: attachments, members of zip files.
public enum Inflation {
    /// How the bytes are packed.
    public enum Format: Sendable {
        /// Members of gzip one after another (RFC 1952).
        case gzip
        /// A stream of deflate alone (RFC 1951), as zip files have it.
        case raw
    }

    /// Why nothing could be had.
    public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// There is more than the limit, in bytes.
        case tooLarge(limit: Int)
        /// The stream is corrupt.
        case damaged(String)
        /// The stream ends early.
        case cutOff
        /// There is no memory for the decompressor.
        case noMemory

        /// The failure in words.
        public var description: String {
            switch self {
            case .tooLarge(let limit): "more than \(limit) bytes when decompressed; such are not read"
            case .damaged(let reason): "the compressed data is corrupt (\(reason))"
            case .cutOff: "the compressed data is cut off"
            case .noMemory: "not enough memory for the decompressor"
            }
        }
    }

    /// `bytes` decompressed. Memory is bounded by `limit` whatever the stream says; what follows a gzip member and is
    /// none itself is passed over.
    public static func inflate(_ bytes: Bytes, _ format: Format, limit: Int) throws(Failure) -> Bytes {
        let (content, failure) = beginning(bytes, format, limit: limit)
        if let failure { throw failure }
        return content
    }

    /// As much of `bytes` decompressed as can be had within `limit`, and why that is not all.
    public static func beginning(_ bytes: Bytes, _ format: Format, limit: Int) -> (bytes: Bytes, failure: Failure?) {
        var stream = unsafe z_stream()
        let started = unsafe format == .gzip ? assay_inflate_init_gzip(&stream) : assay_inflate_init_raw(&stream)
        guard started == Z_OK else { return (Bytes([]), .noMemory) }
        defer { unsafe inflateEnd(&stream) }
        let input = bytes.array
        var output: [UInt8] = []
        var consumed = 0
        var hasEnded = false
        while true {
            if hasEnded {
                guard format == .gzip, consumed + 2 < input.count, input[consumed] == 0x1F, input[consumed + 1] == 0x8B
                else { return (Bytes(output), nil) }
                unsafe inflateReset(&stream)
                hasEnded = false
            }
            var result: Int32 = Z_OK
            var available = 0
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
                unsafe input.withUnsafeBufferPointer { source in
                    available = min(source.count - consumed, 1 << 20)
                    unsafe stream.next_in = unsafe source.baseAddress.map {
                        unsafe UnsafeMutablePointer(mutating: $0 + consumed)
                    }
                    unsafe stream.avail_in = UInt32(available)
                    unsafe stream.next_out = buffer.baseAddress
                    unsafe stream.avail_out = UInt32(64 << 10)
                    result = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
                    count = (64 << 10) - Int(unsafe stream.avail_out)
                }
            }
            let taken = available - Int(unsafe stream.avail_in)
            consumed += taken
            guard output.count + chunk.count <= limit else {
                output += chunk.prefix(max(0, limit - output.count))
                return (Bytes(output), .tooLarge(limit: limit))
            }
            output += chunk
            switch result {
            case Z_STREAM_END: hasEnded = true
            case Z_OK, Z_BUF_ERROR:
                if taken == 0, chunk.isEmpty { return (Bytes(output), .cutOff) }
            default:
                let reason = unsafe stream.msg.map { unsafe String(cString: $0) }
                return (Bytes(output), .damaged(reason ?? "error \(result)"))
            }
        }
    }

    /// The CRC-32 of `bytes`, as gzip and zip files have it.
    static func checksum(_ bytes: Bytes) -> UInt32 {
        let array = bytes.array
        return unsafe array.withUnsafeBufferPointer {
            unsafe UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count))
        }
    }
}
