import CHyperscan
import Glibc
import Values

/// Many patterns looked for in one pass, to tell which of them can match at all.
///
/// A pattern that is not reported does not match; one that is reported may. So patterns are loosened where that makes
/// them cheaper, and the expression itself decides in the end.
@safe public final class PatternSet: Sendable {
    /// How many patterns there are.
    public let count: Int
    /// Those that the pass cannot look for: they may always match.
    public let unfiltered: [Int]
    // A database is never changed after it is made, so threads may share it.
    nonisolated(unsafe) let database: OpaquePointer?

    /// Prepares a pass for `patterns`. This can take seconds for a thousand; the result can be kept, see `serialized`.
    public init(_ patterns: [(pattern: [UInt8], options: Expression.Options)]) {
        count = patterns.count
        var unfiltered: [Int] = []
        var entries: [(id: Int, text: [CChar], flags: UInt32)] = []
        for (id, entry) in patterns.enumerated() {
            // Time and memory for compiling grow with the square of a long pattern; its beginning is enough.
            guard
                let loose = LooseExpression.prefix(
                    of: LooseExpression.loosened(entry.pattern), limit: PatternSet.longestPattern)
            else {
                unfiltered.append(id)
                continue
            }
            let text = loose.map { CChar(bitPattern: $0) } + [0]
            var flags = UInt32(HS_FLAG_SINGLEMATCH) | UInt32(HS_FLAG_ALLOWEMPTY) | UInt32(HS_FLAG_PREFILTER)
            if entry.options.contains(.ignoringCase) { flags |= UInt32(HS_FLAG_CASELESS) }
            if entry.options.contains(.multiline) { flags |= UInt32(HS_FLAG_MULTILINE) }
            if entry.options.contains(.dotMatchesAll) { flags |= UInt32(HS_FLAG_DOTALL) }
            let isPlain =
                entry.options.isDisjoint(with: [.extended, .extendedMore]) && !text.dropLast().contains(0)
                && PatternSet.isAccepted(text, flags)
            if isPlain { entries.append((id, text, flags)) } else { unfiltered.append(id) }
        }
        var database: OpaquePointer?
        // An expression can turn out too large only while all are compiled: then it is left out.
        for _ in 0..<8 where !entries.isEmpty {
            switch unsafe PatternSet.compiled(entries) {
            case .success(let made): unsafe database = unsafe made
            case .failure(let culprit):
                let place = (0..<entries.count).contains(culprit.index) ? culprit.index : entries.count - 1
                unfiltered.append(entries.remove(at: place).id)
                continue
            }
            break
        }
        if unsafe database == nil { unfiltered += entries.map(\.id) }
        unsafe self.database = unsafe database
        self.unfiltered = unfiltered.sorted()
    }

    private init(database: OpaquePointer?, count: Int, unfiltered: [Int]) {
        (self.count, self.unfiltered) = (count, unfiltered)
        unsafe self.database = unsafe database
    }

    deinit { unsafe hs_free_database(database) }

    private static let longestPattern = 250

    private struct Culprit: Error { let index: Int }

    private static func isAccepted(_ text: [CChar], _ flags: UInt32) -> Bool {
        var info: UnsafeMutablePointer<hs_expr_info_t>?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let result = unsafe hs_expression_info(text, flags, &info, &failure)
        unsafe hs_free_compile_error(failure)
        unsafe free(info)
        return result == HS_SUCCESS
    }

    private static func compiled(
        _ entries: [(id: Int, text: [CChar], flags: UInt32)]
    ) -> Result<OpaquePointer, Culprit> {
        let block = UnsafeMutableBufferPointer<CChar>.allocate(capacity: entries.reduce(0) { $0 + $1.text.count })
        defer { unsafe block.deallocate() }
        var starts: [UnsafePointer<CChar>?] = unsafe []
        var position = 0
        for entry in entries {
            let start = unsafe block.baseAddress.map { unsafe $0 + position }
            for (offset, byte) in entry.text.enumerated() { unsafe block[position + offset] = byte }
            unsafe starts.append(unsafe UnsafePointer(start))
            position += entry.text.count
        }
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let ids = entries.map { UInt32($0.id) }
        let flags = entries.map(\.flags)
        let result = unsafe hs_compile_multi(
            starts, flags, ids, UInt32(entries.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
        let index = unsafe failure.map { unsafe Int($0.pointee.expression) } ?? -1
        unsafe hs_free_compile_error(failure)
        guard result == HS_SUCCESS, let database = unsafe database else {
            return unsafe .failure(Culprit(index: index))
        }
        return unsafe .success(database)
    }
}

extension PatternSet {
    /// The set in a form that the same build of the library reads back; nil when there is no memory for it.
    public var serialized: [UInt8]? {
        guard unsafe database != nil else { return [] }
        var bytes: UnsafeMutablePointer<CChar>?
        var length = 0
        guard unsafe hs_serialize_database(database, &bytes, &length) == HS_SUCCESS, let start = unsafe bytes else {
            return nil
        }
        defer { unsafe free(start) }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: length))
    }

    /// Reads back what `serialized` gave for `count` patterns. Nil when it is of another build of the library.
    public convenience init?(serialized bytes: [UInt8], count: Int, unfiltered: [Int]) {
        var database: OpaquePointer?
        if !bytes.isEmpty {
            let result = unsafe bytes.withUnsafeBytes { source in
                unsafe hs_deserialize_database(
                    source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count, &database)
            }
            guard result == HS_SUCCESS else { return nil }
        }
        unsafe self.init(database: database, count: count, unfiltered: unfiltered)
    }

    /// What the library calls itself: compiled sets are of one version.
    public static var libraryVersion: String { unsafe hs_version().map { unsafe String(cString: $0) } ?? "" }
}
