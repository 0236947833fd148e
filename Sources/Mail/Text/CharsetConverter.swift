import Glibc
import Values

/// A conversion to UTF-8 by the C library's iconv. The only file that touches it.
struct CharsetConverter: ~Copyable {
    private let descriptor: iconv_t
    /// How many bytes are passed over where a sequence is ill-formed.
    private let unit: Int

    /// Opens the conversion from `name`, one of the names in `Charset`'s table; nil when the system lacks it.
    init?(from name: String, unit: Int) {
        let descriptor = iconv_open("UTF-8", name)
        guard let descriptor, Int(bitPattern: descriptor) != -1 else { return nil }
        self.descriptor = descriptor
        self.unit = unit
    }

    deinit { iconv_close(descriptor) }

    /// `span` as text, from the charset's initial state. Each ill-formed unit becomes U+FFFD.
    ///
    /// Every turn of the loop takes input or ends it, so time and output are linear in the input.
    borrowing func convert(_ span: RawSpan) -> (text: String, isDamaged: Bool) {
        var output: [UInt8] = []
        output.reserveCapacity(span.byteCount + span.byteCount / 2)
        var isDamaged = false
        _ = iconv(descriptor, nil, nil, nil, nil)
        span.withUnsafeBytes { source in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { block in
                guard let base = source.baseAddress, let start = block.baseAddress else { return }
                var input: UnsafeMutablePointer<CChar>? = UnsafeMutablePointer(
                    mutating: base.assumingMemoryBound(to: CChar.self))
                var remaining = source.count
                while remaining > 0 {
                    let before = remaining
                    var target: UnsafeMutablePointer<CChar>? = start
                    var room = block.count
                    let result = iconv(descriptor, &input, &remaining, &target, &room)
                    let failure = errno
                    output.append(contentsOf: UnsafeRawBufferPointer(start: start, count: block.count - room))
                    guard result == -1 else { continue }
                    if failure == E2BIG, remaining < before || room < block.count { continue }
                    isDamaged = true
                    output.append(contentsOf: [0xEF, 0xBF, 0xBD])
                    guard failure == EILSEQ, remaining > unit else { break }
                    remaining -= unit
                    input = input.map { $0 + unit }
                }
                // What a stateful charset holds back comes out on a call without input.
                var target: UnsafeMutablePointer<CChar>? = start
                var room = block.count
                _ = iconv(descriptor, nil, nil, &target, &room)
                output.append(contentsOf: UnsafeRawBufferPointer(start: start, count: block.count - room))
            }
        }
        return (String(decoding: output, as: UTF8.self), isDamaged)
    }
}
