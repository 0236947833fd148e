import DNS
import Values

/// Where DNS answers come from: the `SOURCE` of `--dns`.
public enum DNSSource: Sendable, Hashable {
    /// The resolvers the system is set up with.
    case system
    /// One server, asked directly.
    case server(host: String, port: Int)
    /// A master file; what it lacks does not exist.
    case zone(path: String)
    /// A snapshot, NDJSON.
    case snapshot(path: String)
    /// Nowhere: every answer is `unrecorded`.
    case none

    /// Reads `system`, `server:HOST:PORT` (`server:[2001:db8::1]:53` for IPv6; the port may be left out),
    /// `zone:FILE`, `snapshot:FILE` or `none`.
    public init(_ argument: some StringProtocol) throws(DNSSourceError) {
        let parts = argument.utf8.split(separator: .colon, maxSplits: 1, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        switch (parts.first ?? "", parts.count > 1 ? parts[1] : nil) {
        case ("system", nil): self = .system
        case ("none", nil): self = .none
        case ("zone", let path?) where !path.isEmpty: self = .zone(path: path)
        case ("snapshot", let path?) where !path.isEmpty: self = .snapshot(path: path)
        case ("server", let place?):
            guard let (host, port) = DNSSource.hostAndPort(place) else { throw .malformed(String(argument)) }
            self = .server(host: host, port: port)
        default: throw .malformed(String(argument))
        }
    }

    /// The file that the source is, if it is one.
    public var path: String? {
        switch self {
        case .zone(let path), .snapshot(let path): path
        case .system, .server, .none: nil
        }
    }

    private static func hostAndPort(_ text: String) -> (String, Int)? {
        let bytes = Array(text.utf8)
        var host = bytes[...]
        var port: ArraySlice<UInt8> = []
        if bytes.first == .ascii("[") {
            guard let close = bytes.firstIndex(of: .ascii("]")) else { return nil }
            host = bytes[1..<close]
            let rest = bytes[(close + 1)...]
            guard rest.isEmpty || rest.first == .colon && rest.count > 1 else { return nil }
            port = rest.dropFirst()
        } else if let colon = bytes.lastIndex(of: .colon) {
            host = bytes[..<colon]
            port = bytes[(colon + 1)...]
            guard !host.contains(.colon), !port.isEmpty else { return nil }
        }
        guard !host.isEmpty, port.count <= 5, port.allSatisfy(\.isDigit) else { return nil }
        let number = port.isEmpty ? 53 : port.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard (1...65535).contains(number) else { return nil }
        return (String(decoding: host, as: UTF8.self), number)
    }
}

extension DNSSource: CustomStringConvertible {
    /// The source as `--dns` takes it.
    public var description: String {
        switch self {
        case .system: "system"
        case .server(let host, let port): host.contains(":") ? "server:[\(host)]:\(port)" : "server:\(host):\(port)"
        case .zone(let path): "zone:\(path)"
        case .snapshot(let path): "snapshot:\(path)"
        case .none: "none"
        }
    }
}
