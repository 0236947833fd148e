import Values

/// The address of a web service (RFC 9110 §4.2).
public struct WebAddress: Sendable, Hashable {
    /// Whether it is called under TLS.
    public let isSecure: Bool
    /// The host, a name or an address.
    public let host: String
    /// The port.
    public let port: Int
    /// What is asked of it, with a query where there is one.
    public let target: String

    /// Reads `http://` or `https://`, a host, a port unless it is the usual one, and a path; nil when it is none. There is
    /// no place for a user's name and password: policies are shown and sent around.
    public init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("https://") {
            (isSecure, rest) = (true, text.dropFirst(8))
        } else if text.hasPrefix("http://") {
            (isSecure, rest) = (false, text.dropFirst(7))
        } else {
            return nil
        }
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ $0.isVisible && $0 != .ascii("#") }) else { return nil }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        let path = rest[end...]
        target = path.isEmpty ? "/" : path.hasPrefix("/") ? String(path) : "/" + path
        var (host, port) = (authority, isSecure ? 443 : 80)
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            guard let address = IPAddress(String(host)), !address.isV4 else { return nil }
            let tail = authority[authority.index(after: close)...]
            if !tail.isEmpty {
                guard tail.hasPrefix(":"), let number = Int(tail.dropFirst()) else { return nil }
                port = number
            }
        } else if let colon = authority.lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]) else { return nil }
            (host, port) = (authority[..<colon], number)
        }
        let isHost =
            IPAddress(String(host)) != nil
            || host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") }
            }
        guard !host.isEmpty, host.utf8.count <= 253, isHost, (1...65_535).contains(port) else { return nil }
        (self.host, self.port) = (String(host), port)
    }

    /// The field Host (RFC 9110 §7.2).
    public var hostField: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }
}
