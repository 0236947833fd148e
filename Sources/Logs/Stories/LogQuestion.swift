import Values

/// Who or what is asked after in logs.
public struct LogQuestion: Sendable, Hashable {
    /// The text of it.
    public let text: String
    private let network: IPNetwork?
    private let isAddress: Bool
    private let bare: String

    /// An address of a client or next hop (or a network of them), an address of mail (or `@domain`), a queue id, the value
    /// of a Message-ID field with or without its brackets, a session, a user or the name of a host.
    public init(_ text: String) {
        self.text = text
        if let address = IPAddress(text) {
            network = IPNetwork(address, prefixLength: address.isV4 ? 32 : 128)
        } else {
            network = text.contains("/") ? IPNetwork(text) : nil
        }
        isAddress = text.contains("@")
        bare = text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
    }

    /// Whether a record is about it by itself.
    public func isAbout(_ record: LogRecord) -> Bool { matches(record) }

    func matches(_ record: LogRecord) -> Bool {
        if let network {
            for field in record.fields where field.name == .client || field.name == .nextHopAddress {
                if let address = IPAddress(field.value), network.contains(address) { return true }
            }
            return false
        }
        if !isAddress, record.message == bare || record.session == bare { return true }
        for field in record.fields {
            switch field.name {
            case .sender, .recipient, .originalRecipient, .authenticated, .user:
                if isSame(field.value) { return true }
            case .messageID: if field.value == bare { return true }
            case .newMessage: if !isAddress, field.value == bare { return true }
            case .clientName, .helo, .nextHop: if !isAddress, field.value.equalsIgnoringASCIICase(bare) { return true }
            default: break
            }
        }
        return false
    }

    /// Whether an address, or one of several with spaces between, is asked after.
    private func isSame(_ value: String) -> Bool {
        if value.equalsIgnoringASCIICase(bare) { return true }
        guard isAddress else { return false }
        if bare.hasPrefix("@"), value.utf8.count > bare.utf8.count,
            value.suffix(bare.count).equalsIgnoringASCIICase(bare)
        {
            return true
        }
        guard value.utf8.contains(.space) else { return false }
        return value.split(separator: " ").contains {
            $0.equalsIgnoringASCIICase(bare)
                || (bare.hasPrefix("@") && $0.suffix(bare.count).equalsIgnoringASCIICase(bare))
        }
    }
}
