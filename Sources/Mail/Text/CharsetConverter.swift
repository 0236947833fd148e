import Glibc
import Synchronization
import Values

/// A conversion to UTF-8 by the C library's iconv. The only file that touches it, but for `CharsetEncoder`.
@safe struct CharsetConverter: ~Copyable {
    private let descriptor: iconv_t
    private let name: String
    /// How many bytes are passed over where a sequence is ill-formed.
    private let unit: Int

    /// Opens the conversion from `name`, one of the names in `Charset`'s table; nil when the system lacks it.
    init?(from name: String, unit: Int) {
        (self.name, self.unit) = (name, unit)
        if let idle = CharsetConverter.idle.withLock({ $0[name]?.popLast() }),
            let descriptor = unsafe iconv_t(bitPattern: idle)
        {
            unsafe self.descriptor = unsafe descriptor
            return
        }
        let descriptor = unsafe iconv_open("UTF-8", name)
        guard let descriptor = unsafe descriptor, Int(bitPattern: descriptor) != -1 else { return nil }
        unsafe self.descriptor = unsafe descriptor
    }

    deinit {
        let place = unsafe Int(bitPattern: descriptor)
        let isKept = CharsetConverter.idle.withLock { idle in
            guard idle[name, default: []].count < CharsetConverter.idleLimit else { return false }
            idle[name, default: []].append(place)
            return true
        }
        if !isKept { unsafe iconv_close(descriptor) }
    }

    /// Open conversions that nobody uses, by name, as the addresses of their descriptors: opening one loads a library.
    /// There are as many names as in `Charset`'s table, and each conversion starts from the initial state.
    private static let idle = Mutex<[String: [Int]]>([:])
    private static let idleLimit = 8

    /// `span` as text, from the charset's initial state. Each ill-formed unit becomes U+FFFD.
    ///
    /// Every turn of the loop takes input or ends it, so time and output are linear in the input.
    borrowing func convert(_ span: RawSpan) -> (text: String, isDamaged: Bool) {
        var output: [UInt8] = []
        output.reserveCapacity(span.byteCount + span.byteCount / 2)
        var isDamaged = false
        _ = unsafe iconv(descriptor, nil, nil, nil, nil)
        unsafe span.withUnsafeBytes { source in
            unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { block in
                guard let base = source.baseAddress, let start = block.baseAddress else { return }
                var input: UnsafeMutablePointer<CChar>? = unsafe UnsafeMutablePointer(
                    mutating: base.assumingMemoryBound(to: CChar.self))
                var remaining = source.count
                while remaining > 0 {
                    let before = remaining
                    var target: UnsafeMutablePointer<CChar>? = unsafe start
                    var room = block.count
                    let result = unsafe iconv(descriptor, &input, &remaining, &target, &room)
                    let failure = errno
                    unsafe output.append(contentsOf: UnsafeRawBufferPointer(start: start, count: block.count - room))
                    guard result == -1 else { continue }
                    if failure == E2BIG, remaining < before || room < block.count { continue }
                    isDamaged = true
                    output.append(contentsOf: [0xEF, 0xBF, 0xBD])
                    guard failure == EILSEQ, remaining > unit else { break }
                    remaining -= unit
                    unsafe input = unsafe input.map { unsafe $0 + unit }
                }
                // What a stateful charset holds back comes out on a call without input.
                var target: UnsafeMutablePointer<CChar>? = unsafe start
                var room = block.count
                _ = unsafe iconv(descriptor, nil, nil, &target, &room)
                unsafe output.append(contentsOf: UnsafeRawBufferPointer(start: start, count: block.count - room))
            }
        }
        return (String(decoding: output, as: UTF8.self), isDamaged)
    }
}
