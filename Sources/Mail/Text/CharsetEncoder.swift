import Glibc

/// A conversion from UTF-8 by the C library's iconv.
enum CharsetEncoder {
    /// `text` in the charset that the C library calls `name`, from its initial state and back to it; nil when a character
    /// has no place there, or the system lacks the charset.
    static func encode(_ text: String, to name: String) -> [UInt8]? {
        let descriptor = unsafe iconv_open(name, "UTF-8")
        guard let descriptor = unsafe descriptor, Int(bitPattern: descriptor) != -1 else { return nil }
        defer { unsafe iconv_close(descriptor) }
        var source = Array(text.utf8)
        // Stateful charsets write up to eight bytes a character, and a few to get back to their initial state.
        let capacity = source.count * 8 + 16
        var isWhole = false
        let output = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { target, written in
            unsafe source.withUnsafeMutableBytes { source in
                var input = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var remaining = source.count
                unsafe UnsafeMutableRawBufferPointer(target).withMemoryRebound(to: CChar.self) { target in
                    var output = target.baseAddress
                    var room = capacity
                    // A positive result counts characters that were replaced by others.
                    let converted = unsafe iconv(descriptor, &input, &remaining, &output, &room)
                    let reset = unsafe iconv(descriptor, nil, nil, &output, &room)
                    isWhole = converted == 0 && remaining == 0 && reset == 0
                    written = capacity - room
                }
            }
        }
        return isWhole ? output : nil
    }
}
