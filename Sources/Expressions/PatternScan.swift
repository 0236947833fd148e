import CHyperscan
import Values

/// What one thread needs to look for sets of patterns.
@safe public final class PatternScan {
    private var scratch: OpaquePointer?
    /// The sets that there is room for.
    private var prepared: Set<ObjectIdentifier> = []

    public init() {}

    deinit { unsafe hs_free_scratch(scratch) }

    /// Marks in `candidates`, a bit a pattern, those of `set` that can match in `subject`. Bits that are set stay set.
    /// Those in `PatternSet.unfiltered` are not marked.
    public func scan(_ subject: Bytes, for set: PatternSet, into candidates: inout [UInt64]) {
        guard unsafe set.database != nil, candidates.count * 64 >= set.count else { return }
        if prepared.insert(ObjectIdentifier(set)).inserted {
            guard unsafe hs_alloc_scratch(set.database, &scratch) == HS_SUCCESS else {
                for index in candidates.indices { candidates[index] = .max }
                prepared.remove(ObjectIdentifier(set))
                return
            }
        }
        let result = unsafe candidates.withUnsafeMutableBytes { bits in
            subject.withSpan { span in
                unsafe span.withUnsafeBytes { bytes in
                    unsafe hs_scan(
                        set.database, bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? PatternScan.nothing,
                        UInt32(clamping: bytes.count), 0, scratch,
                        { id, _, _, _, context in
                            guard let context = unsafe context else { return 1 }
                            let words = unsafe context.assumingMemoryBound(to: UInt64.self)
                            unsafe words[Int(id >> 6)] |= 1 << UInt64(id & 63)
                            return 0
                        }, bits.baseAddress)
                }
            }
        }
        // What could not be looked for may be there.
        if result != HS_SUCCESS { for index in candidates.indices { candidates[index] = .max } }
    }

    private nonisolated(unsafe) static let nothing: UnsafePointer<CChar> = {
        let place = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        unsafe place.pointee = 0
        return unsafe UnsafePointer(place)
    }()
}
