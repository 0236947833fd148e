import CZstd

/// Writes Zstandard (RFC 8878).
public enum ZstdFrame {
    /// `contents` as one frame with its size and a checksum; nil when memory is short.
    public static func compressed(_ contents: [UInt8], level: Int32 = 3) -> [UInt8]? {
        guard let context = unsafe ZSTD_createCCtx() else { return nil }
        defer { unsafe ZSTD_freeCCtx(context) }
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        let bound = ZSTD_compressBound(contents.count)
        guard ZSTD_isError(bound) == 0 else { return nil }
        var isWhole = false
        let frame = unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let size = unsafe contents.withUnsafeBytes {
                unsafe ZSTD_compress2(context, buffer.baseAddress, buffer.count, $0.baseAddress, $0.count)
            }
            isWhole = ZSTD_isError(size) == 0
            count = isWhole ? size : 0
        }
        return isWhole ? frame : nil
    }

    /// What the single frame `frame` holds; nil when it is none that was written here, is damaged, or holds more than
    /// `limit` bytes.
    public static func contents(of frame: [UInt8], limit: Int) -> [UInt8]? {
        let size = unsafe frame.withUnsafeBytes { unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        // The two highest numbers say that the size is not known, and that this is no frame.
        guard size < UInt64.max - 1, size <= UInt64(max(0, limit)) else { return nil }
        var isWhole = false
        let contents = unsafe [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            let written = unsafe frame.withUnsafeBytes {
                unsafe ZSTD_decompress(buffer.baseAddress, buffer.count, $0.baseAddress, $0.count)
            }
            isWhole = ZSTD_isError(written) == 0 && written == Int(size)
            count = isWhole ? written : 0
        }
        return isWhole ? contents : nil
    }
}
