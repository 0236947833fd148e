import CHyperscan
import Values

/// What one thread needs to look for sets of patterns.
@safe public final class PatternScan {
    private var scratch: OpaquePointer?
    /// The sets that there is room for.
    private var prepared: [ObjectIdentifier: PatternSet] = [:]
    private var last: PatternSet?
    private var progress = ScanProgress()
    /// The letters and digits of a subject, without what parts them.
    private var letters: [UInt8] = []
    private var seen = [Bool](repeating: false, count: 256)

    public init() {}

    deinit { unsafe hs_free_scratch(scratch) }

    /// Adds to `candidates` those patterns of `set` that can match in `subject`, each once. Those in
    /// `PatternSet.unfiltered` are not added.
    public func scan(_ subject: Bytes, for set: PatternSet, into candidates: inout [Int]) {
        subject.withSpan { span in
            guard prepare(set), look(for: set.plain, in: span, set, &candidates),
                look(for: set.shapes, in: span, set, &candidates),
                set.reduced.isEmpty || lookForLetters(in: span, set, &candidates)
            else {
                // What could not be looked for may be there.
                for index in 0..<set.count where set.needCounts[index] > 0 && !candidates.contains(index) {
                    candidates.append(index)
                }
                return
            }
            lookForBytes(in: span, set, &candidates)
        }
    }

    private func lookForBytes(in span: RawSpan, _ set: PatternSet, _ candidates: inout [Int]) {
        // Of obfuscated letters, most are not of ASCII, and most text is.
        let isPlain = !span.containsEightBit
        guard !(isPlain ? set.asciiByteNeeds.isEmpty : set.byteNeeds.isEmpty) else { return }
        // A store a byte; the few that there can be are counted once.
        for index in seen.indices { seen[index] = false }
        for index in span.byteOffsets { seen[Int(span[index])] = true }
        let bytes = ByteClass { seen[Int($0)] }
        for (need, wanted) in isPlain ? set.asciiByteNeeds : set.byteNeeds where bytes.intersects(wanted) {
            progress.meet(need, set, &candidates, isWhole: true)
        }
    }

    /// Looks for what is there when only letters and digits of ASCII are left.
    private func lookForLetters(in span: RawSpan, _ set: PatternSet, _ candidates: inout [Int]) -> Bool {
        var letters = letters
        self.letters = []
        letters.removeAll(keepingCapacity: true)
        for index in span.byteOffsets {
            let byte = span[index]
            if byte.isAlphanumeric { letters.append(byte) }
        }
        let isDone = unsafe look(for: set.reduced, in: letters.span.bytes, set, &candidates)
        self.letters = letters
        return isDone
    }

    /// Makes room for `set`; false when there is no memory for it.
    private func prepare(_ set: PatternSet) -> Bool {
        if last !== set {
            if prepared[ObjectIdentifier(set)] == nil {
                for texts in [set.plain, set.reduced, set.shapes] where !texts.isEmpty {
                    guard unsafe hs_alloc_scratch(texts.database, &scratch) == HS_SUCCESS else { return false }
                }
                // Kept, so that no other set comes to lie in its place.
                prepared[ObjectIdentifier(set)] = set
                progress.makeRoom(for: set)
            }
            last = set
        }
        progress.begin()
        return true
    }

    /// What the library's call-back works with.
    private struct Context {
        let set: PatternSet
        let texts: TextSet
        var progress: ScanProgress
        var candidates: [Int]
    }

    /// Looks for `texts`, and notes what they meet; false when that failed.
    private func look(for texts: TextSet, in span: RawSpan, _ set: PatternSet, _ candidates: inout [Int]) -> Bool {
        guard !texts.isEmpty else { return true }
        var context = Context(set: set, texts: texts, progress: progress, candidates: candidates)
        (progress, candidates) = (ScanProgress(), [])
        let result = unsafe withUnsafeMutablePointer(to: &context) { context in
            unsafe span.withUnsafeBytes { bytes in
                unsafe hs_scan(
                    texts.database, bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? PatternScan.nothing,
                    UInt32(clamping: bytes.count), 0, scratch,
                    { id, _, _, _, context in
                        guard let context = unsafe context?.assumingMemoryBound(to: Context.self) else { return 1 }
                        unsafe context.pointee.texts.eachNeed(met: id) { need in
                            unsafe context.pointee.progress.meet(
                                need, context.pointee.set, &context.pointee.candidates)
                        }
                        return 0
                    }, context)
            }
        }
        (progress, candidates) = (context.progress, context.candidates)
        return result == HS_SUCCESS
    }

    private nonisolated(unsafe) static let nothing: UnsafePointer<CChar> = {
        let place = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        unsafe place.pointee = 0
        return unsafe UnsafePointer(place)
    }()
}
