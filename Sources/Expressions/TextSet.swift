import CHyperscan
import Glibc
import Values

/// Texts that are looked for all at once, without regard to the case of ASCII letters, and what each of them meets.
@safe final class TextSet: Sendable {
    /// For each text, where its needs begin in `needs`; one more ends the last.
    private let starts: [UInt32]
    private let needs: [UInt32]
    // A database is never changed after it is made, so threads may share it.
    nonisolated(unsafe) let database: OpaquePointer?

    var isEmpty: Bool { starts.count == 1 }
    /// Whether the texts can be looked for.
    var isUsable: Bool { unsafe isEmpty || database != nil }

    /// Calls `body` with each need that the text of that number meets.
    @inline(__always)
    func eachNeed(met text: UInt32, _ body: (UInt32) -> Void) {
        for place in Int(starts[Int(text)])..<Int(starts[Int(text) + 1]) { body(needs[place]) }
    }

    /// Prepares to look for `texts`, each with the needs that it meets.
    convenience init(_ texts: [[UInt8]: [UInt32]], leastOfNeed: [UInt8]) {
        let ordered = texts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        var (starts, needs): ([UInt32], [UInt32]) = ([0], [])
        for (_, met) in ordered {
            needs += met
            starts.append(UInt32(needs.count))
        }
        let compiled = unsafe TextSet.compiled(
            ordered.map { ($0.key, isCounted: $0.value.contains { leastOfNeed[Int($0)] > 1 }) })
        unsafe self.init(database: compiled, starts: starts, needs: needs)
    }

    private init(database: OpaquePointer?, starts: [UInt32], needs: [UInt32]) {
        (self.starts, self.needs) = (starts, needs)
        unsafe self.database = unsafe database
    }

    deinit { unsafe hs_free_database(database) }

    /// Prepares to look for what `shapes` match, roughly: for more rather than for less. Those that the library cannot
    /// take are left out; `isTaken` tells of each whether it was not.
    static func set(
        of shapes: [(pattern: [UInt8], options: Expression.Options)], needs: [UInt32]
    ) -> (set: TextSet, isTaken: [Bool]) {
        var places = shapes.indices.filter { place in
            let options = shapes[place].options
            return shapes[place].pattern.count <= longestShape && !shapes[place].pattern.contains(0)
                && options.isDisjoint(with: [.extended, .extendedMore, .capturingNothing])
        }
        var database: OpaquePointer?
        while !places.isEmpty {
            guard let refused = unsafe compiled(shapes: places.map { shapes[$0] }, into: &database) else { break }
            // Without a word about which it is, it is all of them.
            if places.indices.contains(refused) { places.remove(at: refused) } else { places = [] }
        }
        var isTaken = shapes.map { _ in false }
        for place in places { isTaken[place] = true }
        let set = unsafe TextSet(
            database: database, starts: (0...places.count).map { UInt32($0) }, needs: places.map { needs[$0] })
        return (set, isTaken)
    }

    private static let longestShape = 2_000

    /// Compiles `shapes`; nil when that is done, else the place of one that cannot be, -1 where it is not told.
    private static func compiled(
        shapes: [(pattern: [UInt8], options: Expression.Options)], into database: inout OpaquePointer?
    ) -> Int? {
        let texts = shapes.map { $0.pattern + [0] }
        let block = UnsafeMutableBufferPointer<CChar>.allocate(capacity: texts.reduce(0) { $0 + $1.count })
        defer { unsafe block.deallocate() }
        var starts: [UnsafePointer<CChar>?] = unsafe []
        var position = 0
        for text in texts {
            unsafe starts.append(unsafe UnsafePointer(block.baseAddress.map { unsafe $0 + position }))
            for byte in text {
                unsafe block[position] = CChar(bitPattern: byte)
                position += 1
            }
        }
        let flags = shapes.map { shape in
            var flags = UInt32(HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY | HS_FLAG_PREFILTER)
            if shape.options.contains(.ignoringCase) { flags |= UInt32(HS_FLAG_CASELESS) }
            if shape.options.contains(.multiline) { flags |= UInt32(HS_FLAG_MULTILINE) }
            if shape.options.contains(.dotMatchesAll) { flags |= UInt32(HS_FLAG_DOTALL) }
            return flags
        }
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let result = unsafe hs_compile_multi(
            starts, flags, shapes.indices.map { UInt32($0) }, UInt32(shapes.count), UInt32(HS_MODE_BLOCK), nil,
            &database, &failure)
        guard result != HS_SUCCESS else { return nil }
        let place = unsafe failure.map { unsafe Int($0.pointee.expression) } ?? -1
        unsafe hs_free_compile_error(failure)
        unsafe database = nil
        return place
    }

    private static func compiled(_ texts: [(bytes: [UInt8], isCounted: Bool)]) -> OpaquePointer? {
        guard !texts.isEmpty else { return nil }
        let block = UnsafeMutableBufferPointer<CChar>.allocate(capacity: texts.reduce(0) { $0 + $1.bytes.count })
        defer { unsafe block.deallocate() }
        var starts: [UnsafePointer<CChar>?] = unsafe []
        var position = 0
        for text in texts {
            let start = unsafe block.baseAddress.map { unsafe $0 + position }
            for (offset, byte) in text.bytes.enumerated() { unsafe block[position + offset] = CChar(bitPattern: byte) }
            unsafe starts.append(unsafe UnsafePointer(start))
            position += text.bytes.count
        }
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        // What has to be there once is told once.
        let flags = texts.map { UInt32(HS_FLAG_CASELESS) | ($0.isCounted ? 0 : UInt32(HS_FLAG_SINGLEMATCH)) }
        let result = unsafe hs_compile_lit_multi(
            starts, flags, texts.indices.map { UInt32($0) }, texts.map(\.bytes.count), UInt32(texts.count),
            UInt32(HS_MODE_BLOCK), nil, &database, &failure)
        unsafe hs_free_compile_error(failure)
        return result == HS_SUCCESS ? unsafe database : nil
    }

    /// The set in a form that the same build of the library reads back; nil when there is no memory for it.
    var serialized: [UInt8]? {
        var result = PackedNumbers()
        result.append(starts)
        result.append(needs)
        guard unsafe database != nil else { return result.bytes }
        var bytes: UnsafeMutablePointer<CChar>?
        var length = 0
        guard unsafe hs_serialize_database(database, &bytes, &length) == HS_SUCCESS, let start = unsafe bytes else {
            return nil
        }
        defer { unsafe free(start) }
        return unsafe result.bytes + UnsafeRawBufferPointer(start: start, count: length)
    }

    /// Reads back what `serialized` gave. Nil when it is damaged or of another build of the library.
    convenience init?(serialized bytes: Bytes, needCount: Int) {
        var reader = PackedNumbers.Reader(bytes)
        guard let starts = reader.list(), let needs = reader.list(), needs.allSatisfy({ $0 < needCount }),
            starts.first == 0, starts.last == UInt32(needs.count),
            zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
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
        unsafe self.init(database: database, starts: starts, needs: needs)
    }

    static var libraryVersion: String {
        var platform = hs_platform_info_t()
        unsafe hs_populate_platform(&platform)
        let version = unsafe hs_version().map { unsafe String(cString: $0) } ?? ""
        return "\(version) \(platform.tune) \(platform.cpu_features)"
    }
}
