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
        var count = 0
        for index in entries.indices where entries[index].nameHash == name.hash {
            if self[index].hasName(name.text) { count += 1 }
        }
        return count
    }
}
