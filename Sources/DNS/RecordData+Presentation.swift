import Values

extension RecordData {
    /// The data in master-file presentation form (RFC 1035 §5.1), one way only: names absolute and in lower case,
    /// character strings quoted.
    public var presentation: String {
        switch self {
        case .address(let address): address.description
        case .mx(let preference, let exchange): "\(preference) \(exchange)"
        case .name(let name): name.text
        case .txt(let strings): CharacterStrings.presentation(of: strings)
        case .other(let text): text
        }
    }

    /// Reads the data of a record of `type` in master-file presentation form. Names are absolute, with a final dot or
    /// without. Nil when it is not data of that type.
    public init?(presentation text: some StringProtocol, type: RecordType) {
        switch type {
        case .a:
            guard let address = IPAddress(text), address.isV4 else { return nil }
            self = .address(address)
        case .aaaa:
            guard text.utf8.contains(.colon), !text.utf8.contains(.ascii("%")), let address = IPAddress(text) else {
                return nil
            }
            self = .address(address.asAAAA)
        case .mx:
            let parts = RecordData.words(of: text)
            guard parts.count == 2, let preference = RecordData.preference(parts[0]),
                let exchange = DomainName(parts[1])
            else { return nil }
            self = .mx(preference: preference, exchange: exchange)
        case .cname, .ns, .ptr:
            let parts = RecordData.words(of: text)
            guard parts.count == 1, let name = DomainName(parts[0]) else { return nil }
            self = .name(name)
        case .txt:
            // A server can send a TXT record without any string in it; a snapshot shows it as nothing.
            guard let strings = text.isEmpty ? [] : CharacterStrings.parse(text) else { return nil }
            self = .txt(strings)
        case .soa, .srv, .tlsa:
            let parts = RecordData.words(of: text)
            guard !parts.isEmpty else { return nil }
            self = .other(parts.joined(separator: " "))
        }
    }

    private static func words(of text: some StringProtocol) -> [String] {
        text.utf8.split(whereSeparator: \.isWhitespace).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func preference(_ text: String) -> UInt16? {
        text.utf8.count <= 5 && text.utf8.allSatisfy(\.isDigit) ? UInt16(text) : nil
    }
}

extension IPAddress {
    /// The address as an AAAA record holds it. An IPv4-mapped one stays IPv6 there: it must not match an IPv4 client,
    /// whose addresses are asked for as A records (RFC 7208 §5).
    public var asAAAA: IPAddress {
        switch self {
        case .v4(let value): .v6(high: 0, low: 0xFFFF_0000_0000 | UInt64(value))
        case .v6: self
        }
    }
}
