/// The name of a header field, made ready for being looked up in many headers.
public struct HeaderName: Sendable {
    /// The name as given.
    public let text: String
    let hash: UInt32

    /// A name, whatever the case of its letters.
    public init(_ text: String) { (self.text, hash) = (text, HeaderIndex.hash(text)) }
}

extension HeaderBlock {
    /// Whether more than one field may be called as one of `names` says: sure when it is false.
    public func hasRepeated(_ names: [HeaderName]) -> Bool {
        var seen: UInt64 = 0
        for entry in entries {
            var bit: UInt64 = 1
            for name in names {
                if name.hash == entry.nameHash {
                    if seen & bit != 0 { return true }
                    seen |= bit
                }
                bit <<= 1
            }
        }
        return names.count > 64
    }

    /// How many fields are called `name`, upper and lower case alike.
    public func count(of name: HeaderName) -> Int {
        entries.count { $0.nameHash == name.hash && $0.isNamed(name.text, in: source) }
    }
}

/// Names of fields, made ready for asking whether a header has any of them.
public struct HeaderNames: Sendable {
    fileprivate let hashes: [UInt32]
    /// A bit for each hash, by its last six bits: most names have none of them.
    fileprivate let marks: UInt64

    /// Names, whatever the case of their letters.
    public init(_ names: [String]) {
        hashes = names.map { HeaderIndex.hash($0) }
        marks = hashes.reduce(0) { $0 | 1 << UInt64($1 & 63) }
    }
}

extension HeaderBlock {
    /// Whether a field may have one of `names`: sure when it is false.
    public func mayContain(_ names: HeaderNames) -> Bool {
        for entry in entries where names.marks & 1 << UInt64(entry.nameHash & 63) != 0 {
            if names.hashes.contains(entry.nameHash) { return true }
        }
        return false
    }
}
