import CHyperscan
import Glibc
import Values

/// Many patterns looked for in one pass, to tell which of them can match at all.
///
/// Of each pattern it is known what texts a subject must have for it to match; these are looked for, all at once. A
/// pattern that is not reported does not match; one that is reported may, and the expression itself decides.
@safe public final class PatternSet: Sendable {
    /// How many patterns there are.
    public let count: Int
    /// Those of which nothing is known that could be looked for: they may always match.
    public let unfiltered: [Int]
    /// For each pattern, how many of its needs have to be met.
    let needCounts: [UInt8]
    /// For each need, the pattern that has it.
    let patternOfNeed: [UInt32]
    /// The needs that a byte beyond ASCII meets.
    let eightBitNeeds: [UInt32]
    /// For each text, where its needs begin in `needs`; one more ends the last.
    let needStarts: [UInt32]
    let needs: [UInt32]
    // A database is never changed after it is made, so threads may share it.
    nonisolated(unsafe) let database: OpaquePointer?

    /// How many texts are looked for.
    var textCount: Int { needStarts.count - 1 }

    /// Prepares a pass for `patterns`. The result can be kept, see `serialized`.
    public convenience init(_ patterns: [(pattern: [UInt8], options: Expression.Options)]) {
        var needCounts = [UInt8](repeating: 0, count: patterns.count)
        var patternOfNeed: [UInt32] = []
        var eightBitNeeds: [UInt32] = []
        var places: [[UInt8]: [UInt32]] = [:]
        var size = 0
        for (index, entry) in patterns.enumerated() {
            let all = PatternReader.needs(of: entry.pattern, entry.options)
            for literals in all {
                size += literals.texts.count
                guard size <= PatternSet.textLimit else { break }
                let need = UInt32(patternOfNeed.count)
                patternOfNeed.append(UInt32(index))
                needCounts[index] += 1
                if literals.acceptsEightBit { eightBitNeeds.append(need) }
                for text in literals.texts { places[text, default: []].append(need) }
            }
        }
        let texts = places.keys.sorted { $0.lexicographicallyPrecedes($1) }
        var (starts, needs): ([UInt32], [UInt32]) = ([0], [])
        for text in texts {
            needs += places[text] ?? []
            starts.append(UInt32(needs.count))
        }
        let compiled = unsafe PatternSet.compiled(texts)
        if unsafe compiled == nil, !texts.isEmpty { needCounts = needCounts.map { _ in 0 } }
        unsafe self.init(
            database: compiled, needCounts: needCounts, patternOfNeed: patternOfNeed, eightBitNeeds: eightBitNeeds,
            needStarts: starts, needs: needs)
    }

    private init(
        database: OpaquePointer?, needCounts: [UInt8], patternOfNeed: [UInt32], eightBitNeeds: [UInt32],
        needStarts: [UInt32], needs: [UInt32]
    ) {
        count = needCounts.count
        unfiltered = needCounts.indices.filter { needCounts[$0] == 0 }
        (self.needCounts, self.patternOfNeed, self.eightBitNeeds) = (needCounts, patternOfNeed, eightBitNeeds)
        (self.needStarts, self.needs) = (needStarts, needs)
        unsafe self.database = unsafe database
    }

    deinit { unsafe hs_free_database(database) }

    /// How many texts of all patterns are looked for; what patterns need beyond them is not.
    private static let textLimit = 400_000

    private static func compiled(_ texts: [[UInt8]]) -> OpaquePointer? {
        guard !texts.isEmpty else { return unsafe nil }
        let block = UnsafeMutableBufferPointer<CChar>.allocate(capacity: texts.reduce(0) { $0 + $1.count })
        defer { unsafe block.deallocate() }
        var starts: [UnsafePointer<CChar>?] = unsafe []
        var position = 0
        for text in texts {
            let start = unsafe block.baseAddress.map { unsafe $0 + position }
            for (offset, byte) in text.enumerated() { unsafe block[position + offset] = CChar(bitPattern: byte) }
            unsafe starts.append(unsafe UnsafePointer(start))
            position += text.count
        }
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let flags = [UInt32](
            repeating: UInt32(HS_FLAG_CASELESS) | UInt32(HS_FLAG_SINGLEMATCH), count: texts.count)
        let result = unsafe hs_compile_lit_multi(
            starts, flags, texts.indices.map { UInt32($0) }, texts.map(\.count), UInt32(texts.count),
            UInt32(HS_MODE_BLOCK), nil, &database, &failure)
        unsafe hs_free_compile_error(failure)
        return result == HS_SUCCESS ? unsafe database : nil
    }
}

extension PatternSet {
    /// The set in a form that the same build of the library reads back; nil when there is no memory for it.
    public var serialized: [UInt8]? {
        var result = PackedNumbers()
        result.append(needCounts.map { UInt32($0) })
        for list in [patternOfNeed, eightBitNeeds, needStarts, needs] { result.append(list) }
        guard unsafe database != nil else { return result.bytes }
        var bytes: UnsafeMutablePointer<CChar>?
        var length = 0
        guard unsafe hs_serialize_database(database, &bytes, &length) == HS_SUCCESS, let start = unsafe bytes else {
            return nil
        }
        defer { unsafe free(start) }
        return unsafe result.bytes + UnsafeRawBufferPointer(start: start, count: length)
    }

    /// Reads back what `serialized` gave for `count` patterns. Nil when it is damaged or of another build of the
    /// library.
    public convenience init?(serialized bytes: Bytes, count: Int) {
        var reader = PackedNumbers.Reader(bytes)
        guard let counts = reader.list(), counts.count == count, let patternOfNeed = reader.list(),
            let eightBitNeeds = reader.list(), let starts = reader.list(), let needs = reader.list(),
            counts.allSatisfy({ $0 <= 255 }), patternOfNeed.allSatisfy({ $0 < count }),
            eightBitNeeds.allSatisfy({ $0 < patternOfNeed.count }), needs.allSatisfy({ $0 < patternOfNeed.count }),
            starts.first == 0, starts.last == UInt32(needs.count), zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return nil }
        var database: OpaquePointer?
        if starts.count > 1 {
            let result = reader.rest.withSpan { span in
                unsafe span.withUnsafeBytes { source in
                    unsafe hs_deserialize_database(
                        source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count, &database)
                }
            }
            guard result == HS_SUCCESS else { return nil }
        }
        unsafe self.init(
            database: database, needCounts: counts.map { UInt8($0) }, patternOfNeed: patternOfNeed,
            eightBitNeeds: eightBitNeeds, needStarts: starts, needs: needs)
    }

    /// What the library calls itself, and the kind of processor it compiles for: compiled sets are of one of each.
    public static var libraryVersion: String {
        var platform = hs_platform_info_t()
        unsafe hs_populate_platform(&platform)
        let version = unsafe hs_version().map { unsafe String(cString: $0) } ?? ""
        return "\(version) \(platform.tune) \(platform.cpu_features)"
    }
}
