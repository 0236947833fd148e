import Values

/// The entries of a model's file by their places, read where they lie.
///
/// A file has them in one of two forms. Whole: all places one after another. Sparse: 64 marks for each group of as many
/// places, a bit for each that has an entry; for each group, how many entries come before its own; and the entries
/// without the empty ones. So a place is found in both at once, and what most messages ask for, places that have
/// nothing, needs the marks alone.
struct ModelTable: Sendable {
    /// Where it begins in the file.
    let start: Int
    let bits: Int
    let isSparse: Bool
    /// How many entries there are.
    let count: Int

    private var groupCount: Int { 1 << (bits - ModelTable.groupBits) }
    private static let groupBits = 6

    /// How many bytes it has; nil for more entries than it has places.
    var size: Int? {
        guard count <= 1 << bits, isSparse || count == 1 << bits else { return nil }
        return isSparse ? 12 * groupCount + 4 * count : 4 << bits
    }

    /// The entry at `place`; 0 where there is none. `file` is the whole file.
    @inline(__always)
    func entry(_ place: Int, in file: RawSpan) -> UInt32 {
        guard isSparse else { return file.littleEndian(at: start + 4 * place) }
        let group = place >> ModelTable.groupBits
        let marks = marks(group, in: file)
        let mark = UInt64(1) << UInt64(place & 63)
        guard marks & mark != 0 else { return 0 }
        let before = Int(rank(group, in: file)) + (marks & (mark - 1)).nonzeroBitCount
        return file.littleEndian(at: start + 12 * groupCount + 4 * before)
    }

    @inline(__always)
    private func marks(_ group: Int, in file: RawSpan) -> UInt64 {
        let place = start + 8 * group
        return UInt64(file.littleEndian(at: place)) | UInt64(file.littleEndian(at: place + 4)) << 32
    }

    @inline(__always)
    private func rank(_ group: Int, in file: RawSpan) -> UInt32 {
        file.littleEndian(at: start + 8 * groupCount + 4 * group)
    }

    /// Whether the marks are those of `count` entries. `file` has `size` bytes from `start` on.
    func isSound(in file: RawSpan) -> Bool {
        guard isSparse else { return true }
        var before = 0
        for group in 0..<groupCount {
            guard rank(group, in: file) == before else { return false }
            before += marks(group, in: file).nonzeroBitCount
        }
        return before == count
    }

    /// `entries`, 2 to the `bits` of them, in the form that takes less room.
    static func bytes(of entries: [UInt32], bits: Int) -> (isSparse: Bool, count: Int, bytes: [UInt8]) {
        let used = entries.count { $0 != 0 }
        let isSparse = 12 * (entries.count >> groupBits) + 4 * used < 4 * entries.count
        var bytes: [UInt8] = []
        guard isSparse else {
            bytes.reserveCapacity(4 * entries.count)
            for entry in entries { bytes.append(number: entry) }
            return (false, entries.count, bytes)
        }
        bytes.reserveCapacity(12 * (entries.count >> groupBits) + 4 * used)
        var ranks: [UInt32] = []
        var before: UInt32 = 0
        for start in stride(from: 0, to: entries.count, by: 64) {
            var marks: UInt64 = 0
            for place in 0..<64 where entries[start + place] != 0 { marks |= 1 << UInt64(place) }
            bytes.append(number: UInt32(truncatingIfNeeded: marks))
            bytes.append(number: UInt32(truncatingIfNeeded: marks >> 32))
            ranks.append(before)
            before += UInt32(marks.nonzeroBitCount)
        }
        for rank in ranks { bytes.append(number: rank) }
        for entry in entries where entry != 0 { bytes.append(number: entry) }
        return (true, used, bytes)
    }
}
