import Values

/// A Redis or Valkey server and how to log in to it.
public struct RedisServer: Sendable, Hashable {
    /// Where the server listens.
    public enum Place: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    /// Where it listens.
    public var place: Place
    /// Whether the connection is protected by TLS.
    public var usesTLS = false
    /// The user to log in as; nil for the default one.
    public var user: String?
    /// The file that holds the password; nil where none is needed.
    public var passwordFile: String?
    /// The number of the database.
    public var database = 0

    /// A server that needs no login.
    public init(_ place: Place) { self.place = place }

    /// Reads `redis://[[user]:password-file@]host[:port][/database]`, the same with `rediss:` for TLS (`valkey:` and
    /// `valkeys:` are other names of these), or `unix:/path`; nil when it is none.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(5)
            // sockaddr_un holds 108 bytes with the final NUL.
            guard path.hasPrefix("/"), path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
            place = .unix(path: String(path))
            return
        }
        guard let end = text.firstRange(of: "://") else { return nil }
        switch text[..<end.lowerBound] {
        case "redis", "valkey": usesTLS = false
        case "rediss", "valkeys": usesTLS = true
        default: return nil
        }
        var rest = text[end.upperBound...]
        if let at = rest.lastIndex(of: "@") {
            let login = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard login.count == 2, !login[1].isEmpty else { return nil }
            user = login[0].isEmpty ? nil : String(login[0])
            passwordFile = String(login[1])
            rest = rest[rest.index(after: at)...]
        }
        if let slash = rest.firstIndex(of: "/") {
            let number = rest[rest.index(after: slash)...]
            if !number.isEmpty {
                guard number.utf8.count <= 5, number.utf8.allSatisfy(\.isDigit), let database = Int(number) else {
                    return nil
                }
                self.database = database
            }
            rest = rest[..<slash]
        }
        guard let place = RedisServer.address(rest) else { return nil }
        self.place = place
    }

    private static func address(_ text: Substring) -> Place? {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[..<end].dropFirst()
            guard let address = IPAddress(host), !address.isV4 else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        let isName = host.utf8.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .dot || $0 == .ascii("_") }
        guard !host.isEmpty, host.utf8.count <= 253, text.hasPrefix("[") || isName else { return nil }
        guard let port else { return .tcp(host: String(host), port: 6379) }
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy(\.isDigit), let number = Int(port),
            (1...65_535).contains(number)
        else { return nil }
        return .tcp(host: String(host), port: number)
    }
}

extension RedisServer: CustomStringConvertible {
    /// The server for people and logs, without the login.
    public var description: String {
        let database = database == 0 ? "" : "/\(database)"
        return switch place {
        case .tcp(let host, let port):
            "\(usesTLS ? "rediss" : "redis")://\(host.contains(":") ? "[\(host)]" : host):\(port)\(database)"
        case .unix(let path): "unix:\(path)\(self.database == 0 ? "" : ", database \(self.database)")"
        }
    }
}
