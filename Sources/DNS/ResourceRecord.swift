import Values

/// One record: a name, a type and its data, in class IN.
public struct ResourceRecord: Sendable, Hashable {
    public let name: DomainName
    /// Nil for a type that mail policy does not look at; such a record still makes its name exist.
    public let type: RecordType?
    public let data: RecordData

    /// A record of a type that mail policy looks at.
    public init(_ name: DomainName, _ type: RecordType, _ data: RecordData) {
        (self.name, self.type, self.data) = (name, type, data)
    }

    /// A record of any other type.
    public init(_ name: DomainName, otherType mnemonic: String, _ rdata: String) {
        (self.name, self.type, self.data) = (name, nil, .other("\(mnemonic) \(rdata)"))
    }
}
