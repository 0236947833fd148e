/// The name of a header field, made ready for being looked up in many headers.
public struct HeaderName: Sendable {
    /// The name as given.
    public let text: String
    let hash: UInt32

    /// A name, whatever the case of its letters.
    public init(_ text: String) { (self.text, hash) = (text, HeaderIndex.hash(text)) }
}

extension HeaderBlock {
    /// How many fields are called `name`, upper and lower case alike.
    public func count(of name: HeaderName) -> Int {
        var count = 0
        for index in entries.indices where entries[index].nameHash == name.hash {
            if self[index].hasName(name.text) { count += 1 }
        }
        return count
    }
}
