import Values

/// Where a server listens.
public enum ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host name or address, and a port.
    case tcp(host: String, port: Int)
    /// The path of a Unix socket.
    case unix(String)

    /// Whether it is reached over TCP.
    public var isTCP: Bool {
        if case .tcp = self { true } else { false }
    }

    /// Reads `host:port`, `[v6]:port`, `host` (port 25) or `unix:/path`; nil when it is none.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            // sockaddr_un holds 108 bytes with the final NUL.
            guard path.hasPrefix("/"), path.utf8.count < 108 else { return nil }
            self = .unix(path)
            return
        }
        var host = text[...]
        var port = 25
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            guard let address = IPAddress(String(host)), !address.isV4 else { return nil }
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":"), let number = Int(rest.dropFirst()) else { return nil }
                port = number
            }
        } else if let colon = text.lastIndex(of: ":") {
            guard let number = Int(text[text.index(after: colon)...]) else { return nil }
            host = text[..<colon]
            port = number
        }
        guard !host.isEmpty, (1...65_535).contains(port), IPAddress(String(host)) != nil || ServerAddress.isName(host)
        else { return nil }
        self = .tcp(host: String(host), port: port)
    }

    private static func isName(_ text: Substring) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") }
            }
    }

    /// The address as it is written in a policy.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
