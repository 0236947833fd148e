/// How far patterns have come in one scan: which of their needs are met.
struct ScanProgress {
    /// For each need, and for each pattern, the number of the scan that last changed it, and a count in the lowest byte.
    private var needs: [UInt32] = []
    private var patterns: [UInt32] = []
    private var scan: UInt32 = 0

    private static let lastScan: UInt32 = 1 << 24 - 1

    /// Makes room for what `set` needs.
    mutating func makeRoom(for set: PatternSet) {
        needs += Array(repeating: 0, count: max(0, set.patternOfNeed.count - needs.count))
        patterns += Array(repeating: 0, count: max(0, set.count - patterns.count))
    }

    /// Begins a scan: nothing is met.
    mutating func begin() {
        if scan == ScanProgress.lastScan {
            needs = needs.map { _ in 0 }
            patterns = patterns.map { _ in 0 }
            scan = 0
        }
        scan += 1
    }

    /// Notes that a need is met once more, or once and for all. A pattern of which all are met becomes a candidate.
    @inline(__always)
    mutating func meet(_ need: UInt32, _ set: PatternSet, _ candidates: inout [Int], isWhole: Bool = false) {
        let need = Int(need)
        let least = UInt32(set.leastOfNeed[need])
        let known = needs[need]
        let before = known >> 8 == scan ? known & 0xFF : 0
        guard before < least else { return }
        let now = isWhole ? least : before + 1
        needs[need] = scan << 8 | now
        guard now == least else { return }
        let pattern = Int(set.patternOfNeed[need])
        let met = patterns[pattern] >> 8 == scan ? patterns[pattern] & 0xFF + 1 : 1
        patterns[pattern] = scan << 8 | met
        if met == UInt32(set.needCounts[pattern]) { candidates.append(pattern) }
    }
}
