import State
import Values

/// Opens what a source names.
public enum StateStores {
    /// The store at `source`. A server is not asked for anything yet. Throws what keeps it from being used.
    public static func open(
        _ source: StateSource, _ settings: StateSettings, access: SQLiteState.Access = .writing(makes: true),
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(StoreError) -> any StateInventory {
        switch source {
        case .memory: return MemoryState(limit: settings.entryLimit)
        case .sqlite(let path): return try SQLiteState(path: path, access, settings, note: note)
        case .redis(let server): return try RedisState(server, settings)
        case .lines(let path):
            throw StoreError(.usage, "\(path): a file of lines is read whole; name sqlite:PATH to keep state in")
        }
    }

    /// What would keep `source` from being used for writing, as far as can be told without making or asking anything.
    public static func obstacle(_ source: StateSource, _ settings: StateSettings) -> StoreError? {
        switch source {
        case .memory: return nil
        case .sqlite(let path): return SQLiteState.obstacle(at: path)
        case .redis, .lines:
            do throws(StoreError) {
                _ = try open(source, settings)
                return nil
            } catch {
                return error
            }
        }
    }
}
