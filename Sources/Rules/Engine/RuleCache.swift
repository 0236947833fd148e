import Cryptography
import Expressions
import Values

/// Compiled pattern sets, to be kept on disk: the same rules need not be compiled twice.
public struct RuleCache: Sendable {
    private let entries: [(count: Int, bytes: Bytes)?]

    fileprivate static let magic = Array("assay-rules-5\n".utf8)
    private static let digestLength = 32
    private static let keyLength = 64
    /// The largest cache that is read.
    public static let largest = 512 << 20

    /// What a cache is for: rules, options, library and processor. Another key, another cache.
    public static func key(for rules: RuleSet, options: RuleEngine.Options = .init()) -> String {
        var digests: [UInt8] = []
        for contents in rules.contents { digests += SHA256.hash(Bytes(contents)) }
        digests += Array("\(options.scoreSet) \(PatternSet.libraryVersion)".utf8)
        return SHA256.hexadecimal(Bytes(digests))
    }

    /// The name of the file for `key`.
    public static func name(for key: String) -> String { "rules-\(key.prefix(32))" }

    /// Reads what `cacheContents` gave. Nil when it is damaged or for other rules.
    public init?(_ file: Bytes, key: String) {
        var reader = CacheReader(file)
        guard file.count <= RuleCache.largest,
            reader.bytes(RuleCache.magic.count)?.elementsEqual(RuleCache.magic) ?? false,
            let digest = reader.bytes(RuleCache.digestLength),
            digest.elementsEqual(SHA256.hash(file[reader.position..<file.count])),
            reader.bytes(RuleCache.keyLength)?.elementsEqual(Array(key.utf8)) ?? false, let count = reader.number(),
            count <= 10_000
        else { return nil }
        var entries: [(count: Int, bytes: Bytes)?] = []
        for _ in 0..<count {
            guard let patterns = reader.number(), patterns <= 1_000_000, let length = reader.number(),
                let bytes = reader.bytes(length)
            else { return nil }
            entries.append(patterns == 0 ? nil : (patterns, bytes))
        }
        self.entries = entries
    }

    /// The set at `index`, for `count` patterns; nil where the cache has none.
    func set(_ index: Int, count: Int) -> PatternSet? {
        guard entries.indices.contains(index), let entry = entries[index], entry.count == count else { return nil }
        return PatternSet(serialized: entry.bytes, count: count)
    }
}

private struct CacheReader {
    let file: Bytes
    var position = 0

    init(_ file: Bytes) { self.file = file }

    mutating func bytes(_ count: Int) -> Bytes? {
        guard count >= 0, count <= file.count - position else { return nil }
        defer { position += count }
        return file[position..<(position + count)]
    }

    mutating func number() -> Int? {
        bytes(8).flatMap { Int(exactly: $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) }
    }
}

extension RuleEngine {
    /// The compiled sets, for `RuleCache`; nil when there is no memory for them.
    public func cacheContents(key: String) -> [UInt8]? {
        var body = Array(key.utf8)
        func append(_ number: Int) {
            let value = UInt64(number)
            body += (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
        }
        let groups = [self.body, rawBody, uri, full] + headers.map(\.group)
        append(groups.count)
        for group in groups {
            guard let set = group.set else {
                append(0)
                append(0)
                continue
            }
            guard let bytes = set.serialized else { return nil }
            append(set.count)
            append(bytes.count)
            body += bytes
        }
        return RuleCache.magic + SHA256.hash(Bytes(body)) + body
    }
}
