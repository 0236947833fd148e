import Values

/// Where state is kept.
public enum StateSource: Sendable, Hashable {
    /// In the memory of the process.
    case memory
    /// In an SQLite database at this path.
    case sqlite(path: String)
    /// On a Redis or Valkey server.
    case redis(RedisServer)
    /// In a file of lines as `assay state export` writes them.
    case lines(path: String)

    /// What a source is, in words.
    public static let forms = "memory, sqlite:PATH, redis://HOST:PORT/DATABASE or file:PATH"
    /// What a source is that an agent can keep state in, in words.
    public static let lastingForms = "memory, sqlite:PATH or redis://HOST:PORT/DATABASE"

    /// Reads `memory`, `sqlite:PATH`, `file:PATH`, `redis://…`, `rediss://…` or `unix:PATH`; nil when it is none.
    public init?(_ text: String) {
        if text == "memory" {
            self = .memory
        } else if let path = StateSource.path(text, after: "sqlite:") {
            self = .sqlite(path: path)
        } else if let path = StateSource.path(text, after: "file:") {
            self = .lines(path: path)
        } else if let server = RedisServer(text) {
            self = .redis(server)
        } else {
            return nil
        }
    }

    private static func path(_ text: String, after scheme: String) -> String? {
        guard text.hasPrefix(scheme) else { return nil }
        let path = text.dropFirst(scheme.count)
        return path.isEmpty || path.utf8.contains(0) ? nil : String(path)
    }
}

extension StateSource: CustomStringConvertible {
    /// The source for people and logs, without what is secret about it.
    public var description: String {
        switch self {
        case .memory: "memory"
        case .sqlite(let path): "sqlite:\(path)"
        case .redis(let server): server.description
        case .lines(let path): "file:\(path)"
        }
    }
}
