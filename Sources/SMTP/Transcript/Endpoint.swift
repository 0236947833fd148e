import Values

/// One end of a TCP connection: an address and, where known, a port.
public struct Endpoint: Sendable, Hashable {
    /// The address.
    public let address: IPAddress
    /// The port; nil when only the address was recorded.
    public let port: UInt16?

    /// An address with a port, or without.
    public init(_ address: IPAddress, port: UInt16? = nil) {
        (self.address, self.port) = (address, port)
    }

    /// Reads `192.0.2.1:4312`, `[2001:db8::1]:4312`, or an address alone with or without brackets.
    public init?(_ text: String) {
        if let address = IPAddress(text) {
            self.init(address)
            return
        }
        guard text.hasPrefix("[") else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let address = IPAddress(parts[0]), let port = Endpoint.port(parts[1]) else {
                return nil
            }
            self.init(address, port: port)
            return
        }
        guard let end = text.firstIndex(of: "]"), let address = IPAddress(text[..<end].dropFirst()) else { return nil }
        let rest = text[text.index(after: end)...]
        if rest.isEmpty {
            self.init(address)
            return
        }
        guard rest.hasPrefix(":"), let port = Endpoint.port(rest.dropFirst()) else { return nil }
        self.init(address, port: port)
    }

    private static func port(_ text: Substring) -> UInt16? {
        text.utf8.allSatisfy(\.isDigit) ? UInt16(text) : nil
    }
}

extension Endpoint: CustomStringConvertible {
    /// `192.0.2.1:4312` or `[2001:db8::1]:4312` (RFC 5952 §6); the address alone without a port.
    public var description: String {
        guard let port else { return address.description }
        return address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
}
