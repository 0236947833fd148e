import CHyperscan
import Values

/// What one thread needs to look for sets of patterns.
@safe public final class PatternScan {
    private var scratch: OpaquePointer?
    /// The sets that there is room for.
    private var prepared: [ObjectIdentifier: PatternSet] = [:]
    /// The texts found, in the order they were.
    private var found: [UInt32] = []
    /// For each need, the scan that last met it, and for each pattern, how many needs it has met in the scan.
    private var metIn: [UInt32] = []
    private var metCounts: [(scan: UInt32, count: UInt8)] = []
    private var scanNumber: UInt32 = 0

    public init() {}

    deinit { unsafe hs_free_scratch(scratch) }

    /// Adds to `candidates` those patterns of `set` that can match in `subject`, each once. Those in
    /// `PatternSet.unfiltered` are not added.
    public func scan(_ subject: Bytes, for set: PatternSet, into candidates: inout [Int]) {
        guard unsafe set.database != nil else { return }
        guard prepare(set), search(subject, set) else {
            // What could not be looked for may be there.
            for index in 0..<set.count where set.needCounts[index] > 0 { candidates.append(index) }
            return
        }
        for text in found {
            let (start, end) = (Int(set.needStarts[Int(text)]), Int(set.needStarts[Int(text) + 1]))
            for place in start..<end { meet(set.needs[place], set, &candidates) }
        }
        if !set.eightBitNeeds.isEmpty, subject.withSpan({ $0.containsEightBit }) {
            for need in set.eightBitNeeds { meet(need, set, &candidates) }
        }
    }

    private func meet(_ need: UInt32, _ set: PatternSet, _ candidates: inout [Int]) {
        guard metIn[Int(need)] != scanNumber else { return }
        metIn[Int(need)] = scanNumber
        let pattern = Int(set.patternOfNeed[Int(need)])
        let count = metCounts[pattern].scan == scanNumber ? metCounts[pattern].count + 1 : 1
        metCounts[pattern] = (scanNumber, count)
        if count == set.needCounts[pattern] { candidates.append(pattern) }
    }

    /// Makes room for `set`; false when there is no memory for it.
    private func prepare(_ set: PatternSet) -> Bool {
        if prepared[ObjectIdentifier(set)] == nil {
            guard unsafe hs_alloc_scratch(set.database, &scratch) == HS_SUCCESS else { return false }
            // Kept, so that no other set comes to lie in its place.
            prepared[ObjectIdentifier(set)] = set
            if metIn.count < set.patternOfNeed.count {
                metIn += Array(repeating: 0, count: set.patternOfNeed.count - metIn.count)
            }
            if metCounts.count < set.count {
                metCounts += Array(repeating: (0, 0), count: set.count - metCounts.count)
            }
        }
        if scanNumber == .max {
            metIn = metIn.map { _ in 0 }
            metCounts = metCounts.map { _ in (0, 0) }
            scanNumber = 0
        }
        scanNumber += 1
        return true
    }

    /// Looks for the texts of `set`; false when that failed.
    private func search(_ subject: Bytes, _ set: PatternSet) -> Bool {
        found.removeAll(keepingCapacity: true)
        let result = unsafe withUnsafeMutablePointer(to: &found) { list in
            subject.withSpan { span in
                unsafe span.withUnsafeBytes { bytes in
                    unsafe hs_scan(
                        set.database, bytes.baseAddress?.assumingMemoryBound(to: CChar.self) ?? PatternScan.nothing,
                        UInt32(clamping: bytes.count), 0, scratch,
                        { id, _, _, _, context in
                            guard let context = unsafe context else { return 1 }
                            unsafe context.assumingMemoryBound(to: [UInt32].self).pointee.append(id)
                            return 0
                        }, list)
                }
            }
        }
        return result == HS_SUCCESS
    }

    private nonisolated(unsafe) static let nothing: UnsafePointer<CChar> = {
        let place = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        unsafe place.pointee = 0
        return unsafe UnsafePointer(place)
    }()
}
