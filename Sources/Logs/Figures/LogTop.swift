import Values

/// Counts by name, of which only the frequent ones are kept where there are very many.
public struct LogTop: Sendable, Hashable {
    /// How many different names were let go of: the counts of those that are left may be too low where there are some.
    public private(set) var forgottenCount = 0
    private var rows: [Row] = []
    /// The rows by the digests of their names, and by their names where another has the digest: whoever chooses names may
    /// choose such.
    private var byDigest: [UInt64: Int] = [:], byName: [String: Int] = [:]
    private let limit: Int

    private struct Row: Sendable {
        let name: String
        let digest: UInt64
        var count: Int
    }

    /// Counts nothing yet; at most twice `limit` names are held.
    public init(limit: Int = 20_000) { self.limit = limit }

    mutating func add(_ name: String, _ count: Int = 1) {
        var name = name
        name.makeContiguousUTF8()
        let digest = unsafe LogTop.digest(name.utf8Span.span.bytes)
        if let row = byDigest[digest], rows[row].name == name {
            rows[row].count += count
        } else if let row = byName[name] {
            rows[row].count += count
        } else {
            insert(Row(name: name, digest: digest, count: count))
        }
    }

    /// The same of a name that stands in a line: no string is made of one that is known.
    mutating func add(_ name: ArraySlice<UInt8>) {
        // What is no ASCII may be mended when it becomes a string.
        guard name.allSatisfy({ $0 < 0x80 }) else { return add(name.string) }
        let bytes = unsafe name.span.bytes
        if let row = byDigest[LogTop.digest(bytes)], unsafe rows[row].name.utf8Span.span.bytes.isEqual(to: bytes) {
            rows[row].count += 1
        } else {
            add(name.string)
        }
    }

    /// The same of an address, whose capitals do not count.
    mutating func add(address: ArraySlice<UInt8>) {
        guard address.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return add(address) }
        add(address.string.asciiLowercased)
    }

    private mutating func insert(_ row: Row) {
        rows.append(row)
        index(rows.count - 1)
        guard rows.count > 2 * limit else { return }
        rows.sort(by: LogTop.precedes)
        forgottenCount += rows.count - limit
        rows.removeLast(rows.count - limit)
        byDigest.removeAll(keepingCapacity: true)
        byName.removeAll()
        for place in rows.indices { index(place) }
    }

    private mutating func index(_ place: Int) {
        if byDigest[rows[place].digest] == nil {
            byDigest[rows[place].digest] = place
        } else {
            byName[rows[place].name] = place
        }
    }

    private static func digest(_ bytes: RawSpan) -> UInt64 {
        var digest = UInt64(bytes.byteCount) &* 0x9E37_79B9_7F4A_7C15
        func mix(_ word: UInt64) {
            let (high, low) = (digest ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
            digest = high ^ low
        }
        var offset = 0
        while let word = bytes.word(at: offset) {
            mix(word)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.byteCount {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        mix(rest)
        return digest
    }

    private static func precedes(_ left: Row, _ right: Row) -> Bool {
        (right.count, left.name) < (left.count, right.name)
    }

    /// How many names are held.
    public var count: Int { rows.count }

    /// The sum of all counts that are held.
    public var total: Int { rows.reduce(0) { $0 + $1.count } }

    /// The most frequent names.
    public func top(_ count: Int) -> [(name: String, count: Int)] {
        rows.sorted(by: LogTop.precedes).prefix(count).map { (name: $0.name, count: $0.count) }
    }

    /// The count of a name.
    public subscript(_ name: String) -> Int { rows.first { $0.name == name }?.count ?? 0 }

    public static func == (left: LogTop, right: LogTop) -> Bool {
        left.forgottenCount == right.forgottenCount && left.limit == right.limit && left.rows.count == right.rows.count
            && zip(left.top(.max), right.top(.max)).allSatisfy { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(forgottenCount)
        for (name, count) in top(.max) {
            hasher.combine(name)
            hasher.combine(count)
        }
    }
}
