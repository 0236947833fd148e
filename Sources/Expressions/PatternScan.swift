import CHyperscan
import Values

/// What one thread needs to look for sets of patterns.
@safe public final class PatternScan {
    private var scratch: OpaquePointer?
    /// The sets that there is room for.
    private var prepared: [ObjectIdentifier: PatternSet] = [:]
    /// The texts found, in the order they were.
    private var found: [UInt32] = []
    /// For each need, how many times the scan that last met it did, and for each pattern, how many needs it has met.
    private var progress: [(scan: UInt32, count: UInt8)] = []
    private var metCounts: [(scan: UInt32, count: UInt8)] = []
    private var scanNumber: UInt32 = 0

    public init() {}

    deinit { unsafe hs_free_scratch(scratch) }

    /// Adds to `candidates` those patterns of `set` that can match in `subject`, each once. Those in
    /// `PatternSet.unfiltered` are not added.
    public func scan(_ subject: Bytes, for set: PatternSet, into candidates: inout [Int]) {
        guard prepare(set), look(for: set.plain, in: subject, set, &candidates),
            set.reduced.isEmpty || look(for: set.reduced, in: letters(of: subject), set, &candidates)
        else {
            // What could not be looked for may be there.
            for index in 0..<set.count where set.needCounts[index] > 0 && !candidates.contains(index) {
                candidates.append(index)
            }
            return
        }
        guard !set.byteNeeds.isEmpty else { return }
        let bytes = bytes(of: subject)
        for (need, wanted) in set.byteNeeds where bytes.intersects(wanted) {
            meet(need, set, &candidates, isWhole: true)
        }
    }

    /// Which bytes `subject` has.
    private func bytes(of subject: Bytes) -> ByteClass {
        // A store a byte; the few that there can be are counted once.
        var seen = [Bool](repeating: false, count: 256)
        subject.withSpan { span in
            for index in span.byteOffsets { seen[Int(span[index])] = true }
        }
        return ByteClass { seen[Int($0)] }
    }

    /// What is left of `subject` when only letters and digits of ASCII are.
    private func letters(of subject: Bytes) -> Bytes {
        subject.withSpan { span in
            var letters: [UInt8] = []
            letters.reserveCapacity(span.byteCount)
            for index in span.byteOffsets {
                let byte = span[index]
                if byte.isAlphanumeric { letters.append(byte) }
            }
            return Bytes(letters)
        }
    }

    /// Notes that a need is met once more, or once and for all.
    private func meet(_ need: UInt32, _ set: PatternSet, _ candidates: inout [Int], isWhole: Bool = false) {
        let least = set.leastOfNeed[Int(need)]
        let before = progress[Int(need)].scan == scanNumber ? progress[Int(need)].count : 0
        guard before < least else { return }
        progress[Int(need)] = (scanNumber, isWhole ? least : before + 1)
        guard isWhole || before + 1 == least else { return }
        let pattern = Int(set.patternOfNeed[Int(need)])
        let count = metCounts[pattern].scan == scanNumber ? metCounts[pattern].count + 1 : 1
        metCounts[pattern] = (scanNumber, count)
        if count == set.needCounts[pattern] { candidates.append(pattern) }
    }

    /// Makes room for `set`; false when there is no memory for it.
    private func prepare(_ set: PatternSet) -> Bool {
        if prepared[ObjectIdentifier(set)] == nil {
            for texts in [set.plain, set.reduced] where !texts.isEmpty {
                guard unsafe hs_alloc_scratch(texts.database, &scratch) == HS_SUCCESS else { return false }
            }
            // Kept, so that no other set comes to lie in its place.
            prepared[ObjectIdentifier(set)] = set
            if progress.count < set.patternOfNeed.count {
                progress += Array(repeating: (0, 0), count: set.patternOfNeed.count - progress.count)
            }
            if metCounts.count < set.count {
                metCounts += Array(repeating: (0, 0), count: set.count - metCounts.count)
            }
        }
        if scanNumber == .max {
            progress = progress.map { _ in (0, 0) }
            metCounts = metCounts.map { _ in (0, 0) }
            scanNumber = 0
        }
        scanNumber += 1
        return true
    }

    /// Looks for `texts`, and notes what they meet; false when that failed.
    private func look(for texts: TextSet, in subject: Bytes, _ set: PatternSet, _ candidates: inout [Int]) -> Bool {
        guard !texts.isEmpty else { return true }
        var found = found
        self.found = []
        found.removeAll(keepingCapacity: true)
        let result = unsafe withUnsafeMutablePointer(to: &found) { list in
            subject.withSpan { span in
                unsafe span.withUnsafeBytes { bytes in
                    unsafe hs_scan(
                        texts.database, bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? PatternScan.nothing,
                        UInt32(clamping: bytes.count), 0, scratch,
                        { id, _, _, _, context in
                            guard let context = unsafe context else { return 1 }
                            unsafe context.assumingMemoryBound(to: [UInt32].self).pointee.append(id)
                            return 0
                        }, list)
                }
            }
        }
        for text in found { for need in texts.needs(met: text) { meet(need, set, &candidates) } }
        self.found = found
        return result == HS_SUCCESS
    }

    private nonisolated(unsafe) static let nothing: UnsafePointer<CChar> = {
        let place = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        unsafe place.pointee = 0
        return unsafe UnsafePointer(place)
    }()
}
