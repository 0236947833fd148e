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
}
